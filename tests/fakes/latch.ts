/**
 * A door that promises wait behind as long as the test wants.
 *
 * @module
 */

export class Latch {
  #passed: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  /** Resolves at once while the latch is open, else when it is opened. */
  passed(): Promise<void> {
    return this.#passed;
  }

  close(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#passed = promise;
    this.#open = resolve;
  }

  open(): void {
    this.#open();
    this.#passed = Promise.resolve();
  }
}
