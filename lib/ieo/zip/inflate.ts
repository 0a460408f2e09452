/**
 * The content of one entry out of its deflated bytes, and never more of it
 * than its declared size allows: an entry that lies is stopped at the first
 * byte too many, and what it would have become is never held (Z-12, Z-13).
 *
 * Small entries are inflated at once, large ones pass through in pieces.
 *
 * @module
 */

import {
  constants,
  createInflateRaw,
  type InflateRaw,
  inflateRawSync,
} from "node:zlib";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** A large entry's content comes in pieces of at most this many bytes. */
export const PIECE_BYTES = 262_144;

/** The shortest buffer that the runtime's inflater takes, in bytes. */
const BUFFER_BYTES_MIN = 64;

const DAMAGED = "its compressed data is damaged or cut off";
const TRAILING = "bytes follow the end of its compressed data";

/** What is said of an entry that goes on after its declared end. */
export function tooLong(size: number): string {
  return `it holds more than ${size} bytes`;
}

/** What is said of an entry that ends before. */
export function tooShort(size: number, found: number): string {
  return `it holds ${found} bytes and not ${size}`;
}

/**
 * Inflates a small entry: the content is of exactly `size` bytes. A fault is a
 * clause about the entry, "it".
 */
export function inflateAll(
  packed: Uint8Array,
  size: number,
): Outcome<Uint8Array, string> {
  let inflated: Inflated;
  try {
    // One byte more than declared is enough to see that there is more.
    const options = {
      chunkSize: Math.max(size + 1, BUFFER_BYTES_MIN),
      maxOutputLength: Math.max(size, 1),
      info: true,
    };
    // With `info` it gives more than its types tell.
    inflated = inflateRawSync(packed, options) as unknown as Inflated;
  } catch (error) {
    return fault(codeOf(error) === TOO_LARGE ? tooLong(size) : DAMAGED);
  }
  const { buffer, engine } = inflated;
  if (buffer.length > size) return fault(tooLong(size));
  if (buffer.length < size) return fault(tooShort(size, buffer.length));
  return engine.bytesWritten === packed.length ? ok(buffer) : fault(TRAILING);
}

/**
 * What a stream of `node:zlib` stands on. To use one of them again and again
 * takes half the time of a new one for each entry, and those would lie about
 * until the next great collection: 25 MB after 65,536 entries.
 */
interface Stream {
  readonly _handle?: {
    onerror?: () => void;
    reset?(): void;
    writeSync?(
      ...args: [
        ...[flush: number, from: Uint8Array, start: number, length: number],
        ...[into: Uint8Array, start: number, length: number],
      ]
    ): void;
  };
  /** How much room is left of the output, and how much input. */
  readonly _writeState?: Uint32Array;
}

/** Inflates many small entries, one after the other. */
export class Inflater {
  #stream: Stream | null = null;
  #hasFailed = false;

  /** As `inflateAll`. */
  inflate(packed: Uint8Array, size: number): Outcome<Uint8Array, string> {
    const content = this.#inflate(packed, size);
    // What is wrong is found out the long way.
    return content === null ? inflateAll(packed, size) : ok(content);
  }

  /** The content, or null when it is not exactly as it should be. */
  #inflate(packed: Uint8Array, size: number): Uint8Array | null {
    const { _handle, _writeState } = this.#stream ??= this.#start();
    if (
      _handle?.reset === undefined || _handle.writeSync === undefined ||
      _writeState === undefined
    ) return null;
    // Room for one byte more shows that there is none.
    const into = new Uint8Array(size + 1);
    const flush = constants.Z_FINISH;
    _handle.reset();
    _handle.writeSync(flush, packed, 0, packed.length, into, 0, into.length);
    const [roomLeft, packedLeft] = _writeState;
    if (this.#hasFailed) this.#stream = null;
    return !this.#hasFailed && roomLeft === 1 && packedLeft === 0
      ? into.subarray(0, size)
      : null;
  }

  #start(): Stream {
    this.#hasFailed = false;
    // The stream's own output buffer is not used.
    const options = { chunkSize: BUFFER_BYTES_MIN };
    const stream = createInflateRaw(options) as unknown as Stream;
    if (stream._handle !== undefined) {
      stream._handle.onerror = () => this.#hasFailed = true;
    }
    return stream;
  }
}

interface Inflated {
  readonly buffer: Uint8Array;
  /** How much of the input was used. */
  readonly engine: { readonly bytesWritten: number };
}

const TOO_LARGE = "ERR_BUFFER_TOO_LARGE";

/** Its codes are zlib's own, such as `Z_DATA_ERROR`. */
function isOfZlib(error: unknown): boolean {
  return String(codeOf(error)).startsWith("Z_");
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, "code") : undefined;
}

/**
 * Inflates a large entry, given in pieces that need to be good only until the
 * next one is asked for. `onPiece` gets the content in order, at most `size`
 * bytes of it; a piece is good until the promise is fulfilled. Returns a fault
 * as `inflateAll`, or null.
 *
 * @throws what `packed` and `onPiece` throw.
 */
export async function inflatePieces(
  packed: AsyncIterable<Uint8Array>,
  size: number,
  onPiece: (piece: Uint8Array) => Promise<void>,
): Promise<string | null> {
  const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
  const feed = new Feed(inflater);
  const fed = feed.run(packed);
  fed.catch(() => {}); // It is told below, after what is under way has ended.
  let found = 0;
  try {
    for await (const piece of inflater as AsyncIterable<Uint8Array>) {
      found += piece.length;
      if (found > size) return tooLong(size);
      await onPiece(piece);
      if (isLastOfBuffer(piece)) giveBack(piece);
    }
  } catch (error) {
    if (feed.error !== null) throw feed.error;
    if (isOfZlib(error)) return DAMAGED;
    throw error;
  } finally {
    // Ends the feed where it is, if the content did not come to its end.
    inflater.destroy();
    await fed.catch(() => {});
  }
  if (found < size) return tooShort(size, found);
  return feed.bytes === inflater.bytesWritten ? null : TRAILING;
}

/** Puts the packed bytes in, each piece when the last one was used up. */
class Feed {
  /** What the source threw. */
  error: unknown = null;
  /** How much was put in. */
  bytes = 0;
  readonly #inflater: InflateRaw;
  #goOn = () => {};

  constructor(inflater: InflateRaw) {
    this.#inflater = inflater;
    // A piece that it will not use any more is never told to be used up.
    inflater.once("close", () => this.#goOn());
  }

  async run(packed: AsyncIterable<Uint8Array>): Promise<void> {
    const inflater = this.#inflater;
    try {
      for await (const piece of packed) {
        this.bytes += piece.length;
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
          inflater.write(piece, () => resolve());
        });
        if (inflater.destroyed) return;
      }
      inflater.end();
    } catch (error) {
      this.error = error;
      inflater.destroy(new Error("The source failed"));
    }
  }
}

/** A shorter buffer may be a part of one that the runtime shares out. */
const OWN_BUFFER_BYTES_MIN = 16_384;

/**
 * Frees the memory of content that was used, at once. Left to the collector,
 * what was written already stays until some 60 MB of it have come together.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer.byteLength < OWN_BUFFER_BYTES_MIN) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Only at the end of its buffer: the inflater goes on to fill any other. */
function isLastOfBuffer(piece: Uint8Array): boolean {
  return piece.byteOffset + piece.byteLength === piece.buffer.byteLength;
}
