/**
 * What the dispatcher is told, and whom it asks. Types only.
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
import type { Order } from "../shapes/task.ts";

/** What the dispatcher needs. */
export interface DispatcherOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly store: Pick<Store, "openTasks" | "tasks" | "order">;
  readonly writer: Writer;
  readonly log: Log;
  readonly limits: DispatcherLimits;
  converse(machine: MachineId, opening: Opening): Promise<Ending>;
  stateOf(machine: MachineId): MachineState | null;
  /** Hex of the list that is held of the machine; "" for none. */
  heldList(machine: MachineId): string;
  expectList(machine: MachineId): ListArrival;
  /** What the package of the order may spend on its hooks, milliseconds. */
  deadlinesMs(order: Order): number;
  /** A machine got other bytes than those of this package. */
  doubt(sha256: string): Promise<void>;
}

/** What the owner has set. */
export interface DispatcherLimits extends TaskLimits {
  /** Conversations at once. */
  readonly conversationsMax: number;
  /** How long a machine may work on an order, transfers aside. */
  readonly workMs: number;
}
