/**
 * JSON from somebody else (RFC 8259), read with what `JSON.parse` leaves out: a
 * limit on depth, no field given twice (two readers would take two different
 * ones, so a signature would cover both meanings), the line on which a value
 * stands, and the line on which a spoilt text goes wrong (K-01). The engine's
 * own messages are not used: they change, and they repeat parts of the text,
 * which may hold a secret.
 *
 * Sizes are limited by the callers, before they come here. What the fields
 * mean is for `shape.ts`.
 *
 * @module
 */

import { fault, ok, type Outcome } from "./outcome.ts";

/**
 * Characters of a path whose line is kept; ours need 40. A field's name may be
 * as long as half of the document and have thousands of values below it.
 */
const PATH_CHARS_MAX = 1_024;
/** Lists and objects inside one another; ours need four. */
export const JSON_DEPTH_MAX = 16;

/** A JSON text that was read. */
export interface JsonDocument {
  readonly value: unknown;
  /**
   * The line (from 1) on which the value at a path such as `enrolment.secret`
   * or `servers[2]` begins; the line of what is around it when it is missing.
   */
  lineOf(path: string): number;
}

/** What stopped the reading, and on which line (from 1). */
export interface JsonFault {
  readonly line: number;
  /** The end of a sentence about the text: "is cut off". */
  readonly problem: string;
}

/** Reads one JSON document and nothing after it. */
export function parseJson(text: string): Outcome<JsonDocument, JsonFault> {
  const scan = new Scan();
  for (let offset = 0;;) {
    const space = matchAt(SPACE, text, offset);
    offset += space.length;
    scan.line += space.split("\n").length - 1;
    if (offset === text.length) break;
    const token = matchAt(TOKEN, text, offset);
    const problem = token === ""
      ? problemAt(text.slice(offset), scan.expects)
      : scan.take(token);
    if (problem === CUT) break;
    if (problem !== null) return fault({ line: scan.line, problem });
    offset += token.length;
  }
  if (scan.expects !== "nothing") {
    return fault({ line: text.trimEnd().split("\n").length, problem: CUT });
  }
  const value: unknown = JSON.parse(text);
  return ok({ value, lineOf: (path) => lineOf(scan.lines, path) });
}

const SPACE = /[ \t\r\n]*/y;
// The tokens of RFC 8259. The expression for texts takes long runs in one go:
// a payload is one text of a hundred thousand characters.
const TOKEN = new RegExp(
  [
    /[{}[\],:]|true|false|null/,
    /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/,
    // deno-lint-ignore no-control-regex
    /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"/,
  ].map(({ source }) => source).join("|"),
  "y",
);

const CUT = "is cut off";
const NOT_JSON = "is not JSON";
const TOO_MUCH = "goes on after its end; is it two files in one";

function matchAt(expression: RegExp, text: string, offset: number): string {
  expression.lastIndex = offset;
  return expression.exec(text)?.[0] ?? "";
}

/** No token begins this rest of the text: is that because it ends too early? */
function problemAt(rest: string, expects: Expectation): string {
  if (expects === "nothing") return TOO_MUCH;
  const isCutWord = ["true", "false", "null"].some((w) => w.startsWith(rest));
  const isCutText = /^"(?:[^"\\]|\\[^])*\\?$/.test(rest);
  const isCutNumber = /^(?:-|\.|[eE][+-]?)$/.test(rest);
  return isCutWord || isCutText || isCutNumber ? CUT : NOT_JSON;
}

/** What may come next. */
type Expectation =
  | "value"
  | "value or end"
  | "field"
  | "field or end"
  | "colon"
  | "comma or end"
  | "nothing";

/** An object or a list that is open. */
interface Frame {
  readonly path: string;
  /** The fields met so far; null in a list. */
  readonly fields: Set<string> | null;
  /** Where the next value goes: a field's name, or an index. */
  place: string | number;
}

/** The grammar, token by token, and what it notes on the way. */
class Scan {
  readonly lines = new Map<string, number>();
  line = 1;
  expects: Expectation = "value";
  readonly #frames: Frame[] = [];

  /** Goes on by one token; gives the problem if it does not fit. */
  take(token: string): string | null {
    const frame = this.#frames.at(-1);
    const isEnd = token === (frame?.fields ? "}" : "]");
    switch (this.expects) {
      case "nothing":
        return TOO_MUCH;
      case "value or end":
        return isEnd ? this.#close() : this.#value(token);
      case "value":
        return this.#value(token);
      case "field or end":
        return isEnd ? this.#close() : this.#field(token);
      case "field":
        return this.#field(token);
      case "colon":
        this.expects = "value";
        return token === ":" ? null : NOT_JSON;
      case "comma or end":
        if (isEnd) return this.#close();
        if (typeof frame?.place === "number") frame.place++;
        this.expects = frame?.fields ? "field" : "value";
        return token === "," ? null : NOT_JSON;
    }
  }

  #value(token: string): string | null {
    if ("}],:".includes(token)) return NOT_JSON;
    const path = pathOf(this.#frames.at(-1));
    if (path.length <= PATH_CHARS_MAX) this.lines.set(path, this.line);
    if (token === "{" || token === "[") return this.#open(token, path);
    this.#expectNext();
    return null;
  }

  #open(token: "{" | "[", path: string): string | null {
    if (this.#frames.length === JSON_DEPTH_MAX) {
      return `is more than ${JSON_DEPTH_MAX} levels deep`;
    }
    const fields = token === "{" ? new Set<string>() : null;
    this.#frames.push({ path, fields, place: 0 });
    this.expects = fields === null ? "value or end" : "field or end";
    return null;
  }

  #close(): null {
    this.#frames.pop();
    this.#expectNext();
    return null;
  }

  #field(token: string): string | null {
    const frame = this.#frames.at(-1);
    if (!token.startsWith('"') || !frame?.fields) return NOT_JSON;
    const field: string = JSON.parse(token); // It may be spelt with escapes.
    if (frame.fields.has(field)) return `gives ${shortened(field)} twice`;
    frame.fields.add(field);
    frame.place = field;
    this.expects = "colon";
    return null;
  }

  #expectNext(): void {
    this.expects = this.#frames.length === 0 ? "nothing" : "comma or end";
  }
}

function pathOf(frame: Frame | undefined): string {
  if (frame === undefined) return "";
  if (typeof frame.place === "number") return `${frame.path}[${frame.place}]`;
  return frame.path === "" ? frame.place : `${frame.path}.${frame.place}`;
}

function shortened(field: string): string {
  return JSON.stringify(field.length > 40 ? `${field.slice(0, 40)}...` : field);
}

function lineOf(lines: Map<string, number>, path: string): number {
  let around = path.slice(0, PATH_CHARS_MAX);
  while (around !== "" && !lines.has(around)) {
    around = around.replace(/(?:\.|^)[^.[\]]*$|\[\d+\]$/, "");
  }
  return lines.get(around) ?? 1;
}
