/**
 * The one door through which text of strangers gets to a terminal, a log or a
 * file: program names, host names, reasons. A terminal obeys control
 * characters and turns the direction of text at some marks, so each of these
 * is shown as its own number instead (D-10).
 *
 * @module
 */

/**
 * Control characters, format marks (direction, joiners, soft hyphens), line
 * and paragraph separators, private characters and halves of characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/**
 * Nearly every text. The expression above has the engine load its tables of
 * all languages, which an agent that logs ASCII never needs.
 */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * The text on one line, with nothing in it that a terminal obeys. An escape
 * is `\u` and four digits for each unit, which inside a string of JSON means
 * the character itself: so JSON can go through here without a change.
 */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, escapeUnits);
}

/** As `printable`, but at most `charsMax` characters, with an ellipsis. */
export function printableStart(text: string, charsMax: number): string {
  return text.length <= charsMax
    ? printable(text)
    : `${printable(text.slice(0, charsMax).toWellFormed())}…`;
}

function escapeUnits(char: string): string {
  let escaped = "";
  for (let at = 0; at < char.length; at++) {
    escaped += `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
