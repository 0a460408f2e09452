/**
 * A selector's text as a value: words and `key:value` terms, with `!` before
 * `&` before `|` (or `,`), and parentheses. Pure.
 *
 * @module
 */

import { parseQuestion } from "../../peo/versions/question.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { parseRange } from "./address_range.ts";
import { ALL, KEYS, type Selector, type Term } from "./selector.ts";
import { type Sign, type Token, tokensOf } from "./tokens.ts";

/** Characters of a selector. */
export const SELECTOR_LENGTH_MAX = 1_024;
/** Words and terms of a selector. */
const LEAVES_MAX = 64;
/** Parentheses within each other, and `!` before each other. */
const DEPTH_MAX = 32;

/** Reads a selector; the fault is a sentence. */
export function parseSelector(text: string): Outcome<Selector, string> {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  const whole = `Cannot understand "${shown}"`;
  if (text.length > SELECTOR_LENGTH_MAX) {
    return fault(`${whole}: it has more than ${SELECTOR_LENGTH_MAX} letters`);
  }
  const tokens = tokensOf(text);
  if (!tokens.ok) return fault(`${whole}: ${tokens.fault}`);
  try {
    return ok(new Reader(tokens.value).whole());
  } catch (error) {
    if (error instanceof Unreadable) return fault(`${whole}: ${error.message}`);
    throw error;
  }
}

/** Thrown and caught in this file only: the end of a sentence. */
class Unreadable extends Error {}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #leaves = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Selector {
    if (this.#tokens.length === 0) {
      throw new Unreadable("it names no machine; all means every machine");
    }
    const selector = this.#either();
    const left = this.#tokens[this.#at];
    if (left === undefined) return selector;
    throw new Unreadable(
      left.kind === "sign"
        ? `")" closes nothing`
        : `"${left.word}" follows without a sign; & means both, | means ` +
          "either, and a value with spaces needs quotes",
    );
  }

  #either(): Selector {
    return this.#several("or", "|", () => this.#both());
  }

  #both(): Selector {
    return this.#several("and", "&", () => this.#one());
  }

  #several(kind: "and" | "or", sign: Sign, read: () => Selector): Selector {
    const first = read();
    const of = [first];
    while (this.#take(sign)) of.push(read());
    return of.length === 1 ? first : { kind, of };
  }

  #one(): Selector {
    if (++this.#depth > DEPTH_MAX) throw new Unreadable("it is too deep");
    try {
      if (this.#take("!")) return { kind: "not", of: this.#one() };
      if (this.#take("(")) {
        const inner = this.#either();
        if (this.#take(")")) return inner;
        throw new Unreadable(`"(" is not closed`);
      }
      return this.#leaf();
    } finally {
      this.#depth--;
    }
  }

  #leaf(): Selector {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word") {
      const before = this.#tokens[this.#at - 1];
      const where = token?.kind === "sign"
        ? `before "${token.sign}"`
        : before?.kind === "sign"
        ? `after "${before.sign}"`
        : "at the end";
      throw new Unreadable(`something is missing ${where}`);
    }
    if (++this.#leaves > LEAVES_MAX) {
      throw new Unreadable(`it has more than ${LEAVES_MAX} words`);
    }
    this.#at++;
    return leafOf(token.word);
  }

  #take(sign: Sign): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || token.sign !== sign) return false;
    this.#at++;
    return true;
  }
}

function leafOf(word: string): Selector {
  const colon = word.indexOf(":");
  if (word === "") throw new Unreadable("a word is empty");
  if (colon === -1) {
    return word.toLowerCase() === ALL
      ? { kind: "all" }
      : { kind: "word", word };
  }
  const key = word.slice(0, colon).toLowerCase();
  const value = word.slice(colon + 1).trim();
  if (!isKey(key)) {
    const keys = Object.keys(KEYS);
    const near = nearest(key, keys);
    const known = near.length > 0 ? "" : `; there are ${keys.join(", ")}`;
    throw new Unreadable(
      `there is no "${key}:"${
        didYouMean(near.map((one) => `${one}:`))
      }${known}`,
    );
  }
  if (value === "") {
    throw new Unreadable(`nothing follows "${key}:"; it needs ${KEYS[key]}`);
  }
  return termOf(key, value);
}

function termOf(key: Term["key"], value: string): Term {
  if (key === "ip") {
    const range = parseRange(value);
    if (range.ok) return { kind: "term", key, value, range: range.value };
    throw new Unreadable(`"${value}" ${range.fault}`);
  }
  if (key === "has") {
    const question = parseQuestion(value);
    if (question.ok) {
      return { kind: "term", key, value, question: question.value };
    }
    throw new Unreadable(question.fault.replace(/^Cannot/, "cannot"));
  }
  return { kind: "term", key, value };
}

function isKey(text: string): text is Term["key"] {
  return Object.hasOwn(KEYS, text);
}
