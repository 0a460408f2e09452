/**
 * Who goes next when only so many may go in a second: one after the other, at
 * even distances, in an order left to chance. Pure: time and chance come with
 * the question.
 *
 * By chance, because an order that was always the same would have the same
 * machines wait longest each time, and whole rooms (whose names are
 * neighbours) send at once.
 *
 * @module
 */

/** What `take` finds. */
export type Turn<T> =
  | { readonly kind: "go"; readonly item: T }
  | { readonly kind: "wait"; readonly delayMs: number }
  /** Nobody waits. */
  | { readonly kind: "none" };

/** Those who wait for their turn. */
export class Spread<T> {
  readonly #everyMs: number;
  readonly #waiting: T[] = [];
  /** Before this moment nobody goes. */
  #nextMs = -Infinity;

  constructor(perSecond: number) {
    this.#everyMs = 1_000 / perSecond;
  }

  join(item: T): void {
    this.#waiting.push(item);
  }

  /** Whose turn is it? `fraction` in [0, 1). */
  take(nowMs: number, fraction: number): Turn<T> {
    const count = this.#waiting.length;
    if (count === 0) return { kind: "none" };
    const delayMs = this.#nextMs - nowMs;
    if (delayMs > 0) return { kind: "wait", delayMs };
    const index = Math.floor(fraction * count);
    const item = this.#waiting[index];
    const last = this.#waiting.pop();
    if (item === undefined || last === undefined) {
      throw new RangeError(`${fraction} is no fraction`);
    }
    if (index < this.#waiting.length) this.#waiting[index] = last;
    // A timer is a little late, and that adds up to nothing; but moments that
    // nobody used are not made up for: that would be a crowd.
    const nextMs = this.#nextMs + this.#everyMs;
    this.#nextMs = nextMs > nowMs ? nextMs : nowMs + this.#everyMs;
    return { kind: "go", item };
  }
}
