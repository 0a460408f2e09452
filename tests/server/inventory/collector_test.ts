/** The collector on a real store, with a clock that is told. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  Collector,
  META_COLLECTION,
} from "../../../lib/server/inventory/collector.ts";
import { parseSchedule } from "../../../lib/server/inventory/schedule.ts";
import type { MachineRecord } from "../../../lib/server/shapes/machine.ts";
import { isEnded, type Task } from "../../../lib/server/shapes/task.ts";
import type {
  OrderedTasks,
  Store,
  Write,
} from "../../../lib/server/store/store.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { machine } from "../examples.ts";
import { withStore } from "../temporary.ts";

const EVERY_TEN_MINUTES = "*/10 * * * *";
const DAY_MS = 86_400_000;

/** A server's collector; the dispatcher takes its orders, and does nothing. */
class Bench {
  readonly clock = new FakeClock();
  readonly given: OrderedTasks[] = [];
  readonly lines: string[] = [];
  /** When each machine's list was confirmed last. */
  readonly listed = new Map<string, number>();
  readonly records: MachineRecord[];
  refuses = false;

  constructor(readonly store: Store, names: readonly string[]) {
    this.records = names.map((name) => machine(name, { firstSeenMs: 0 }));
  }

  async prepare(): Promise<void> {
    await this.store.commit(
      this.records.map((machine) => ({ kind: "machine", machine })),
    );
  }

  async start(schedule = EVERY_TEN_MINUTES): Promise<Collector> {
    const collector = new Collector({
      ...{ clock: this.clock, schedule },
      store: {
        addOrders: (orders) =>
          this.refuses
            ? Promise.reject(new Error("The disk is full"))
            : this.store.addOrders(orders),
        tasks: (order) => this.store.tasks(order),
        meta: (key) => this.store.meta(key),
      },
      writer: { commit: (writes) => this.store.commit(writes) },
      dispatcher: { add: (given) => void this.given.push(...given) },
      log: (_level, message, fields) =>
        void this.lines.push(`${message} ${JSON.stringify(fields)}`),
      machines: () => this.records,
      listedMs: (id) => this.listed.get(id) ?? null,
    });
    await collector.start();
    await this.clock.advance(0);
    return collector;
  }

  /** To the next due moment, and a little further. */
  async toNextRun(): Promise<void> {
    const nowMs = this.clock.wallMs();
    const dueMs = parseSchedule(EVERY_TEN_MINUTES)?.nextAfterMs(nowMs) ?? NaN;
    await this.clock.advance(dueMs - nowMs + 10);
  }

  /** Each machine's share of the last order ends so. */
  async end(different: (task: Task) => Partial<Task>): Promise<void> {
    const tasks = this.given.at(-1)?.tasks ?? [];
    const ended = tasks.map((task) => ({ ...task, ...different(task) }));
    for (const task of ended) {
      if (!isEnded(task)) continue;
      this.listed.set(task.machine, this.clock.wallMs());
    }
    await this.store.commit(
      ended.map((task): Write => ({ kind: "task", task })),
    );
  }

  get told(): string {
    return this.lines.join("\n");
  }
}

function testCollector(
  name: string,
  names: readonly string[],
  test: (bench: Bench) => Promise<void>,
): void {
  Deno.test(`Collector ${name}`, () =>
    withStore(async (store) => {
      const bench = new Bench(store, names);
      await bench.prepare();
      await test(bench);
    }));
}

const RECEIVED = { state: "done", answer: "received" } as const;
const OFF = {
  state: "waiting",
  reason: "The machine does not answer",
} as const;

testCollector("asks every approved machine when it is time", [
  "ada",
  "bob",
  "eve",
], async (bench) => {
  const [ada, bob, eve] = bench.records;
  if (!ada || !bob || !eve) throw new Error("There are three machines");
  bench.records.splice(2, 1, { ...eve, status: "pending" });
  const collector = await bench.start();
  assertEquals(bench.given, []);
  await bench.toNextRun();
  assertEquals(bench.given.length, 1);
  const [{ order, tasks } = { order: null, tasks: [] }] = bench.given;
  assertEquals([order?.verb, order?.on], ["collect", ["all"]]);
  assertEquals(tasks.map(({ machine }) => machine), [ada.id, bob.id]);
  assertEquals((await bench.store.order(1))?.counts.waiting, 2);
  assertMatch(bench.told, /are asked .*"order":1,"machines":2/);
  await bench.end(() => RECEIVED);
  await bench.toNextRun();
  assertEquals(bench.given.length, 2);
  collector.stop();
});

