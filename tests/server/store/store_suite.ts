/**
 * What every form of the store must do. `testStore(name, open)` makes one test
 * of each rule; `open` gives the same store again when it is called again, so
 * what survives a restart can be seen.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Store, Write } from "../../../lib/server/store/store.ts";
import { HISTORY_RULES } from "./store_history_rules.ts";
import { HELD_RULES } from "./store_held_rules.ts";
import { TASK_RULES } from "./store_task_rules.ts";
import {
  ada,
  bob,
  faults,
  listed,
  put,
  putList,
  type Rule,
} from "./store_kit.ts";
import {
  addOrder,
  machine,
  newOrder,
  newTask,
  NOON_MS,
  program,
} from "../examples.ts";
import { NO_FACTS } from "../../../lib/server/shapes/program.ts";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";

/** One store that can be closed and opened again. */
export interface StoreUnderTest {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const RULES: Record<string, Rule> = {
  ...HELD_RULES,
  ...TASK_RULES,
  ...HISTORY_RULES,
  async "keeps machines as they were put in"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    assertEquals(await (await reopen()).machines(), [ada, bob]);
  },

  async "writes a machine over by its identifier"(store, reopen) {
    await store.commit([put(ada)]);
    const renamed = { ...ada, name: "lovelace", status: "revoked" as const };
    await store.commit([put(renamed)]);
    assertEquals(await (await reopen()).machines(), [renamed]);
  },

  async "notes when and where a machine was seen"(store, reopen) {
    await store.commit([put(bob)]);
    const address = { hostname: "127.0.0.9", port: 2013 };
    await store.commit([
      { kind: "seen", machine: bob.id, lastSeenMs: NOON_MS + 1, address },
    ]);
    const [seen] = await (await reopen()).machines();
    assertEquals(seen, { ...bob, lastSeenMs: NOON_MS + 1, address });
  },

  async "keeps history apart when a machine enrols anew, K-15"(store) {
    const again = machine("ada, with a new key", { name: "ada-2" });
    await store.commit([put({ ...ada, status: "revoked" }), put(again)]);
    await addOrder(store, newOrder(), [newTask(again.id)]);
    assertEquals((await store.machines()).length, 2);
    assertEquals((await store.tasks(1)).map((task) => task.machine), [
      again.id,
    ]);
  },

  async "refuses two machines of one name, whatever the case"(store) {
    await store.commit([put(ada)]);
    const twin = { ...bob, name: "ADA" };
    await assertRejects(() => store.commit([put(twin)]));
    assertEquals(await store.machines(), [ada]);
  },

  async "commits all of a group or nothing"(store, reopen) {
    const unknown = newTask(ada.id, { order: 99 });
    await store.commit([put(ada)]);
    await assertRejects(() =>
      store.commit([put(bob), { kind: "task", task: unknown }])
    );
    assertEquals(await (await reopen()).machines(), [ada]);
  },

  async "counts the uses of an enrolment secret, K-04"(store, reopen) {
    const used: Write = { kind: "secret used", secret: "abcdefgh" };
    await store.commit([used]);
    await store.commit([used, { ...used, secret: "other" }]);
    assertEquals(
      await (await reopen()).secretUses(),
      new Map([["abcdefgh", 2], ["other", 1]]),
    );
  },

  async "keeps the catalogue, one file for a name and version"(store, reopen) {
    const hello = program("hello", 1, {
      facts: {
        ...NO_FACTS,
        requires: [{ name: "java", versions: ">=17" }],
        targets: [{ os: "linux" }],
        agent: "0.2.0",
        deadlinesMs: 60_000,
        native: ["deb"],
      },
    });
    await store.commit([{ kind: "program", program: hello }]);
    const other = { ...program("hello", 2), version: hello.version };
    await assertRejects(() =>
      store.commit([{ kind: "program", program: other }])
    );
    assertEquals(await (await reopen()).programs(), [hello]);
  },

