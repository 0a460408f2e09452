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
import type { ListedProgram } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { AuditEvent, AuditRow } from "../audit/record.ts";
import type { Seal } from "../audit/sealing.ts";
import type { TaskState } from "../shapes/api_schema.ts";
import type { DesiredRecord } from "./store_desired.ts";
import type { ExpectedMachine } from "../shapes/expected.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import type { NewOrder, Order, Task } from "../shapes/task.ts";
import type { HeldProgram, ListRecord, ListStore } from "./list_store.ts";

export { HISTORY_LIMITS } from "./list_store.ts";
export type {
  FleetPage,
  FleetProgram,
  HeldNumber,
  HeldProgram,
  Holding,
  ListDate,
  ListRecord,
  ListStore,
  NumberedProgram,
  Retention,
  Snapshot,
} from "./list_store.ts";

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
  /** It is a machine no more; of what was known of it, only its name stays. */
  | {
    readonly kind: "machine forgotten";
    readonly machine: MachineId;
    readonly name: string;
    /** On the wall clock. */
    readonly atMs: number;
  }
  | { readonly kind: "expected"; readonly expected: ExpectedMachine }
  /** @see `keyOf` of `machines/life/expectations.ts`. */
  | { readonly kind: "expected gone"; readonly key: string }
  /** A new group, or another form of the one of this name. */
  | { readonly kind: "group"; readonly group: GroupRecord }
  | { readonly kind: "group gone"; readonly name: string }
  /** All tags of the machine from now on. */
  | {
    readonly kind: "tags";
    readonly machine: MachineId;
    readonly tags: readonly string[];
  }
  | { readonly kind: "program"; readonly program: ProgramRecord }
  | { readonly kind: "downgrade"; readonly downgrade: DowngradeRecord }
  /** A task of an order that is in the store. */
  | { readonly kind: "task"; readonly task: Task }
  /** What an order has changed; version "": the program is gone. */
  | { readonly kind: "told"; readonly told: HeldProgram }
  /**
   * Some programs of a list that is on its way: at most a few thousand, so
   * that no transaction is long. Nobody sees them before the list is whole.
   */
  | {
    readonly kind: "list part";
    readonly machine: MachineId;
    readonly programs: readonly ListedProgram[];
  }
  /**
   * The parts that have come are the machine's list from now on; without any
   * part it is empty. What orders have told of the machine goes.
   */
  | { readonly kind: "list"; readonly list: ListRecord }
  /** The parts that have come are forgotten. */
  | { readonly kind: "list dropped"; readonly machine: MachineId }
  /** The machine said that its newest list still holds. */
  | {
    readonly kind: "list confirmed";
    readonly machine: MachineId;
    readonly atMs: number;
  }
  /** A new rollout with its machines, or how an old one stands now. */
  | {
    readonly kind: "rollout";
    readonly rollout: RolloutRecord;
    readonly machines?: readonly MachineId[];
  }
  /** What is kept from now on. */
  | { readonly kind: "desired"; readonly desired: DesiredRecord }
  | { readonly kind: "meta"; readonly key: string; readonly value: string }
  /** Something that only the journal is told. */
  | { readonly kind: "audit"; readonly event: AuditEvent }
  /** The store is a copy: the numbers of its orders leap by so much. */
  | { readonly kind: "leapt"; readonly orders: number };

/** How many of an order's tasks are in each state. */
export type TaskCounts = Readonly<Record<TaskState, number>>;

/** An order and where its tasks are. */
export interface OrderSummary {
  readonly order: Order;
  readonly counts: TaskCounts;
}

/** A task and its order. */
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
export interface Store extends Writer, ListStore {
  /**
   * Puts in orders with their tasks, all in one transaction, and gives them
   * the next numbers. A number is never given twice, whatever is deleted. What
   * a task comes `after` is given as a place in the list, and kept as the
   * number that the order there gets.
   *
   * @param beside What else is changed by the same transaction.
   */
  addOrders(
    orders: readonly NewOrder[],
    beside?: (given: readonly OrderedTasks[]) => readonly Write[],
  ): Promise<OrderedTasks[]>;
  machines(): Promise<MachineRecord[]>;
  groups(): Promise<GroupRecord[]>;
  expected(): Promise<ExpectedMachine[]>;
  /** The desired state that holds; null: there was never one. */
  desired(): Promise<DesiredRecord | null>;
  /** Of each machine that has any. */
  tags(): Promise<Map<MachineId, string[]>>;
  programs(): Promise<ProgramRecord[]>;
  downgrades(): Promise<DowngradeRecord[]>;
  /** Identifiers of secrets, and how often each was used. */
  secretUses(): Promise<Map<string, number>>;
  /** Newest first. */
  orders(countMax: number): Promise<OrderSummary[]>;
  order(id: number): Promise<OrderSummary | null>;
  /** An order's tasks, in the order of the machines' names. */
  tasks(order: number): Promise<Task[]>;
  /** A machine's tasks, newest order first. */
  tasksOf(machine: MachineId, countMax: number): Promise<OpenTask[]>;
  /** Newest first. */
  rollouts(countMax: number): Promise<RolloutRecord[]>;
  rollout(id: number): Promise<RolloutRecord | null>;
  /** Whom it is for, in the order in which they came into the fleet. */
  rolloutMachines(id: number): Promise<MachineId[]>;
  /** Those that may still change by themselves. */
  openRollouts(): Promise<RolloutRecord[]>;
  /** Tasks that wait or run, oldest order first. */
  openTasks(): Promise<OpenTask[]>;
  meta(key: string): Promise<string | null>;
  /** From now on each deed is told in the journal, in its own transaction. */
  keepAudit(seal: Seal): void;
  /** Records of the journal from this number on, at most so many. */
  auditRows(from: number, countMax: number): Promise<AuditRow[]>;
  /** The last record; null: there is none. */
  lastAuditRow(): Promise<AuditRow | null>;
  /**
   * A copy of all of it in one file, as it is now, that a server can be
   * started on in its place. Absent: this form is copied by means of its own.
   */
  copyTo?(path: string, nowMs: number): Promise<void>;
  /** Closes cleanly; nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** The key of the highest epoch that this fleet's servers have used. */
export const META_EPOCH = "epoch";
