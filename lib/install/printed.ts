/**
 * What other programs printed, made fit for people: well-formed text with
 * nothing in it that a terminal obeys, of which the first and the last part
 * are kept and the middle is counted (I-10).
 *
 * @module
 */

import type { KeptOutput } from "../host/processes.ts";

/** Bytes kept of the beginning of a program's output, and of its end. */
export const PRINTED_FIRST_BYTES = 4_096;
export const PRINTED_LAST_BYTES = 4_096;

/**
 * What of it reaches the operator. With the sentence before it this fits into
 * the note of one datagram.
 */
const LAST_LINES_MAX = 8;
const LAST_LINES_CHARS_MAX = 400;

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);

/** Colours, cursor movements and window titles: they say nothing. */
const ORDERS_TO_TERMINALS = new RegExp(
  `${ESCAPE}\\[[0-?]*[ -/]*[@-~]|` +
    `${ESCAPE}\\][^${BELL}${ESCAPE}\\n]{0,200}(?:${BELL}|${ESCAPE}\\\\)`,
  "g",
);

/**
 * Every other control character but the end of a line; format marks (direction
 * of text), separators, private characters, and halves of characters.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** The output as text, and how much of it is missing. */
export function readPrinted(kept: KeptOutput | undefined): string {
  if (kept === undefined) return "";
  const { first, droppedBytes, last } = kept;
  if (droppedBytes > 0) {
    return `${readable(first)}\n... ${droppedBytes} bytes left out ...\n` +
      readable(last);
  }
  const whole = new Uint8Array(first.length + last.length);
  whole.set(first);
  whole.set(last, first.length);
  return readable(whole);
}

/** Any bytes as text that is safe to show; lines end with `\n`. */
export function readable(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
    .replaceAll(ORDERS_TO_TERMINALS, "")
    .replaceAll(/\r+\n?/g, "\n")
    .replaceAll("\t", " ")
    .replaceAll(UNPRINTABLE, "\ufffd");
}

/**
 * The sentence, and what was printed last below it: what an operator reads of
 * a program that failed.
 */
export function withLastLines(sentence: string, printed: string): string {
  const lines = lastLines(printed);
  return lines.length === 0
    ? `${sentence}; it printed nothing`
    : `${sentence}; its last lines:\n${lines.join("\n")}`;
}

/** The last lines that are not empty, few and short enough. */
export function lastLines(printed: string): string[] {
  const found: string[] = [];
  let chars = 0;
  for (const line of printed.split("\n").reverse()) {
    const text = line.trimEnd();
    if (text === "") continue;
    const room = LAST_LINES_CHARS_MAX - chars;
    if (found.length === LAST_LINES_MAX || room < 8) break;
    found.push(
      text.length <= room ? text : `...${text.slice(3 - room).toWellFormed()}`,
    );
    chars += text.length + 1;
  }
  return found.reverse();
}
