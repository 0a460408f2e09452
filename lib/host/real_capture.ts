/**
 * What a program prints, read to its end and kept in part: its first bytes,
 * its last bytes, and how many were between. A program that prints for ever
 * costs time and no memory (I-10).
 *
 * @module
 */

import type { KeptOutput } from "./processes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Keeps the first and the last bytes of what is pushed into it. */
export class Keeper {
  readonly #firstMax: number;
  readonly #lastMax: number;
  readonly #first: Bytes[] = [];
  #firstBytes = 0;
  #last: Bytes[] = [];
  #lastBytes = 0;
  #droppedBytes = 0;

  constructor(firstMax: number, lastMax: number) {
    this.#firstMax = firstMax;
    this.#lastMax = lastMax;
  }

  push(chunk: Bytes): void {
    const head = chunk.subarray(0, this.#firstMax - this.#firstBytes);
    if (head.length > 0) this.#first.push(head.slice());
    this.#firstBytes += head.length;
    const rest = chunk.subarray(head.length);
    if (rest.length === 0) return;
    // A copy of what can still be wanted: a chunk is a part of a large buffer.
    const tail = rest.slice(Math.max(0, rest.length - this.#lastMax));
    this.#droppedBytes += rest.length - tail.length;
    this.#last.push(tail);
    this.#lastBytes += tail.length;
    if (this.#lastBytes > 2 * this.#lastMax) this.#cut();
  }

  kept(): KeptOutput {
    this.#cut();
    return {
      first: joined(this.#first, this.#firstBytes),
      droppedBytes: this.#droppedBytes,
      last: joined(this.#last, this.#lastBytes),
    };
  }

  #cut(): void {
    const all = joined(this.#last, this.#lastBytes);
    const tail = all.slice(Math.max(0, all.length - this.#lastMax));
    this.#droppedBytes += all.length - tail.length;
    this.#last = [tail];
    this.#lastBytes = tail.length;
  }
}

/** Reads a stream to its end, into keepers. */
export class Capture {
  readonly ended: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  readonly #keepers: readonly Pick<Keeper, "push">[];

  constructor(
    stream: ReadableStream<Bytes>,
    keepers: readonly Pick<Keeper, "push">[],
  ) {
    this.#reader = stream.getReader();
    this.#keepers = keepers;
    this.ended = this.#read();
  }

  /** Stops waiting for the stream's end. */
  stop(): void {
    void this.#reader.cancel().catch(() => {});
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      for (const keeper of this.#keepers) keeper.push(value);
    }
  }
}

function joined(chunks: readonly Bytes[], count: number): Bytes {
  const all = new Uint8Array(count);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