  async "keeps orders and their tasks, C-14"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    const order = newOrder({ on: ["all", "b*"] });
    const tasks = [newTask(ada.id), newTask(bob.id)];
    const given = await addOrder(store, order, tasks);
    assertEquals(given, { ...order, id: 1 });
    const again = await reopen();
    const counts = { waiting: 2, running: 0, done: 0, failed: 0, cancelled: 0 };
    assertEquals(await again.order(1), { order: given, counts });
    assertEquals(await again.tasks(1), tasks);
    assertEquals(await again.order(2), null);
  },

  async "refuses an order for a machine it does not know"(store) {
    await assertRejects(() => addOrder(store, newOrder(), [newTask(ada.id)]));
    assertEquals(await store.orders(10), []);
  },

  async "moves a task on"(store, reopen) {
    await store.commit([put(ada)]);
    await addOrder(store, newOrder(), [newTask(ada.id)]);
    const task = newTask(ada.id, {
      state: "failed",
      phase: "prove",
      attempt: 3,
      failures: 2,
      tries: 7,
      cancelling: true,
      answer: "non",
      reason: "The machine's disk is full",
      note: "Cannot stage editor 2.0: no space\nis left",
      toldVersion: "1.0",
      nextTryMs: NOON_MS,
      endedMs: NOON_MS + 1,
    });
    await store.commit([{ kind: "task", task }]);
    assertEquals(await (await reopen()).tasks(1), [task]);
  },

  async "keeps what each task comes after, in one transaction"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    const after = taskAtStart(ada.id, "act", 0);
    const given = await store.addOrders([
      { order: newOrder({ name: "java" }), tasks: [newTask(ada.id)] },
      { order: newOrder(), tasks: [after, newTask(bob.id)] },
    ]);
    assertEquals(given.map(({ order }) => order.id), [1, 2]);
    const tasks = await (await reopen()).tasks(2);
    assertEquals(tasks.map((task) => task.after), [1, null]);
    assertEquals(given[1]?.tasks, tasks);
  },

  async "puts no order in when one of several is refused"(store) {
    await store.commit([put(ada)]);
    await assertRejects(() =>
      store.addOrders([
        { order: newOrder(), tasks: [newTask(ada.id)] },
        { order: newOrder(), tasks: [newTask(bob.id)] },
      ])
    );
    assertEquals(await store.orders(10), []);
  },

  async "lists orders newest first, with their counts"(store) {
    await store.commit([put(ada), put(bob)]);
    for (const verb of ["has", "collect", "remove"] as const) {
      await addOrder(store, newOrder({ verb }), [newTask(ada.id)]);
    }
    const task = newTask(ada.id, { order: 3, state: "done" });
    await store.commit([{ kind: "task", task }]);
    const orders = await store.orders(2);
    assertEquals(orders.map(({ order }) => order.verb), ["remove", "collect"]);
    assertEquals(orders.map(({ counts }) => counts.done), [1, 0]);
  },

  async "finds the tasks that have not ended, oldest first"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    for (let count = 0; count < 3; count++) {
      await addOrder(store, newOrder(), [newTask(ada.id), newTask(bob.id)]);
    }
    await store.commit([
      { kind: "task", task: newTask(ada.id, { order: 1, state: "done" }) },
      { kind: "task", task: newTask(bob.id, { order: 1, state: "running" }) },
      { kind: "task", task: newTask(ada.id, { order: 3, state: "cancelled" }) },
    ]);
    const open = await (await reopen()).openTasks();
    assertEquals(
      open.map(({ order, task }) => [order.id, task.machine, task.state]),
      [
        [1, bob.id, "running"],
        [2, ada.id, "waiting"],
        [2, bob.id, "waiting"],
        [3, bob.id, "waiting"],
      ],
    );
  },

  async "replaces a machine's list as a whole"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    const old = [listed("bash", "5.1"), listed("curl", "8.0")];
    const fresh = [listed("bash", "5.2"), listed("curl", "8.0")];
    await store.commit([...putList(ada.id, old), ...putList(bob.id, old)]);
    await store.commit([...putList(ada.id, fresh)]);
    const again = await reopen();
    assertEquals(await again.listedPrograms(ada.id, null), fresh);
    assertEquals(await again.listedPrograms(bob.id, null), old);
    const lists = await again.lists();
    assertEquals(lists.map(({ faults }) => faults), [faults, faults]);
    assertEquals(
      lists.map(({ machine }) => machine).sort(),
      [
        ada.id,
        bob.id,
      ].sort(),
    );
  },

  async "takes a list of 100,000 programs and an empty one, S-17"(store) {
    await store.commit([put(ada)]);
    const many = Array.from(
      { length: 100_000 },
      (_, index) => listed(`p${String(index).padStart(6, "0")}`, "1"),
    );
    await store.commit([...putList(ada.id, many)]);
    assertEquals(
      (await store.listedPrograms(ada.id, null)).length,
      many.length,
    );
    await store.commit([...putList(ada.id, [])]);
    assertEquals(await store.listedPrograms(ada.id, null), []);
  },

  async "keeps the architecture of a listed program apart"(store) {
    await store.commit([put(ada)]);
    const programs = [
      { ...listed("libc6", "2.36"), architecture: "amd64" },
      { ...listed("libc6", "2.36"), architecture: "i386" },
    ];
    await store.commit([...putList(ada.id, [...programs, ...programs])]);
    assertEquals(await store.listedPrograms(ada.id, null), programs);
  },

  async "keeps single values"(store, reopen) {
    assertEquals(await store.meta("epoch"), null);
    await store.commit([{ kind: "meta", key: "epoch", value: "41" }]);
    await store.commit([{ kind: "meta", key: "epoch", value: "42" }]);
    assertEquals(await (await reopen()).meta("epoch"), "42");
  },

  async "keeps words of strangers as they are, D-10"(store, reopen) {
    const words = `'); DROP TABLE machines; -- "\u0001\u{1f4a3}`;
    const odd = { ...ada, hostName: words, system: words, macs: [words] };
    await store.commit([put(odd), ...putList(ada.id, [listed(words, words)])]);
    const again = await reopen();
    assertEquals(await again.machines(), [odd]);
    assert((await again.listedPrograms(ada.id, null))[0]?.name === words);
  },
};

/** Registers one test of each rule. */
export function testStore(
  name: string,
  make: () => Promise<StoreUnderTest>,
): void {
  for (const [rule, run] of Object.entries(RULES)) {
    Deno.test(`Store (${name}) ${rule}`, async () => {
      const under = await make();
      let store = await under.open();
      try {
        await run(store, async () => {
          await store.close();
          return store = await under.open();
        });
      } finally {
        await store.close();
        await under.remove();
      }
    });
  }
}
