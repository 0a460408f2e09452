/**
 * A dispatcher on a real store, with a fake SeP and a clock that is told.
 *
 * @module
 */

import { silentLog } from "../../../lib/host/log.ts";
import type {
  MachineState,
  Verb,
} from "../../../lib/server/shapes/api_schema.ts";
import { Dispatcher } from "../../../lib/server/orders/dispatcher.ts";
import { GroupCommit } from "../../../lib/server/store/group_commit.ts";
import { ListArrivals } from "../../../lib/server/lists/list_arrivals.ts";
import type { Store, Writer } from "../../../lib/server/store/store.ts";
import {
  type NewOrder,
  type Order,
  type Task,
  taskAtStart,
} from "../../../lib/server/shapes/task.ts";
import { FIRST_PHASE } from "../../../lib/server/orders/task_paths.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { FakeRandomness } from "../../fakes/fake_randomness.ts";
import { machine, newOrder } from "../examples.ts";
import { FakeEndpoint } from "./fake_endpoint.ts";
import { withStore } from "../temporary.ts";

/** Short waits, few attempts. */
export const LIMITS = {
  attemptsMax: 3,
  retryFirstMs: 1_000,
  retryMaxMs: 60_000,
  workMs: 60_000,
  conversationsMax: 4,
  collectsPerSecond: 100,
};

/** Long enough for commits and answers; shorter than any back-off. */
const A_MOMENT_MS = 100;

/** A dispatcher with all that is around it. */
export class DispatcherBench {
  readonly clock = new FakeClock();
  readonly endpoint = new FakeEndpoint();
  readonly arrivals = new ListArrivals(this.clock);
  readonly states = new Map<string, MachineState>();
  readonly doubted: string[] = [];
  /** The hash of the list that is held of every machine. */
  heldList = "";
  /** When every machine may be worked on next. */
  opensMs: (nowMs: number) => number | null = (nowMs) => nowMs;
  readonly libraries: string[] = [];
  /** Machine and hash of each list that still holds. */
  readonly confirmed: string[] = [];
  /** What the hooks of every package may take. */
  deadlinesMs = 0;
  readonly store: Store;
  readonly dispatcher: Dispatcher;

  constructor(store: Store, writer?: Writer) {
    this.store = store;
    this.dispatcher = new Dispatcher({
      ended: () => {},
      opensMs: (_machine, nowMs) => this.opensMs(nowMs),
      clock: this.clock,
      randomness: new FakeRandomness(1),
      store,
      writer: writer ?? new GroupCommit(store, this.clock),
      log: silentLog,
      limits: LIMITS,
      converse: (id, opening) => this.endpoint.converse(id, opening),
      stateOf: (id) => this.states.get(id) ?? "alive",
      heldList: () => this.heldList,
      libraries: this.libraries,
      confirmList: (machine, sha256) => {
        this.confirmed.push(`${machine} ${sha256}`);
      },
      expectList: (id) => this.arrivals.expect(id),
      deadlinesMs: () => this.deadlinesMs,
      doubt: (sha256) => Promise.resolve(void this.doubted.push(sha256)),
    });
  }

  /** Puts machines of these names into the store. */
  async machines(...names: string[]): Promise<string[]> {
    const records = names.map((name) => machine(name));
    await this.store.commit(
      records.map((machine) => ({ kind: "machine", machine })),
    );
    return records.map(({ id }) => id);
  }

  /** Gives an order, and lets it come as far as it comes by itself. */
  async order(
    verb: Verb,
    machines: readonly string[],
    different: Partial<Order> = {},
  ): Promise<Order> {
    const [given] = await this.give({
      order: newOrder({ verb, ...different }),
      tasks: machines.map((id) => taskAtStart(id, FIRST_PHASE[verb])),
    });
    if (given === undefined) throw new Error("The store gave no order back");
    return given;
  }

  /** Gives several orders at once. */
  async give(...orders: NewOrder[]): Promise<Order[]> {
    const given = await this.store.addOrders(orders);
    this.dispatcher.add(given);
    await this.settle();
    return given.map(({ order }) => order);
  }

  settle(ms = A_MOMENT_MS): Promise<void> {
    return this.clock.advance(ms);
  }

  async task(order: Order, index = 0): Promise<Task> {
    const task = (await this.store.tasks(order.id))[index];
    if (task === undefined) throw new Error(`Order ${order.id} has no task`);
    return task;
  }
}

/** A test with a dispatcher of its own. */
export function testDispatcher(
  name: string,
  test: (bench: DispatcherBench) => Promise<void>,
): void {
  Deno.test(`Dispatcher ${name}`, () =>
    withStore(async (store) => {
      const bench = new DispatcherBench(store);
      await test(bench);
      bench.dispatcher.close();
    }));
}
