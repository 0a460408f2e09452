/**
 * What is fuzzed: one thing that reads what somebody else wrote, inputs for
 * it, and what must hold whatever they are.
 *
 * @module
 */

import type { Chance } from "./chance.ts";

/** One thing under test, with its samples. */
export interface Probe<I> {
  /** The next input. */
  draw(chance: Chance): I;
  /**
   * Gives the input to the thing under test. In one word how it ended, for the
   * tally; throws when something does not hold that must.
   */
  check(input: I): string | Promise<string>;
  /** The input, for a person who looks for the fault. */
  show(input: I): string;
  close?(): void | Promise<void>;
}

/** One row of the table of targets. */
export interface Target {
  /** As it is called on the command line. */
  readonly name: string;
  /** What must hold, in a line. */
  readonly about: string;
  /**
   * How inputs must end, some of them: a target that never comes as far as
   * this tests nothing.
   */
  readonly ends: readonly string[];
  /** One of its inputs counts for so many: it takes as long. */
  readonly costs?: number;
  /** A probe that remembers is made anew after so many inputs. */
  readonly life?: number;
  readonly open: () => Promise<Probe<unknown>>;
}

/** Bytes as text where they are UTF-8, without what a terminal obeys. */
export function showBytes(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.stringify(text);
  } catch {
    return `hex ${bytes.toHex()}`;
  }
}

/** Throws a sentence on what does not hold. */
export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
}
