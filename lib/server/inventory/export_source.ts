/**
 * What an export is made from: machines by name, each with what its newest
 * list holds, as they were at one moment. The programs of a fleet repeat from
 * machine to machine, so each is written once and its text kept, up to a limit.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type {
  HeldNumber,
  ListRecord,
  NumberedProgram,
  Snapshot,
} from "../store/store.ts";
import { Breaths } from "./breaths.ts";

/** A machine and its newest list. */
export interface ExportedMachine {
  readonly machine: MachineRecord;
  readonly list: ListRecord;
}

/** What the forms of an export are given. */
export interface ExportSource {
  /** By name; those that have sent a list. */
  readonly machines: readonly ExportedMachine[];
  readonly snapshot: Snapshot;
  readonly clock: Clock;
  /** When the export was asked for, on the wall clock. */
  readonly nowMs: number;
}

/** Programs that are read at once. */
const PAGE_PROGRAMS = 500;

/** Characters of texts that are kept: a fleet of usual machines fits. */
const KEPT_CHARS_MAX = 8 * 1_024 * 1_024;

/** A line of a machine's list, as it was written. */
export interface WrittenLine extends HeldNumber {
  readonly text: string;
}

/** Writes the programs of one export. */
export class ProgramTexts {
  readonly #source: ExportSource;
  readonly #write: (program: NumberedProgram) => string;
  readonly #breaths: Breaths;
  readonly #texts = new Map<number, string>();
  #chars = 0;

  constructor(
    source: ExportSource,
    write: (program: NumberedProgram) => string,
  ) {
    this.#source = source;
    this.#write = write;
    this.#breaths = new Breaths(source.clock);
  }

  /** A machine's programs in pages, by name; `isWanted` leaves some out. */
  async *pagesOf(
    { machine }: ExportedMachine,
    isWanted: (number: number) => boolean = () => true,
  ): AsyncGenerator<WrittenLine[]> {
    const held = await this.#source.snapshot.held(machine.id);
    const wanted = held.filter(({ number }) => isWanted(number));
    await this.#breaths.take();
    for (let at = 0; at < wanted.length; at += PAGE_PROGRAMS) {
      const page = wanted.slice(at, at + PAGE_PROGRAMS);
      await this.#know(page.map(({ number }) => number));
      yield page.map((line) => ({
        ...line,
        text: this.#texts.get(line.number) ?? "",
      }));
      await this.#breaths.take();
    }
  }

  /** The numbers alone, so many at once. */
  async *numbersOf(
    { machine }: ExportedMachine,
    countMax: number,
  ): AsyncGenerator<number[]> {
    const held = await this.#source.snapshot.held(machine.id);
    for (let at = 0; at < held.length; at += countMax) {
      await this.#breaths.take();
      yield held.slice(at, at + countMax).map(({ number }) => number);
    }
  }

  /** Writes those that are not known yet. */
  async #know(numbers: readonly number[]): Promise<void> {
    if (this.#chars > KEPT_CHARS_MAX) {
      this.#texts.clear();
      this.#chars = 0;
    }
    const unknown = numbers.filter((number) => !this.#texts.has(number));
    if (unknown.length === 0) return;
    for (const program of await this.#source.snapshot.programs(unknown)) {
      const text = this.#write(program);
      this.#texts.set(program.number, text);
      this.#chars += text.length;
    }
  }
}
