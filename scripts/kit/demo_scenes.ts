/**
 * The demo, scene by scene: every flow of the specification, with what
 * must be seen on disk and in the server's answers before it counts.
 *
 * @module
 */

import type {
  MachineListView,
  OrdersView,
  OrderView,
  TaskView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Fleet, FleetMachine } from "./fleet.ts";
import { eventually } from "./process.ts";

/** One flow, shown. */
export interface Scene {
  /** The seed's number: 1a, 1b, 2a, 2b, 3 to 8. */
  readonly flow: string;
  /** What is shown, in plain words. */
  readonly says: string;
  /** Plays it; throws when the outcome is another. */
  plays(fleet: Fleet): Promise<void>;
}

export const DEMO_SCENES: readonly Scene[] = [
  {
    flow: "init",
    says: "a fleet: keys, a config file and a join file; the server starts",
    plays: (fleet) => fleet.startServer(),
  },
  {
    flow: "1a",
    says: "the server calls; alpha and beta, who know no server, are enrolled",
    async plays(fleet) {
      fleet.startAgent("alpha", "silent");
      fleet.startAgent("beta", "silent");
      await enrolled(fleet, "alpha");
      await enrolled(fleet, "beta");
    },
  },
  {
    flow: "1b",
    says: "gamma, who hears no broadcast, calls the server and is enrolled",
    async plays(fleet) {
      fleet.startAgent("gamma", "server");
      await enrolled(fleet, "gamma");
    },
  },
  {
    flow: "2a",
    says: "the server pings everyone; beta is killed, reported dead, and back",
    async plays(fleet) {
      await seenAgain(fleet, "alpha");
      await machineOf(fleet, "beta").process.kill();
      await fleet.untilState("beta", "dead", 20_000);
      fleet.startAgent("beta", "silent");
      await fleet.untilState("beta", "alive");
    },
  },
  {
    flow: "2b",
    says: "gamma pings the server, and both know that the other is alive",
    async plays(fleet) {
      await seenAgain(fleet, "gamma");
      const { stdout } = await fleet.agentCli(
        machineOf(fleet, "gamma"),
        "status",
        "--json",
      );
      const { heardSecondsAgo, membership } = JSON.parse(stdout);
      check(membership === "accepted", `gamma is ${membership}`);
      check(heardSecondsAgo <= 5, `heard ${heardSecondsAgo} s ago`);
    },
  },
  {
    flow: "3",
    says: "does alpha have editor 1.0? [non]",
    plays: (fleet) => answers(fleet, "alpha", ["editor", "1.0"], "non"),
  },
  {
    flow: "4",
    says: "the server asks all three for their program lists, and gets them",
    async plays(fleet) {
      await fleet.ok("collect", "--on", "all", "--wait", "--timeout", "15");
      for (const name of ["alpha", "beta", "gamma"]) {
        const { at } = await listOf(fleet, name);
        check(at !== null, `the server has no list of ${name}`);
      }
    },
  },
  {
    flow: "6",
    says: "editor 1.0 is packed, published and installed on all three",
    async plays(fleet) {
      await publish(fleet, "editor", "1.0");
      await fleet.ok(...order("install", "editor", "--on", "all"));
      for (const machine of fleet.machines.values()) {
        await holds(machine, "1.0");
      }
      await answers(fleet, "alpha", ["editor", "1.0"], "oui");
    },
  },
  {
    flow: "5",
    says: "gamma sends its new list by itself: editor is in it",
    async plays(fleet) {
      const gamma = machineOf(fleet, "gamma");
      const sent = await fleet.agentCli(gamma, "send-list");
      check(sent.code === 0, sent.stdout + sent.stderr);
      const { programs } = await listOf(fleet, "gamma");
      check(
        programs.some(({ name }) => name === "editor"),
        "editor is not in gamma's list",
      );
    },
  },
  {
    flow: "8",
    says: "editor 2.0 replaces 1.0 on all three",
    async plays(fleet) {
      await publish(fleet, "editor", "2.0");
      await fleet.ok(...order("update", "editor", "--on", "all"));
      for (const machine of fleet.machines.values()) {
        await holds(machine, "2.0");
      }
      await answers(fleet, "beta", ["editor", "2.0"], "oui");
    },
  },
  {
    flow: "8",
    says: "editor 3.0 fails its own check on beta: 2.0 goes on, and says why",
    async plays(fleet) {
      await publish(fleet, "editor", "3.0", BROKEN);
      const ran = await fleet.cli(
        ...order("update", "editor", "--on", "beta"),
      );
      check(ran.code === 1, `the code was ${ran.code}: ${ran.stderr}`);
      await holds(machineOf(fleet, "beta"), "2.0");
      const { orders: [last] } = await fleet.json<OrdersView>("orders");
      const shown = await fleet.ok("orders", String(last?.id));
      check(
        shown.stdout.includes(BROKEN),
        `orders does not show the check's last line: ${shown.stdout}`,
      );
    },
  },
  {
    flow: "8",
    says: "rollback: beta goes back to editor 1.0 without a download",
    async plays(fleet) {
      await fleet.ok(...order("rollback", "editor", "--on", "beta"));
      await holds(machineOf(fleet, "beta"), "1.0");
      await answers(fleet, "beta", ["editor", "1.0"], "oui");
    },
  },
  {
    flow: "7",
    says: "editor is removed from alpha, and its new list proves it",
    async plays(fleet) {
      await fleet.ok(...order("remove", "editor", "--on", "alpha"));
      await gone(`${machineOf(fleet, "alpha").programsDirectory}/editor`);
      const { programs } = await listOf(fleet, "alpha");
      check(
        programs.every(({ name }) => name !== "editor"),
        "editor is still in alpha's list",
      );
      await answers(fleet, "alpha", ["editor", "*"], "non");
    },
  },
  {
    flow: "6",
    says:
      "viewer meets a file in its place on gamma: [rate], and nothing broke",
    async plays(fleet) {
      await publish(fleet, "viewer", "1.0");
      const { programsDirectory } = machineOf(fleet, "gamma");
      const inItsPlace = `${programsDirectory}/viewer`;
      await Deno.writeTextFile(inItsPlace, "somebody's file");
      const ran = await fleet.cli(
        ...order("install", "viewer", "--on", "gamma"),
      );
      check(ran.code === 1, `the code was ${ran.code}: ${ran.stderr}`);
      const { orders: [last] } = await fleet.json<OrdersView>("orders");
      const task = await taskOf(fleet, last?.id ?? 0);
      check(
        task.state === "failed" && task.reason !== null,
        `the order is ${task.state}: ${task.reason}`,
      );
      const kept = await Deno.readTextFile(inItsPlace);
      check(kept === "somebody's file", "the file was overwritten");
    },
  },
];

