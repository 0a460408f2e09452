/**
 * A bounded queue between what happens and who waits for it: one side pushes
 * and never waits, the other iterates.
 *
 * @module
 */

export class Queue<T> implements AsyncIterable<T> {
  readonly #itemsMax: number;
  #items: T[] = [];
  #taken = 0;
  #closed = false;
  #wake: () => void = () => {};

  /** @param itemsMax How many may wait; what comes then is refused. */
  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax;
  }

  /** How many items wait. */
  get length(): number {
    return this.#items.length - this.#taken;
  }

  /** False when the queue is full or closed: the item was not taken. */
  push(item: T): boolean {
    if (this.#closed || this.length >= this.#itemsMax) return false;
    this.#items.push(item);
    this.#wake();
    return true;
  }

  /** Ends the iteration at once and gives back the items not yet taken. */
  close(): T[] {
    const left = this.#items.slice(this.#taken);
    this.#items = [];
    this.#taken = 0;
    this.#closed = true;
    this.#wake();
    return left;
  }

  /** For one consumer: items in order, until the queue is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (!this.#closed) {
      while (this.length > 0) yield this.#take();
      if (!this.#closed) await this.#pushed();
    }
  }

  #take(): T {
    const item = this.#items[this.#taken++] as T;
    // Given up in blocks: a shift at each item would copy the whole queue.
    if (this.#taken === this.#items.length || this.#taken > 1_024) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  #pushed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}
