/**
 * One after the other, for each key: work on one machine never overlaps with
 * other work on the same machine, and never waits for another machine's.
 *
 * @module
 */

/** A queue for each key that is in use. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all earlier work under this key is over. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    // How the work before ended is the business of whoever gave it.
    const turn = before.then(work, work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
