/** From one wish to the orders that fulfil it. */

import { assertEquals } from "@std/assert";
import {
  ordersOf,
  planOf,
  type PlanOptions,
} from "../../../lib/server/orders/order_plan.ts";
import type { NewOrder } from "../../../lib/server/shapes/task.ts";
import type { HeldProgram } from "../../../lib/server/store/store.ts";
import { machine, NOON_MS, program } from "../examples.ts";
import { related, shelfOf } from "./shelves.ts";

const ada = machine("ada");
const bob = machine("bob");
const eve = machine("eve");
const editor = program("editor", 2, {
  facts: related({ requires: ["java >=17"] }),
});
const java = program("java", 17, { facts: related({ requires: ["libc"] }) });
const libc = program("libc", 1);

function planned(different: Partial<PlanOptions> = {}) {
  return planOf({
    verb: "install",
    root: editor,
    machines: [ada, bob, eve],
    shelf: shelfOf([editor, java, libc]),
    held: [],
    listOf: () => null,
    nowMs: NOON_MS,
    ...different,
  });
}

function has(who: typeof ada, name: string, version: string): HeldProgram {
  return { machine: who.id, name, version };
}

/** `ada, bob: libc 1.0, java 17.0, editor 2.0`. */
function told(groups: ReturnType<typeof planned>): string[] {
  return groups.map(({ machines, steps, problem }) => {
    const names = machines.map(({ name }) => name).join(", ");
    const what = steps.map((step) => `${step.name} ${step.version}`);
    return `${names}: ${problem ?? what.join(", ")}`;
  });
}

/** `java 17.0 install: ada after 0, bob`. */
function orders(given: readonly NewOrder[]): string[] {
  const names = new Map([ada, bob, eve].map(({ id, name }) => [id, name]));
  return given.map(({ order: { name, version, verb }, tasks }) => {
    const each = tasks.map(({ machine, after }) =>
      `${names.get(machine)}${after === null ? "" : ` after ${after}`}`
    );
    return `${name} ${version} ${verb}: ${each.join(", ")}`;
  });
}

Deno.test("planOf puts machines that are alike together", () => {
  const held = [has(bob, "java", "17.0"), has(eve, "libc", "1.0")];
  assertEquals(told(planned({ held })), [
    "ada: libc 1.0, java 17.0, editor 2.0",
    "bob: editor 2.0",
    "eve: java 17.0, editor 2.0",
  ]);
  assertEquals(told(planned()), [
    "ada, bob, eve: libc 1.0, java 17.0, editor 2.0",
  ]);
});

Deno.test("planOf says what is there now", () => {
  const held = [has(ada, "java", "11.0"), has(ada, "editor", "1.0")];
  const [group] = planned({ held, machines: [ada] });
  assertEquals(group?.now, ["", "11.0", "1.0"]);
});

Deno.test("planOf says of each machine why it cannot be", () => {
  const groups = planned({
    shelf: shelfOf([editor]),
    held: [has(bob, "java", "21.0")],
  });
  assertEquals(told(groups), [
    "ada, eve: Cannot install editor 2.0: editor 2.0 requires java >=17, " +
    "which nobody has published",
    "bob: editor 2.0",
  ]);
});

Deno.test("planOf takes the distribution from the machine's list", () => {
  const facts = related({ targets: [{ distribution: "alpine" }] });
  const root = program("editor", 2, { facts });
  const list = (distribution: string) => ({
    ...{ machine: "", sha256: "", size: 0, signature: new Uint8Array() },
    ...{ atMs: 0, confirmedMs: 0, faults: [], programs: 0 },
    ...{ distribution, distributionVersion: "12", rebootFor: "" },
  });
  const groups = planned({
    root,
    listOf: ({ name }) =>
      name === "ada" ? list("debian") : name === "bob" ? list("alpine") : null,
  });
  assertEquals(told(groups), [
    "ada: Cannot install editor 2.0: it is for alpine, and this machine is " +
    "debian 12 on x86_64",
    "bob, eve: editor 2.0",
  ]);
});

Deno.test("planOf needs nothing where an update or ensure will do nothing", () => {
  const shelf = shelfOf([editor]);
  const held = [has(ada, "editor", "1.0"), has(bob, "editor", "2.0")];
  const update = planned({ verb: "update", shelf, held });
  assertEquals(update.map(({ problem }) => problem === null), [
    false,
    false,
    true,
  ]);
  const ensure = planned({ verb: "ensure", shelf, held });
  assertEquals(ensure.map(({ problem }) => problem === null), [
    false,
    true,
    false,
  ]);
});

const TERMS = {
  createdMs: NOON_MS,
  expiresMs: null,
  anytime: false,
  origin: "",
};

Deno.test("ordersOf gives one order for each program, the wish last", () => {
  const held = [has(bob, "java", "17.0"), has(eve, "libc", "1.0")];
  const given = ordersOf(planned({ held }), {
    ...{ verb: "install", on: ["all"], ...TERMS },
  });
  assertEquals(orders(given), [
    "libc 1.0 install: ada",
    "java 17.0 install: ada after 0, eve",
    "editor 2.0 install: ada after 1, bob, eve after 1",
  ]);
  assertEquals(given[1]?.order, {
    ...{ verb: "install", name: "java", version: "17.0", size: java.size },
    ...{ sha256: java.sha256, ...TERMS, on: ["all"] },
  });
});

Deno.test("ordersOf installs for an update what it requires, exactly", () => {
  const held = [has(ada, "editor", "1.0"), has(ada, "libc", "1.0")];
  const given = ordersOf(planned({ verb: "update", held, machines: [ada] }), {
    ...{ verb: "update", on: ["ada"], ...TERMS },
  });
  assertEquals(orders(given), [
    "java 17.0 install: ada",
    "editor 2.0 update: ada after 0",
  ]);
  assertEquals(given.map(({ tasks }) => tasks[0]?.phase), ["act", "look"]);
});

Deno.test("ordersOf gives different machines different versions", () => {
  const linux = program("java", 17, {
    facts: related({ targets: [{ os: "linux" }] }),
  });
  const windows = program("java", 18, {
    facts: related({ targets: [{ os: "windows" }] }),
  });
  const machines = [ada, { ...bob, system: "windows" }];
  const shelf = shelfOf([editor, linux, windows]);
  const given = ordersOf(planned({ machines, shelf }), {
    ...{ verb: "ensure", on: ["all"], ...TERMS },
  });
  assertEquals(orders(given), [
    "java 17.0 install: ada",
    "java 18.0 install: bob",
    "editor 2.0 ensure: ada after 0, bob after 1",
  ]);
});

Deno.test("planOf is fast for 10,000 machines, B-09", () => {
  const machines = Array.from({ length: 10_000 }, (_, at) => ({
    ...{ ...ada, id: String(at), name: `pc-${at}` },
  }));
  const held = machines.map(({ id }, at) => ({
    ...{ machine: id, name: "java", version: `${at % 30}.0` },
  }));
  const beganMs = performance.now();
  const groups = planned({ machines, held });
  const tookMs = performance.now() - beganMs;
  assertEquals(groups.length, 18);
  assertEquals(tookMs < 1_000, true, `${Math.round(tookMs)} ms`);
});
