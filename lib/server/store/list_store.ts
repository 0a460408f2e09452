/**
 * What a store keeps of the machines' lists: the shapes, and what can be asked.
 * Part of the one interface in `store.ts`, through which it is read.
 *
 * @module
 */

import type { ListedProgram, ListFault } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";

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
  /** Who asks for a new start of the machine; "": nobody. */
  readonly rebootFor: string;
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

/** What one machine may make us keep, whatever the owner says. */
export const HISTORY_LIMITS = { listsMax: 1_000, linesMax: 1_000_000 } as const;
