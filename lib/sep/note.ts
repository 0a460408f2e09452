/**
 * The note beside a result: a few lines for the operator, in one datagram with
 * the rest of its word. What is too long is cut in its middle, because its two
 * ends matter: the sentence that says what was being done stands first, and
 * what a hook printed when it failed stands last.
 *
 * Knows nothing of results; it is text and its limits.
 *
 * @module
 */

import { escapeArgument } from "./body.ts";

/** Bytes of a note in UTF-8. */
export const NOTE_BYTES_MAX = 600;

/**
 * Bytes of a note as it is written: a line's end and the notation's own signs
 * take three each. The longest `[reussi]` without its note needs 235 bytes of
 * the body's 900, so every lawful note has its place in every lawful word.
 */
export const NOTE_WRITTEN_BYTES_MAX = 660;

/** What may be in a note: no control character but the end of a line. */
const NOT_IN_A_NOTE = /[^\P{Cc}\n]/u;
const GAP = "...";
/** Of a note's room, for the first line of one that is too long. */
const HEAD_SHARE = 0.5;

/** True for a text that `[reussi]` and `[rate]` may carry. */
export function isNote(text: string): boolean {
  return !NOT_IN_A_NOTE.test(text) && text.isWellFormed() && fits(text, 1);
}

/**
 * The text as a note: what a terminal would obey becomes `?`, empty lines at
 * its end go, and when it is too long its middle goes.
 */
export function cutNote(text: string): string {
  const clean = text.toWellFormed()
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll("\t", " ")
    .replaceAll(new RegExp(NOT_IN_A_NOTE, "gu"), "?")
    .trimEnd();
  if (fits(clean, 1)) return clean;
  const [first = "", ...others] = clean.split("\n");
  const head = longestStart(first, others.length === 0 ? 1 : HEAD_SHARE);
  if (others.length === 0) return head;
  return head + longestEnd(others.join("\n"), head);
}

/** Does it fit into this share of a note? */
function fits(text: string, share: number): boolean {
  // No character is shorter than a byte: a long text need not be encoded.
  if (text.length > NOTE_BYTES_MAX) return false;
  return bytesOf(text) <= NOTE_BYTES_MAX * share &&
    bytesOf(escapeArgument(text)) <= NOTE_WRITTEN_BYTES_MAX * share;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The text, or as much of its beginning as the share holds. */
function longestStart(text: string, share: number): string {
  if (fits(text, share)) return text;
  let start = "";
  for (const character of text) {
    if (!fits(start + character + GAP, share)) break;
    start += character;
  }
  return start + GAP;
}

/** As much of the end as fits behind the head: whole lines, if one does. */
function longestEnd(text: string, head: string): string {
  const before = `${head}\n${GAP}\n`;
  const characters = [...text.slice(-NOTE_BYTES_MAX).toWellFormed()];
  let end = "";
  for (const character of characters.reverse()) {
    if (!fits(before + character + end, 1)) break;
    end = character + end;
  }
  const line = end.indexOf("\n");
  const isWhole = text === end || text.endsWith(`\n${end}`);
  const kept = isWhole || line === -1 ? end : end.slice(line + 1);
  return `\n${GAP}\n${kept}`;
}
