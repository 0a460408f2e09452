/**
 * A machine's program list, made of what its sources said: sorted, without
 * doubles, within the limits of a list, and as the document `B.peo`, which is
 * written when somebody wants it and never held as a whole.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  type Digest,
  digestOf,
  documentLines,
  lineOf,
  type ListedMachine,
} from "./document.ts";
import { boundedFaults, LIST_SOURCE } from "./faults.ts";
import {
  compareKeys,
  compareListed,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "./program.ts";
import type { SourceList } from "./source.ts";

/** A machine's program list. */
export interface PeoList extends Digest {
  /** In the document's order. */
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
  /** The bytes of `B.peo`, in pieces of a few whole lines; each call anew. */
  lines(): Iterable<Uint8Array<ArrayBuffer>>;
}

/**
 * The list of what the sources gave. What is too much for a list is left out
 * at the end of the last source, so the first one's programs stay.
 */
export function makeList(
  machine: ListedMachine,
  sources: readonly SourceList[],
): PeoList {
  const faults = sources.flatMap((source) => source.faults);
  const all = sources.flatMap(({ programs }) => programs);
  const kept = fitting(all);
  if (kept.length < all.length) {
    faults.push({
      source: LIST_SOURCE,
      error: `${all.length - kept.length} programs are beyond what a list ` +
        "may hold",
    });
  }
  return new MadeList(machine, sorted(kept), boundedFaults(faults));
}

class MadeList implements PeoList {
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
  readonly #machine: ListedMachine;
  #digest: Digest | null = null;

  constructor(
    machine: ListedMachine,
    programs: readonly ListedProgram[],
    faults: readonly ListFault[],
  ) {
    this.#machine = machine;
    this.programs = programs;
    this.faults = faults;
  }

  lines(): Iterable<Uint8Array<ArrayBuffer>> {
    const { programs, faults } = this;
    return documentLines({ machine: this.#machine, programs, faults });
  }

  get sha256(): string {
    return this.#digested().sha256;
  }

  get size(): number {
    return this.#digested().size;
  }

  /** Once, when it is first asked for: a question about a program is not. */
  #digested(): Digest {
    return this.#digest ??= digestOf(this.lines());
  }
}

/** The first of them that a list has room for. */
function fitting(programs: readonly ListedProgram[]): readonly ListedProgram[] {
  const few = programs.slice(0, LIST_LIMITS.programsMax);
  const room = LIST_LIMITS.documentBytesMax - LIST_LIMITS.headBytesMax;
  if (few.length * LIST_LIMITS.lineBytesMax <= room) return few;
  let bytes = 0;
  const end = few.findIndex((program) => (bytes += bytesOf(program)) > room);
  return end === -1 ? few : few.slice(0, end);
}

/** What its line takes, with the two characters behind it. */
function bytesOf(program: ListedProgram): number {
  return Buffer.byteLength(lineOf(program)) + 2;
}

/** In the list's order; of two with the same key the first stays. */
function sorted(programs: readonly ListedProgram[]): ListedProgram[] {
  const ordered = programs.toSorted(compareListed);
  return ordered.filter((program, index) => {
    const before = ordered[index - 1];
    return before === undefined || compareKeys(before, program) !== 0;
  });
}
