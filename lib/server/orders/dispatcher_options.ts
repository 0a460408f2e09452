/**
 * What the dispatcher is told, and whom it asks.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Randomness } from "../../host/randomness.ts";
import type {
  MachineId,
  Opening,
  Outcome as Ending,
} from "../../sep/server_api.ts";
import type { MachineState } from "../shapes/api_schema.ts";
import type { ListArrival } from "../lists/list_arrivals.ts";
import type { Log } from "../../host/log.ts";
import type { TaskLimits } from "./task_events.ts";
import type { Store, Writer } from "../store/store.ts";
import type { Order, Task } from "../shapes/task.ts";

/** What the dispatcher needs. */
export interface DispatcherOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly store: Pick<Store, "openTasks" | "tasks" | "order">;
  readonly writer: Writer;
  readonly log: Log;
  readonly limits: DispatcherLimits;
  /** Sources of libraries that lists shall hold: `npm`, `pip`. */
  readonly libraries: readonly string[];
  converse(machine: MachineId, opening: Opening): Promise<Ending>;
  stateOf(machine: MachineId): MachineState | null;
  /**
   * When the machine may be worked on next, on the wall clock: not after
   * `nowMs`: it may now; null: never.
   */
  opensMs(machine: MachineId, nowMs: number): number | null;
  /** Hex of the list that is held of the machine; "" for none. */
  heldList(machine: MachineId): string;
  expectList(machine: MachineId): ListArrival;
  /** The machine says that it has the list of this hash. */
  confirmList(machine: MachineId, sha256: string): void;
  /** What the package of the order may spend on its hooks, milliseconds. */
  deadlinesMs(order: Order): number;
  /** A machine's share of an order has ended, and the store knows it. */
  ended(order: Order, task: Task): void;
  /** A machine got other bytes than those of this package. */
  doubt(sha256: string): Promise<void>;
}

/** What the owner has set. */
export interface DispatcherLimits extends TaskLimits {
  /** Conversations at once. */
  readonly conversationsMax: number;
  /** Machines that are asked for their lists in a second. */
  readonly collectsPerSecond: number;
  /** How long a machine may work on an order, transfers aside. */
  readonly workMs: number;
}

/** A list that was promised and of which nothing moves is not coming. */
export const LIST_IDLE_MS = 60_000;

/** When a store that failed, or a conflict, is looked at again. */
export const LOOK_AGAIN_MS = 30_000;
