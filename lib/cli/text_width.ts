/**
 * How many columns of a terminal a text takes, and texts cut or filled to a
 * width. Only printable text: control characters have no width of their own.
 *
 * @module
 */

/** Marks that stand on the character before them. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Drawn over two columns: the wide scripts (UAX #11) and emoji. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1f9ff}\u{20000}-\u{3fffd}])$/u;

const ASCII = /^[\x20-\x7e]*$/;

/** The columns that the text takes. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The text, or its beginning and an ellipsis, in at most `max` columns. */
export function fitted(text: string, max: number): string {
  if (textWidth(text) <= max) return text;
  if (max < 1) return "";
  let kept = "";
  let width = 0;
  for (const char of text) {
    width += charWidth(char);
    if (width > max - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** The text with spaces behind it (or before it), `width` columns in all. */
export function padded(text: string, width: number, toRight = false): string {
  const spaces = " ".repeat(Math.max(0, width - textWidth(text)));
  return toRight ? spaces + text : text + spaces;
}

function charWidth(char: string): number {
  return ZERO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}
