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

/** The printing end of a command. */
export class Output {
  readonly #terminal: Terminal;
  readonly #progress: Progress;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#progress = openProgress(terminal, clock);
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
      widthMax: interactive ? this.#terminal.columns() : Infinity,
      colours: interactive,
    });
    // The cells went through `printable`; the colours around them must not.
    for (const line of lines) this.#terminal.write(`${line}\n`);
  }

  /** A value as JSON on stdout, indented by two; a bigint becomes text. */
  json(value: unknown): void {
    const json = JSON.stringify(
      value,
      (_, one) => typeof one === "bigint" ? String(one) : one,
      2,
    );
    this.text(json.split("\n"));
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
