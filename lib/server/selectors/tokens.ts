/**
 * A selector's text as words and signs. A word may be quoted, in whole or in
 * part: `has:'firefox < 128'`. Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** What stands between words. */
export type Sign = "!" | "&" | "|" | "(" | ")";

/** A piece of the text. */
export type Token =
  | { readonly kind: "sign"; readonly sign: Sign }
  | { readonly kind: "word"; readonly word: string };

const SIGNS: Readonly<Record<string, Sign>> = {
  "!": "!",
  "&": "&",
  "|": "|",
  ",": "|",
  "(": "(",
  ")": ")",
};

/** Two of them, as in most languages, mean one. */
const DOUBLED: ReadonlySet<string> = new Set(["&", "|"]);

/** The pieces; the fault is a sentence's end. */
export function tokensOf(text: string): Outcome<Token[], string> {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const letter = text.charAt(at);
    const sign = SIGNS[letter];
    if (/\s/.test(letter)) {
      at++;
    } else if (sign !== undefined) {
      tokens.push({ kind: "sign", sign });
      at += DOUBLED.has(letter) && text.charAt(at + 1) === letter ? 2 : 1;
    } else {
      const read = wordAt(text, at);
      if (!read.ok) return read;
      tokens.push({ kind: "word", word: read.value.word });
      at = read.value.end;
    }
  }
  return ok(tokens);
}

/** Up to a space or a sign; `!` within a word is a letter of `!=`. */
function wordAt(
  text: string,
  from: number,
): Outcome<{ word: string; end: number }, string> {
  let word = "";
  let at = from;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === "'" || letter === '"') {
      const end = text.indexOf(letter, at + 1);
      if (end === -1) return fault(`the quote ${letter} has no end`);
      word += text.slice(at + 1, end);
      at = end + 1;
    } else if (/[\s&|,()]/.test(letter)) {
      break;
    } else {
      word += letter;
      at++;
    }
  }
  return ok({ word, end: at });
}