testCollector("never asks without a schedule", ["ada"], async (bench) => {
  await bench.start("");
  await bench.clock.advance(3 * DAY_MS);
  assertEquals(bench.given, []);
  assertEquals(bench.clock.pending, 0);
  assertEquals(await bench.store.meta(META_COLLECTION), null);
});

testCollector("says how a round has ended, once", [
  "ada",
  "bob",
], async (bench) => {
  const collector = await bench.start();
  await bench.toNextRun();
  const bob = bench.records[1]?.id;
  await bench.end(({ machine }) => machine === bob ? OFF : RECEIVED);
  await bench.clock.advance(5 * 60_000);
  const said = bench.lines.filter((line) => line.includes("are collected"));
  assertEquals(said, [
    "The program lists are collected " +
    '{"order":1,"received":1,"unchanged":0,"missing":1}',
  ]);
  collector.stop();
});

testCollector("names who has not answered since the last time", [
  "ada",
  "bob",
  "eve",
], async (bench) => {
  const collector = await bench.start();
  await bench.toNextRun();
  const [, bob, eve] = bench.records.map(({ id }) => id);
  await bench.end(({ machine }) =>
    machine === bob || machine === eve ? OFF : RECEIVED
  );
  // Eve came back, and her list came by itself.
  bench.listed.set(eve ?? "", bench.clock.wallMs());
  await bench.toNextRun();
  const lines = bench.lines.filter((line) => line.includes("have not sent"));
  assertEquals(lines.length, 1);
  assertMatch(lines[0] ?? "", /"count":1,"machines":"bob"/);
  assertEquals(bench.given.length, 2);
  collector.stop();
});

testCollector("leaves a run out while the one before goes on", [
  "ada",
], async (bench) => {
  const collector = await bench.start();
  await bench.toNextRun();
  await bench.end(() => ({ state: "running" }));
  await bench.toNextRun();
  assertEquals(bench.given.length, 1);
  assertMatch(bench.told, /still goes on.*"order":1,"machines":1/);
  await bench.end(() => RECEIVED);
  await bench.toNextRun();
  assertEquals(bench.given.length, 2);
  collector.stop();
});

testCollector("makes up at its start for what was missed", [
  "ada",
], async (bench) => {
  (await bench.start()).stop();
  bench.clock.wallOffsetMs += 3 * DAY_MS;
  const collector = await bench.start();
  assertEquals(bench.given.length, 1);
  await bench.clock.advance(60_000);
  assertEquals(bench.given.length, 1);
  collector.stop();
});

testCollector("has missed nothing of a schedule that is new", [
  "ada",
], async (bench) => {
  (await bench.start("0 6 1 1 *")).stop();
  bench.clock.wallOffsetMs += 3 * DAY_MS;
  const collector = await bench.start();
  assertEquals(bench.given, []);
  collector.stop();
});

testCollector("notices a wall clock that leaps", ["ada"], async (bench) => {
  const collector = await bench.start("0 6 1 1 *");
  const newYear = new Date(bench.clock.wallMs());
  newYear.setFullYear(newYear.getFullYear() + 1, 0, 1);
  newYear.setHours(6, 0, 1, 0);
  bench.clock.wallOffsetMs += newYear.getTime() - bench.clock.wallMs();
  await bench.clock.advance(60_000);
  assertEquals(bench.given.length, 1);
  collector.stop();
});

testCollector("tries again when the store refuses, B-04", [
  "ada",
], async (bench) => {
  const collector = await bench.start();
  bench.refuses = true;
  await bench.toNextRun();
  assertMatch(bench.told, /Cannot collect .*The disk is full/);
  bench.refuses = false;
  await bench.clock.advance(60_000);
  assertEquals(bench.given.length, 1);
  collector.stop();
});

testCollector("asks nobody when there is nobody", [], async (bench) => {
  const collector = await bench.start();
  await bench.toNextRun();
  await bench.toNextRun();
  assertEquals([bench.given, bench.lines], [[], []]);
  collector.stop();
});
