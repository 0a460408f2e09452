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
import type { AuditEvent, AuditRow } from "../audit/record.ts";
import type { Seal } from "../audit/sealing.ts";
import type { TaskState } from "../shapes/api_schema.ts";
import type { ExpectedMachine } from "../shapes/expected.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { NewOrder, Order, Task } from "../shapes/task.ts";

/** A machine's list, without its programs. */
export interface ListRecord {
  readonly machine: MachineId;
  /** Of the document, hex; "" when it is asked for once more. */
  readonly sha256: string;
  /** Of the document, in bytes. */
  readonly size: number;
  /** The machine's signature of the document; empty: it came without one. */
  readonly signature: Uint8Array;
  /**
   * When it came, on the wall clock. The lists of one machine have growing
   * dates: when the clock went back, a store keeps a later one than is given,
   * the next millisecond after the list before.
   */
  readonly atMs: number;
  /** When the machine last said that it still holds. */
  readonly confirmedMs: number;
  /** What the machine could not find out. */
  readonly faults: readonly ListFault[];
  /** `debian`, `12`: as its head tells it; "" when it does not. */
  readonly distribution: string;
  readonly distributionVersion: string;
  /** How many; what a store tells is what it has. */
  readonly programs: number;
}

/** A date of a machine's lists. */
export type ListDate = Pick<ListRecord, "atMs" | "confirmedMs" | "programs">;

/**
 * A program as it is kept once for the whole fleet: without the date of its
 * installation, which is each machine's own.
 */
export interface NumberedProgram {
  /** Names it in the store, as long as a machine lists it. */
  readonly number: number;
  readonly program: ListedProgram;
}

/** A machine's having it. */
export interface Holding {
  readonly number: number;
  readonly machine: MachineId;
  readonly installedAtS: number | null;
}

/** A program's place in a machine's list. */
export type HeldNumber = Pick<Holding, "number" | "installedAtS">;

/** A program of the fleet, and how many machines have it now. */
export interface FleetProgram extends NumberedProgram {
  readonly machines: number;
}

/** Some of the fleet's programs, and where the next ones begin. */
export interface FleetPage {
  readonly programs: readonly FleetProgram[];
  /** Null: there are no more. */
  readonly next: number | null;
}

/** What of the history is kept. */
export interface Retention {
  /** Lists that were replaced before this moment go. */
  readonly beforeMs: number;
  /** Past lists of one machine. */
  readonly listsMax: number;
  /** Past lines of one machine, of all its lists together. */
  readonly linesMax: number;
}

/** The fleet's lists as they were at one moment, whatever comes later. */
export interface Snapshot {
  /** The newest list of each machine that has one. */
  readonly lists: ReadonlyMap<MachineId, ListRecord>;
  /** What the machine's list holds, by name. */
  held(machine: MachineId): Promise<HeldNumber[]>;
  /** The programs of these numbers, in no certain order. */
  programs(numbers: readonly number[]): Promise<NumberedProgram[]>;
  /** Nothing is kept for it any more; may be called several times. */
  close(): void;
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

/** What a store tells of the machines' lists, and how it forgets them. */
export interface ListStore {
  /** The newest list of each machine that has one. */
  lists(): Promise<ListRecord[]>;
  /** The dates of a machine's lists, newest first. */
  listDates(machine: MachineId): Promise<ListDate[]>;
  /** The machine's newest list that came at or before; null: the newest. */
  listAt(machine: MachineId, atMs: number | null): Promise<ListRecord | null>;
  /** The programs of that list, by name; none when there is no such list. */
  listedPrograms(
    machine: MachineId,
    atMs: number | null,
  ): Promise<ListedProgram[]>;
  /**
   * The programs of this name that a machine lists now, by number. ASCII
   * letters of either case are the same.
   */
  programsNamed(name: string): Promise<NumberedProgram[]>;
  /** Names that are listed, or were, each once, sorted: the next ones. */
  programNames(after: string, countMax: number): Promise<string[]>;
  /** Which machines list these programs now, by number and machine. */
  holders(numbers: readonly number[]): Promise<Holding[]>;
  /**
   * Programs that a machine lists now, by number: those behind `after`, found
   * by looking at so many. Machines that were revoked do not count.
   */
  fleetPrograms(after: number, lookedAtMax: number): Promise<FleetPage>;
  /** Must be closed; while it is open, no history is pruned. */
  snapshot(): Promise<Snapshot>;
  /**
   * One piece of the work of forgetting: lists that are too old or too many,
   * and what was left of lists that did not become whole. True: there is more.
   */
  prune(retention: Retention): Promise<boolean>;
  /**
   * Who has these programs of Flottille's: by the machines' lists, and by what
   * orders have changed since each list came.
   */
  held(names: readonly string[]): Promise<HeldProgram[]>;
}

/** What every form of the store can do. Every reader tells committed things. */
export interface Store extends Writer, ListStore {
  /**
   * Puts in orders with their tasks, all in one transaction, and gives them
   * the next numbers. A number is never given twice, whatever is deleted. What
   * a task comes `after` is given as a place in the list, and kept as the
   * number that the order there gets.
   */
  addOrders(orders: readonly NewOrder[]): Promise<OrderedTasks[]>;
  machines(): Promise<MachineRecord[]>;
  groups(): Promise<GroupRecord[]>;
  expected(): Promise<ExpectedMachine[]>;
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

/** What one machine may make us keep, whatever the owner says. */
export const HISTORY_LIMITS = { listsMax: 1_000, linesMax: 1_000_000 } as const;

/** The key of the highest epoch that this fleet's servers have used. */
export const META_EPOCH = "epoch";
