/**
 * Reads `B.peo`, a program list that somebody else wrote: a machine of the
 * fleet, which may be broken or in the hands of another. It is read as it
 * comes, line by line, and never costs more memory than its longest line; a
 * document with one wrong line is refused as a whole, so that the list kept
 * from before stays (S-17).
 *
 * Reads the form that `document.ts` writes: the head on the first line, one
 * program on each line after it in the order of `compareListed`, and `]}` on
 * the last.
 *
 * @module
 */

import { fromUtf8 } from "../trust/bytes.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { describe } from "../trust/shape.ts";
import {
  isCycloneDx,
  type ListHead,
  readComponent,
  readHead,
} from "./component.ts";
import { LineCutter } from "./line_cutter.ts";
import { otherFormat, SNIFFED_BYTES } from "./other_format.ts";
import { compareKeys, LIST_LIMITS, type ListedProgram } from "./program.ts";

/** What a document told, beside its programs. */
export interface ListEnd extends ListHead {
  /** Programs that it held. */
  readonly count: number;
}

/** A whole list. */
export interface ParsedList extends ListHead {
  readonly programs: ListedProgram[];
}

/** The end of the first line, where programs follow. */
const OPENING = '"components":[';

/** The end of the first line where there is none. */
const EMPTY = '"components":[]}';

const CLOSING = "]}";

/** What the next line must be. */
type Due =
  | "head"
  /** A program: the line before ended in a comma, or was the head. */
  | "program"
  /** `]}`. */
  | "closing"
  /** Nothing: the document is complete. */
  | "nothing"
  /** The first line was no head; what follows tells what it is instead. */
  | "anything";

/** Reads a document piece by piece. */
export class ListReader {
  readonly #lines = new LineCutter(LIST_LIMITS.headBytesMax);
  readonly #beginning = new Uint8Array(SNIFFED_BYTES);
  #due: Due = "head";
  #head: ListHead | null = null;
  #last: ListedProgram | null = null;
  #count = 0;
  #bytes = 0;
  #fault: string | null = null;

  /**
   * The next bytes, not kept: gives the programs whose lines end in them. The
   * fault is a whole sentence; after one, every call gives the same again.
   */
  push(piece: Uint8Array): Outcome<ListedProgram[], string> {
    const programs: ListedProgram[] = [];
    if (this.#fault === null) this.#take(piece, programs);
    return this.#fault === null ? ok(programs) : fault(this.#fault);
  }

  /** After the last piece. */
  finish(): Outcome<ListEnd, string> {
    if (this.#fault === null && this.#due !== "nothing") {
      this.#refuse(this.#whyUnfinished());
    }
    return this.#fault === null && this.#head !== null
      ? ok({ ...this.#head, count: this.#count })
      : fault(this.#fault ?? "");
  }

  #take(piece: Uint8Array, programs: ListedProgram[]): void {
    this.#look(piece);
    this.#bytes += piece.length;
    if (this.#bytes > LIST_LIMITS.documentBytesMax) {
      return this.#refuse(
        `it holds more than ${LIST_LIMITS.documentBytesMax} bytes`,
      );
    }
    if (!this.#isStranger()) this.#takeLines(piece, programs);
    if (this.#isStranger() && this.#bytes >= SNIFFED_BYTES) {
      this.#refuse(otherFormat(this.#beginning));
    }
  }

  #takeLines(piece: Uint8Array, programs: ListedProgram[]): void {
    for (const line of this.#lines.push(piece)) {
      this.#readLine(line, programs);
      if (this.#fault !== null || this.#isStranger()) return;
    }
    this.#checkRest();
  }

  #isStranger(): boolean {
    return this.#due === "anything";
  }

  /** Keeps the beginning, for the sentence on what is no list at all. */
  #look(piece: Uint8Array): void {
    const room = SNIFFED_BYTES - this.#bytes;
    if (room > 0) this.#beginning.set(piece.subarray(0, room), this.#bytes);
  }

  /** A line that is not finished can be too long already. */
  #checkRest(): void {
    const { rest } = this.#lines;
    if (this.#due === "head") {
      if (rest > LIST_LIMITS.headBytesMax) this.#due = "anything";
    } else if (this.#due === "nothing" && rest > 0) {
      this.#refuse("bytes follow its end");
    } else if (rest > LIST_LIMITS.lineBytesMax) this.#refuseLength();
  }

