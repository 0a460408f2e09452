/**
 * The store: what must survive a restart. One interface, because a fleet of
 * many sites will share PostgreSQL later; `tests/server/store_suite.ts` is
 * what every form of it must pass.
 *
 * Changes are values, so that many can be put into one transaction: each
 * transaction costs a sync of the disk, and a thousand machines that enrol in
 * the same second must not cost a thousand.
 *
 * @module
 */

import type { Address } from "../../host/datagrams.ts";
import type { ListedProgram, ListFault } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { TaskState } from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { NewOrder, Order, Task } from "../shapes/task.ts";

/** A machine's list, without its programs. */
export interface ListRecord {
  readonly machine: MachineId;
  /** Of the document, hex. */
  readonly sha256: string;
  /** When it came, on the wall clock. */
  readonly atMs: number;
  /** What the machine could not find out. */
  readonly faults: readonly ListFault[];
  /** `debian`, `12`: as its head tells it; "" when it does not. */
  readonly distribution: string;
  readonly distributionVersion: string;
}

/** A program of Flottille's that a machine has. */
export interface HeldProgram {
  readonly machine: MachineId;
  readonly name: string;
  readonly version: string;
}

/** One change. */
export type Write =
  /** Put in, or written over. */
  | { readonly kind: "machine"; readonly machine: MachineRecord }
  | {
    readonly kind: "seen";
    readonly machine: MachineId;
    readonly lastSeenMs: number;
    readonly address: Address | null;
  }
  /** One use more of an enrolment secret. */
  | { readonly kind: "secret used"; readonly secret: string }
  | { readonly kind: "program"; readonly program: ProgramRecord }
  | { readonly kind: "downgrade"; readonly downgrade: DowngradeRecord }
  /** A task of an order that is in the store. */
  | { readonly kind: "task"; readonly task: Task }
  /** What an order has changed; version "": the program is gone. */
  | { readonly kind: "told"; readonly told: HeldProgram }
  /** Replaces the machine's list, all of it. */
  | {
    readonly kind: "list";
    readonly list: ListRecord;
    readonly programs: readonly ListedProgram[];
  }
  | { readonly kind: "meta"; readonly key: string; readonly value: string };

/** How many of an order's tasks are in each state. */
export type TaskCounts = Readonly<Record<TaskState, number>>;

/** An order and where its tasks are. */
export interface OrderSummary {
  readonly order: Order;
  readonly counts: TaskCounts;
}

/** A task that has not ended, and its order. */
export interface OpenTask {
  readonly order: Order;
  readonly task: Task;
}

/** An order that has its number, and its tasks. */
export interface OrderedTasks {
  readonly order: Order;
  readonly tasks: readonly Task[];
}

/** Takes changes and says when they are safe. */
export interface Writer {
  /**
   * All of the changes or none of them; when it resolves they are on the
   * medium. It rejects when the disk refuses, and then nothing has changed.
   */
  commit(writes: readonly Write[]): Promise<void>;
}

/** What every form of the store can do. Every reader tells committed things. */
export interface Store extends Writer {
  /**
   * Puts in orders with their tasks, all in one transaction, and gives them
   * the next numbers. A number is never given twice, whatever is deleted. What
   * a task comes `after` is given as a place in the list, and kept as the
   * number that the order there gets.
   */
  addOrders(orders: readonly NewOrder[]): Promise<OrderedTasks[]>;
  machines(): Promise<MachineRecord[]>;
  programs(): Promise<ProgramRecord[]>;
  downgrades(): Promise<DowngradeRecord[]>;
  /** Identifiers of secrets, and how often each was used. */
  secretUses(): Promise<Map<string, number>>;
  /** Newest first. */
  orders(countMax: number): Promise<OrderSummary[]>;
  order(id: number): Promise<OrderSummary | null>;
  /** An order's tasks, in the order of the machines' names. */
  tasks(order: number): Promise<Task[]>;
  /** Tasks that wait or run, oldest order first. */
  openTasks(): Promise<OpenTask[]>;
  lists(): Promise<ListRecord[]>;
  /** A machine's listed programs, by name. */
  listedPrograms(machine: MachineId): Promise<ListedProgram[]>;
  /**
   * Who has these programs of Flottille's: by the machines' lists, and by what
   * orders have changed since each list came.
   */
  held(names: readonly string[]): Promise<HeldProgram[]>;
  meta(key: string): Promise<string | null>;
  /** Closes cleanly; nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** The key of the highest epoch that this fleet's servers have used. */
export const META_EPOCH = "epoch";
