/**
 * The layout of a help page, the same for both programs. Pure: a page in,
 * lines out.
 *
 * @module
 */

import { padded, textWidth } from "./text_width.ts";

/** A term and what it means: an option, an argument, a command. */
export interface HelpEntry {
  readonly term: string;
  readonly text: string;
}

/** Entries under a heading. */
export interface HelpSection {
  readonly title: string;
  readonly entries: readonly HelpEntry[];
}

/** A command line, and what it does; empty when the line says it all. */
export type Example = readonly [line: string, does: string];

/** A help page. */
export interface HelpPage {
  /** The command line: `flottille-server list MACHINE`. */
  readonly usage: string;
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly sections: readonly HelpSection[];
  readonly examples?: readonly Example[];
}

/** Wider text is hard to read, however wide the terminal is. */
const COLUMNS_MAX = 80;
const COLUMNS_MIN = 40;
const INDENT = "  ";
/** A longer term stands on a line of its own. */
const TERM_COLUMNS_MAX = 30;

/** The lines of a page, wrapped for a terminal of so many columns. */
export function helpLines(page: HelpPage, columns: number): string[] {
  const width = Math.max(COLUMNS_MIN, Math.min(columns, COLUMNS_MAX));
  const lines = wrapped(`Usage: ${page.usage}`, width, " ".repeat(7));
  for (const paragraph of page.about) {
    lines.push("", ...wrapped(paragraph, width, ""));
  }
  for (const { title, entries } of page.sections) {
    if (entries.length === 0) continue;
    lines.push("", `${title}:`, ...entryLines(entries, width));
  }
  if (page.examples !== undefined) {
    lines.push("", "Examples:", ...exampleLines(page.examples, width));
  }
  return lines;
}

function exampleLines(examples: readonly Example[], width: number): string[] {
  const indent = INDENT.repeat(3);
  return examples.flatMap(([line, does]) => [
    // Never broken: people copy it.
    INDENT + line,
    ...(does === "" ? [] : wrapped(indent + does, width, indent)),
  ]);
}

function entryLines(entries: readonly HelpEntry[], width: number): string[] {
  const widest = Math.max(...entries.map(({ term }) => textWidth(term)));
  const termWidth = Math.min(TERM_COLUMNS_MAX, widest);
  const hanging = " ".repeat(2 * INDENT.length + termWidth);
  return entries.flatMap(({ term, text }) => {
    const head = INDENT + padded(term, termWidth) + INDENT;
    if (textWidth(term) <= termWidth) {
      return wrapped(head + text, width, hanging);
    }
    return [INDENT + term, ...wrapped(hanging + text, width, hanging)];
  });
}

/** The text in lines of at most `width`; `hanging` before all but the first. */
export function wrapped(
  text: string,
  width: number,
  hanging: string,
): string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width) {
    const at = lastBreak(rest, width, lines.length === 0 ? "" : hanging);
    if (at === -1) break; // A word longer than the line stays whole.
    lines.push(rest.slice(0, at).trimEnd());
    rest = hanging + rest.slice(at + 1).trimStart();
  }
  return [...lines, rest.trimEnd()];
}

/** The last space at which the first line can end, or else the next one. */
function lastBreak(text: string, width: number, hanging: string): number {
  const indent = hanging.length + (text.slice(hanging.length).search(/\S|$/));
  const fits = text.lastIndexOf(" ", width);
  return fits > indent ? fits : text.indexOf(" ", Math.max(indent, width));
}