  #whyUnfinished(): string {
    if (this.#bytes === 0) return "it is empty";
    return this.#due === "head" || this.#due === "anything"
      ? otherFormat(this.#beginning.subarray(0, this.#bytes))
      : "it is cut off";
  }

  #readLine(line: Uint8Array, programs: ListedProgram[]): void {
    if (this.#due === "head") return this.#readHead(line);
    if (this.#due === "nothing") return this.#refuse("bytes follow its end");
    if (line.length > LIST_LIMITS.lineBytesMax) return this.#refuseLength();
    const text = fromUtf8(line);
    if (text === null) {
      this.#refuse(`line ${this.#lineNumber()} is not UTF-8`);
    } else if (this.#due === "program") this.#readProgram(text, programs);
    else if (text === CLOSING) this.#due = "nothing";
    else {
      this.#refuse(
        `line ${this.#lineNumber()} should be "${CLOSING}", for the line ` +
          "before it ends in no comma",
      );
    }
  }

  #readHead(line: Uint8Array): void {
    const text = line.length > LIST_LIMITS.headBytesMax ? null : fromUtf8(line);
    const isEmpty = text?.endsWith(EMPTY) ?? false;
    const document = parsed(isEmpty ? text : withClosing(text));
    if (!isCycloneDx(document)) {
      this.#due = "anything";
      return;
    }
    const head = readHead(document);
    if (typeof head === "string") return this.#refuse(head);
    this.#head = head;
    this.#due = isEmpty ? "nothing" : "program";
  }

  #readProgram(text: string, programs: ListedProgram[]): void {
    if (this.#count >= LIST_LIMITS.programsMax) {
      return this.#refuse(
        `it holds more than ${LIST_LIMITS.programsMax} programs`,
      );
    }
    const isLast = !text.endsWith(",");
    const component = parsed(isLast ? text : text.slice(0, -1));
    if (component === undefined) {
      return this.#refuse(`line ${this.#lineNumber()} is not one program`);
    }
    const program = readComponent(component);
    if (typeof program === "string") {
      return this.#refuse(`program ${this.#count + 1} ${program}`);
    }
    // So none is in it twice, without a memory of all that came before.
    const order = this.#last === null ? -1 : compareKeys(this.#last, program);
    if (order === 0) {
      return this.#refuse(`${describe(program.purl)} is in it twice`);
    }
    if (order > 0) {
      return this.#refuse(
        `program ${this.#count + 1}, ${describe(program.purl)}, ` +
          "belongs before the one before it",
      );
    }
    this.#last = program;
    this.#count++;
    this.#due = isLast ? "closing" : "program";
    programs.push(program);
  }

  /** The head is line 1, and nothing but programs comes before the end. */
  #lineNumber(): number {
    return this.#count + 2;
  }

  #refuseLength(): void {
    this.#refuse(
      `line ${this.#lineNumber()} has more than ` +
        `${LIST_LIMITS.lineBytesMax} bytes`,
    );
  }

  #refuse(why: string): void {
    this.#fault ??= `Cannot read the list: ${why}`;
  }
}

/** The whole of a list at once. */
export function parseList(bytes: Uint8Array): Outcome<ParsedList, string> {
  const reader = new ListReader();
  const read = reader.push(bytes);
  if (!read.ok) return read;
  const end = reader.finish();
  if (!end.ok) return end;
  const { faults, distribution, rebootFor } = end.value;
  return ok({ programs: read.value, faults, distribution, rebootFor });
}

/** The head as an object of its own; null when no programs follow it. */
function withClosing(text: string | null): string | null {
  return text?.endsWith(OPENING) ? text + CLOSING : null;
}

/** The JSON value; undefined when it is none. No line has a carriage return. */
function parsed(text: string | null): unknown {
  if (text === null || text.includes("\r")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
