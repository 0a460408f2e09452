/**
 * What a command prints: lines, tables and JSON on stdout, notes and errors on
 * stderr. Everything goes through `printable` here, so that no command can
 * forget it (D-10).
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Terminal } from "../host/terminal.ts";
import { printable } from "./printable.ts";
import { openProgress, type Progress } from "./progress.ts";
import { type Style, styled } from "./style.ts";
import { type Cell, type Column, tableLines } from "./table.ts";

/** Lines of one write. */
const LINES_AT_ONCE = 1_000;

/** The printing end of a command. */
export class Output {
  readonly #terminal: Terminal;
  readonly #progress: Progress;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#progress = openProgress(terminal, clock);
  }

  /** Columns of the terminal that stdout is; Infinity in a pipe. */
  get widthMax(): number {
    const { interactive } = this.#terminal;
    return interactive ? this.#terminal.columns() : Infinity;
  }

  /** The bar of this command; every line that is printed clears it first. */
  get progress(): Progress {
    return this.#progress;
  }

  /** One line on stdout; a line break in the text is escaped. */
  line(text: string, style: Style = "plain"): void {
    this.#progress.clear();
    const { interactive } = this.#terminal;
    this.#terminal.write(`${styled(printable(text), style, interactive)}\n`);
  }

  /** Our own text of several lines on stdout, such as a help. */
  text(lines: readonly string[]): void {
    for (const line of lines) this.line(line);
  }

  /** A table on stdout; nothing when it has no rows. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.#progress.clear();
    const { interactive } = this.#terminal;
    const lines = tableLines(columns, rows, {
      widthMax: this.widthMax,
      colours: interactive,
    });
    // The cells went through `printable`; the colours around them must not.
    this.#writeLines(lines);
  }

  /** A value as JSON on stdout, indented by two; a bigint becomes text. */
  json(value: unknown): void {
    const json = JSON.stringify(
      value,
      (_, one) => typeof one === "bigint" ? String(one) : one,
      2,
    );
    this.#progress.clear();
    this.#writeLines(json.split("\n").map(printable));
  }

  /** At once: a list of 100,000 programs has a million lines. */
  #writeLines(lines: readonly string[]): void {
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const some = lines.slice(at, at + LINES_AT_ONCE);
      this.#terminal.write(`${some.join("\n")}\n`);
    }
  }

  /**
   * Bytes on stdout as they are, for documents; false when whoever read them
   * has gone away, and the rest was not fetched.
   */
  async bytes(pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
    this.#progress.clear();
    for await (const piece of pieces) {
      if (!this.#terminal.writeBytes(piece)) return false;
    }
    return true;
  }

  /** A line on stderr, for the person and not for the pipe. */
  note(text: string, style: Style = "plain"): void {
    this.#progress.clear();
    const { interactiveError } = this.#terminal;
    this.#terminal.writeError(
      `${styled(printable(text), style, interactiveError)}\n`,
    );
  }

  /** An error on stderr: what went wrong, and what to do on further lines. */
  error(sentence: string, advice: readonly string[] = []): void {
    this.note(`error: ${sentence}`, "bad");
    for (const line of advice) this.note(`  ${line}`);
  }
}
