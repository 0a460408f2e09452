/**
 * Cuts bytes that come in pieces of any size into lines. Keeps one unfinished
 * line at most, and no more of it than a line may have.
 *
 * @module
 */

const NEWLINE = 0x0a;

/** Gathers lines. */
export class LineCutter {
  readonly #bytesMax: number;
  #kept = new Uint8Array(4_096);
  #length = 0;

  /** Of a line longer than `bytesMax`, one byte more than that is kept. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes of the line that is not finished. */
  get rest(): number {
    return this.#length;
  }

  /**
   * The lines that end in the piece, without their newline. Each is good until
   * the next is asked for.
   */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(NEWLINE, start);
      if (end === -1) break;
      const bytes = piece.subarray(start, end);
      start = end + 1;
      if (this.#length === 0) {
        yield bytes.subarray(0, this.#bytesMax + 1);
        continue;
      }
      this.#keep(bytes);
      const length = this.#length;
      this.#length = 0;
      yield this.#kept.subarray(0, length);
    }
    this.#keep(piece.subarray(start));
  }

  #keep(bytes: Uint8Array): void {
    const length = Math.min(this.#length + bytes.length, this.#bytesMax + 1);
    if (length > this.#kept.length) {
      const longer = new Uint8Array(Math.min(2 * length, this.#bytesMax + 1));
      longer.set(this.#kept.subarray(0, this.#length));
      this.#kept = longer;
    }
    this.#kept.set(bytes.subarray(0, length - this.#length), this.#length);
    this.#length = length;
  }
}
