/**
 * Chance for fuzzing: fast, and the same again for the same seed and run, so
 * that one run of ten million can be repeated alone. sfc32 by Chris
 * Doty-Humphrey; no good for keys.
 *
 * @module
 */

/** Numbers, bytes and choices that follow from a seed and a run. */
export class Chance {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 1;

  constructor(seed: number, run = 0) {
    this.begin(seed, run);
  }

  /** From here on everything follows from these two. */
  begin(seed: number, run: number): void {
    this.#a = seed | 0;
    this.#b = run | 0;
    this.#c = 0x9e3779b9 | 0;
    this.#d = 1;
    for (let turn = 0; turn < 12; turn++) this.next();
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `limit` - 1; 0 where that is nothing. */
  below(limit: number): number {
    return Math.floor(this.next() / 0x1_0000_0000 * limit);
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  /** One of these, which are not none. */
  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new RangeError("Cannot pick one of none");
    return found;
  }

  /** So many bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count;) {
      let bits = this.next();
      const end = Math.min(at + 4, count);
      for (; at < end; at++) {
        bytes[at] = bits & 0xff;
        bits >>>= 8;
      }
    }
    return bytes;
  }

  /** A length: mostly short, sometimes up to `max`. */
  length(max: number): number {
    return this.below(2 ** this.below(Math.log2(max + 1) + 1)) % (max + 1);
  }
}
