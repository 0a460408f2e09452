/**
 * The format of `reg export`, version 5.00: keys in brackets, below each its
 * values, all in UTF-16 whatever the machine's language
 * (https://learn.microsoft.com/troubleshoot/windows-server/performance/add-modify-delete-registry-subkeys-values).
 * A text may go over several lines, and long binary values do.
 *
 * Pure. A file that is cut or broken gives what can be read of it, and a
 * sentence's end for the first thing that cannot.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** A text, a number, or a list of texts; other kinds are not read. */
export type RegValue = string | number | readonly string[];

/** One key. */
export interface RegKey {
  /** `HKEY_LOCAL_MACHINE\SOFTWARE\...`. */
  readonly path: string;
  /** By their names in lower case; that of the key itself is empty. */
  readonly values: ReadonlyMap<string, RegValue>;
}

/** What the file holds. */
export interface RegFile {
  readonly keys: readonly RegKey[];
  /** The first thing that is wrong with it, or null. */
  readonly problem: string | null;
}

const HEADER = "Windows Registry Editor Version 5.00";

/** Keys that are kept: ten times what a full machine has. */
const KEYS_MAX = 100_000;

/** Longer texts are no names; they are not kept. */
const TEXT_CHARS_MAX = 8_192;

/** Reads a whole file. */
export function readRegFile(bytes: Uint8Array): RegFile {
  const text = textIn(bytes);
  if (text === null || !text.startsWith(HEADER)) {
    return { keys: [], problem: "it is not a registry file of version 5.00" };
  }
  return new Reader(text).read();
}

/** Half characters stay halves: whoever lists a name will find them. */
function textIn(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return null;
  return utf16(bytes.subarray(2, bytes.length - bytes.length % 2));
}

function utf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("utf16le");
}

class Reader {
  readonly #text: string;
  readonly #keys: RegKey[] = [];
  #values: Map<string, RegValue> | null = null;
  #at: number;
  #problem: string | null = null;

  constructor(text: string) {
    this.#text = text;
    this.#at = HEADER.length;
  }

  read(): RegFile {
    while (this.#at < this.#text.length) this.#line();
    return { keys: this.#keys, problem: this.#problem };
  }

  /** What begins here, to the end of its last line. */
  #line(): void {
    switch (this.#text[this.#at]) {
      case "\r":
      case "\n":
        this.#at++;
        return;
      case "[":
        return this.#key();
      case '"':
        return this.#value(this.#quoted());
      case "@":
        this.#at++;
        return this.#value("");
      default:
        this.#wrong("is neither a key nor a value");
    }
  }

  #key(): void {
    const line = this.#restOfLine();
    const end = line.lastIndexOf("]");
    this.#values = null;
    if (end === -1) return this.#wrong("begins a key that does not end");
    if (this.#keys.length >= KEYS_MAX) {
      return this.#wrong(`is beyond the ${KEYS_MAX} keys that are read`);
    }
    const values = new Map<string, RegValue>();
    this.#values = values;
    this.#keys.push({ path: line.slice(1, end), values });
  }

  /** After a value's name; null: the name had no end. */
  #value(name: string | null): void {
    if (name === null) return;
    if (this.#text[this.#at] !== "=") return this.#wrong("has no value");
    this.#at++;
    const value = this.#text[this.#at] === '"'
      ? this.#quoted()
      : valueIn(this.#continuedLine());
    if (value === null || this.#values === null) return;
    if (typeof value === "string" && value.length > TEXT_CHARS_MAX) return;
    this.#values.set(name.toLowerCase(), value);
  }

  /** A text in quotes, which may hold whole lines; null when it has no end. */
  #quoted(): string | null {
    const start = this.#at + 1;
    let end = start;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end === -1) {
        this.#wrong("begins a text that does not end");
        this.#at = this.#text.length;
        return null;
      }
      if (!isEscaped(this.#text, start, end)) break;
      end++;
    }
    this.#at = end + 1;
    return this.#text.slice(start, end).replace(/\\([\\"])/g, "$1");
  }

  #restOfLine(): string {
    const newline = this.#text.indexOf("\n", this.#at);
    const end = newline === -1 ? this.#text.length : newline;
    const line = this.#text.slice(this.#at, end);
    this.#at = newline === -1 ? end : end + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  /** Lines that end with a backslash go on in the next one. */
  #continuedLine(): string {
    const lines: string[] = [];
    for (;;) {
      const line = this.#restOfLine();
      lines.push(line);
      if (!line.endsWith("\\") || this.#at >= this.#text.length) break;
    }
    return lines.join("");
  }

  #wrong(what: string): void {
    if (this.#problem === null) {
      const line = this.#text.slice(0, this.#at).split("\n").length;
      this.#problem = `line ${line} ${what}`;
    }
    this.#restOfLine();
  }
}

/** Has the character at `at` an odd number of backslashes before it? */
function isEscaped(text: string, start: number, at: number): boolean {
  let before = at;
  while (before > start && text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

/** REG_SZ, REG_EXPAND_SZ and REG_MULTI_SZ, by their numbers. */
const TEXTS = new Set(["1", "2"]);
const LIST = "7";

/** The value; null when it is of another kind, or broken. */
function valueIn(line: string): RegValue | null {
  const [, number] = /^dword:([0-9a-f]{1,8})\s*$/i.exec(line) ?? [];
  if (number !== undefined) return Number.parseInt(number, 16);
  const [, type = "", digits = ""] =
    /^hex\(([0-9a-f])\):([\s\S]*)$/i.exec(line) ?? [];
  if (!TEXTS.has(type) && type !== LIST) return null;
  if (digits.length > 12 * TEXT_CHARS_MAX) return null;
  const pairs = digits.match(/[0-9a-f]{2}/gi) ?? [];
  const bytes = Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
  const texts = utf16(bytes.subarray(0, bytes.length - bytes.length % 2))
    .split("\0");
  return type === LIST ? texts.filter((text) => text !== "") : texts[0] ?? "";
}
