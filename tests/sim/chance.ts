/**
 * What chance decides in a simulated world: every draw follows from one seed,
 * and each thing that draws has a chance of its own, so that one draw more in
 * one place does not change all the others.
 *
 * @module
 */

import type { Randomness } from "../../lib/host/randomness.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";

/** Draws that follow from a seed. */
export class Chance implements Randomness {
  readonly #seed: number;
  readonly #source: FakeRandomness;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#source = new FakeRandomness(this.#seed);
  }

  /** The chance of a thing of this name, which nobody else draws from. */
  of(name: string): Chance {
    let seed = this.#seed ^ 0x811c9dc5;
    // FNV-1a: names that differ a little give seeds that differ much.
    for (const character of name) {
      seed = Math.imul(seed ^ character.charCodeAt(0), 0x01000193);
    }
    return new Chance(seed);
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return this.#source.bytes(count);
  }

  fraction(): number {
    return this.#source.fraction();
  }

  /** A number from `min` up to, and not with, `max`. */
  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** A whole number from 0 up to, and not with, `count`. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** True so often: 0 is never, 1 is always. */
  happens(share: number): boolean {
    return this.fraction() < share;
  }

  /** One of them; there must be one. */
  pick<T>(of: readonly T[]): T {
    const picked = of[this.below(of.length)];
    if (picked === undefined) throw new RangeError("Nothing to pick from");
    return picked;
  }
}
