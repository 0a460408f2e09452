/**
 * A map with a limit: when it is full, what was used least recently goes. For
 * caches, whose entries can always be made again.
 *
 * @module
 */

/** At most `max` entries; every `get` and `set` counts as a use. */
export class Recent<K, V> {
  readonly #max: number;
  // A Map keeps the order of insertion: the first entry is the oldest.
  readonly #entries = new Map<K, V>();

  constructor(max: number) {
    this.#max = max;
  }

  /** How many entries are held. */
  get size(): number {
    return this.#entries.size;
  }

  /** The entry, which becomes the most recent one; undefined for none. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  /** Puts the entry in as the most recent one. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#max) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