/** What the check of the broken version prints. */
const BROKEN = "editor: no display";

function machineOf(fleet: Fleet, name: string): FleetMachine {
  const machine = fleet.machines.get(name);
  if (machine === undefined) throw new Error(`There is no machine ${name}`);
  return machine;
}

/** The server has enrolled the machine; from now on it bears this name. */
async function enrolled(fleet: Fleet, name: string): Promise<void> {
  const { id } = await fleet.untilState(name, "alive");
  await fleet.ok("rename", id, name);
}

function order(...words: string[]): string[] {
  return [...words, "--wait", "--timeout", "20"];
}

/** The server hears the machine anew, after now. */
async function seenAgain(fleet: Fleet, name: string): Promise<void> {
  const before = (await fleet.machine(name))?.lastSeen;
  await eventually(`The server hears ${name} again`, async () => {
    const now = (await fleet.machine(name))?.lastSeen;
    return now !== before ? now : null;
  });
}

/** Flow 3: what the machine answers. */
async function answers(
  fleet: Fleet,
  name: string,
  [program = "", version = ""]: readonly string[],
  expected: "oui" | "non",
): Promise<void> {
  const asked = ["has", program, version, "--on", name];
  const { id } = await fleet.json<OrderView>(...order(...asked));
  const { answer } = await taskOf(fleet, id);
  check(answer === expected, `${name} answered ${answer}`);
}

/** The one task of an order for one machine. */
async function taskOf(fleet: Fleet, order: number): Promise<TaskView> {
  const { tasks } = await fleet.json<OrderView>("orders", String(order));
  const [task] = tasks ?? [];
  if (task === undefined) throw new Error(`The order ${order} has no task`);
  return task;
}

async function listOf(fleet: Fleet, name: string): Promise<MachineListView> {
  return await fleet.json<MachineListView>("list", name);
}

/** A program of two files, packed and published; with a check that fails. */
async function publish(
  fleet: Fleet,
  name: string,
  version: string,
  broken = "",
): Promise<void> {
  const source = `${fleet.directory}/${name}-${version}`;
  await Deno.mkdir(`${source}/bin`, { recursive: true });
  const script = `#!/bin/sh\necho ${name} ${version}\n`;
  await Deno.writeTextFile(`${source}/bin/${name}`, script, { mode: 0o755 });
  await Deno.writeTextFile(`${source}/README`, `${name} ${version}\n`);
  if (broken !== "") {
    const check = `#!/bin/sh\necho '${broken}' >&2\nexit 1\n`;
    await Deno.writeTextFile(`${source}/check`, check, { mode: 0o755 });
    const hook = `[hooks.check]\nrun = ["check"]\ndeadline = 10\n`;
    await Deno.writeTextFile(`${source}/ieo.toml`, hook);
  }
  const file = `${fleet.directory}/${name}-${version}.ieo`;
  const what = ["--name", name, "--version", version, "-o", file];
  await fleet.ok("pack", source, ...what);
  await fleet.ok("publish", file);
}

/** The machine's disk holds this version, and it is the current one. */
async function holds(machine: FleetMachine, version: string): Promise<void> {
  const program = `${machine.programsDirectory}/editor/current/bin/editor`;
  const { stdout } = await new Deno.Command(program).output();
  const said = new TextDecoder().decode(stdout);
  check(said === `editor ${version}\n`, `${machine.name} runs "${said}"`);
}

async function gone(path: string): Promise<void> {
  const there = await Deno.lstat(path).then(() => true, () => false);
  check(!there, `${path} is still there`);
}

function check(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
