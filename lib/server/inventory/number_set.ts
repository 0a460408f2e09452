/**
 * A set of whole numbers in one bit each: which of a fleet's programs have
 * been met, however many there are.
 *
 * @module
 */

/** Numbers that stand in one block. */
const BLOCK_NUMBERS = 65_536;

/** Numbers from zero up. */
export class NumberSet {
  readonly #blocks = new Map<number, Uint8Array>();

  has(number: number): boolean {
    const { block, at, bit } = placeOf(number);
    return ((this.#blocks.get(block)?.[at] ?? 0) & bit) !== 0;
  }

  add(number: number): void {
    const { block, at, bit } = placeOf(number);
    const bits = this.#blocks.get(block) ?? new Uint8Array(BLOCK_NUMBERS / 8);
    this.#blocks.set(block, bits);
    bits[at] = (bits[at] ?? 0) | bit;
  }
}

function placeOf(number: number) {
  const within = number % BLOCK_NUMBERS;
  return {
    block: Math.floor(number / BLOCK_NUMBERS),
    at: within >> 3,
    bit: 1 << (within & 7),
  };
}
