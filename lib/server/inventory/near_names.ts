/**
 * Names of programs that may have been meant by one that nobody has: those a
 * slip away, and those that contain it, as "Mozilla Firefox (x64 fr)" does for
 * "firefox". Names arrive page by page, and only the best are kept.
 *
 * @module
 */

import { nearest } from "../../trust/nearest.ts";

/** Names that contain the word; shorter ones are nearer. */
const CONTAINING_MAX = 5;

/** A shorter word is in too many names. */
const WORD_LENGTH_MIN = 2;

/** The best names so far. */
export class NearNames {
  readonly #word: string;
  #near: readonly string[] = [];
  #containing: readonly string[] = [];

  /** @param word What was asked for; the signs of a glob are left out. */
  constructor(word: string) {
    this.#word = word.replaceAll(/[*?]/g, "").toLowerCase();
  }

  /** Looks at some more names. */
  add(names: readonly string[]): void {
    if (this.#word.length < WORD_LENGTH_MIN) return;
    this.#near = nearest(this.#word, [...this.#near, ...names]);
    const containing = names.filter((name) =>
      name.toLowerCase().includes(this.#word)
    );
    this.#containing = [...new Set([...this.#containing, ...containing])]
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
      .slice(0, CONTAINING_MAX);
  }

  /** Nearest first. */
  best(): string[] {
    return [...new Set([...this.#near, ...this.#containing])];
  }
}
