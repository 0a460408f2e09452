/**
 * Compressing, as a job that a thread can do: a batch of small files, each
 * hashed and deflated in one visit, or one block of a large file.
 *
 * A block is deflated on its own and ends on a byte, so the blocks of a file
 * can be made beside each other and be put behind each other: the result is
 * one deflate stream (RFC 1951). What comes out depends on the bytes and the
 * level alone, never on which thread did it, or when.
 *
 * @module
 */

import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import type {
  Worked,
  WorkerPool,
  Workers,
  WorkerTools,
} from "../../host/workers.ts";

/**
 * What is deflated at once, in bytes. A matching piece of the text before the
 * block cannot be used: with blocks of this size that costs a thousandth of
 * the size, and some of them in each thread stay small beside the thread.
 */
export const BLOCK_BYTES = 1_048_576;

/**
 * What a block may become: what cannot be deflated gets 5 bytes longer for each
 * 65,535 (RFC 1951 3.2.4).
 */
export const BUFFER_BYTES = BLOCK_BYTES + 1_024;

/** 0 for as it is, 8 for deflated: APPNOTE.TXT 4.4.5. */
export type Method = 0 | 8;

/**
 * What a thread is asked for. The buffer is of `BUFFER_BYTES`, what is to be
 * deflated at its beginning; it comes back with what that became. Buffers go
 * round: to make a new one for each block would leave it to chance how many
 * wait to be collected, in every thread.
 */
export type DeflateJob =
  /** Contents of files, one behind the other. */
  | {
    readonly kind: "files";
    readonly level: number;
    readonly buffer: ArrayBuffer;
    /** Where each one ends. */
    readonly ends: readonly number[];
  }
  /** A part of one file. */
  | {
    readonly kind: "block";
    readonly level: number;
    readonly buffer: ArrayBuffer;
    readonly length: number;
    readonly isLast: boolean;
  };

/** A small file as it goes into the package. */
export interface DeflatedFile {
  readonly sha256: string;
  readonly crc32: number;
  readonly method: Method;
  /** Of what is in the package, in bytes. */
  readonly size: number;
}

/** What a job came to. */
export interface Deflated {
  readonly buffer: ArrayBuffer;
  /** How much of the buffer goes into the package. */
  readonly length: number;
  readonly files: readonly DeflatedFile[];
}

/** One thread or several, or none: then this one does it. */
export interface Deflater {
  /** Jobs that keep it busy while their results are used. */
  readonly jobsAhead: number;
  /** The job's buffer is not the caller's any more. */
  run(job: DeflateJob): Promise<Deflated>;
  end(): void;
}

/** Starts what deflates. */
export function startDeflater(workers: Workers | undefined): Deflater {
  // With one processor a thread beside this one only costs memory.
  if (workers === undefined || workers.count < 2) {
    const work = deflateProgram({ crypto, zlib });
    return {
      jobsAhead: 1,
      // In a promise, so that an error comes the same way as from a thread.
      run: (job) => Promise.resolve().then(() => work(job).result),
      end() {},
    };
  }
  const pool: WorkerPool<DeflateJob, Deflated> = workers.start(deflateProgram);
  return {
    // One in each thread, one waiting for it, and two being read and written.
    jobsAhead: 2 * workers.count + 2,
    run: (job) => pool.run(job, [job.buffer]),
    end: () => pool.end(),
  };
}

/** The program of a thread. Closed: see `WorkerProgram`. */
export function deflateProgram(
  { crypto, zlib }: WorkerTools,
): (job: DeflateJob) => Worked<Deflated> {
  // Deflating is worth it when it saves a 64th: what saves less was compressed
  // before, and stored it is read back many times as fast.
  const SAVING = 64;
  const STORED_BYTES_MAX = 65_535;
  const { Z_FINISH, Z_SYNC_FLUSH } = zlib.constants;
  /** Where a stream puts what it made. */
  let made = new Uint8Array(0);

  /**
   * What a stream of `node:zlib` stands on. To call it ourselves spares a new
   * output buffer for every file; they would lie about in every thread until
   * 64 MB of them were collected. A new stream for every file it must be: what
   * one makes after a reset depends on what it had been given before.
   */
  interface Stream {
    readonly _handle?: {
      close?(): void;
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

  return (job) => {
    const result = job.kind === "block" ? block(job) : pieces(job);
    return { result, transfer: [result.buffer] };
  };

  function block(job: DeflateJob & { readonly kind: "block" }): Deflated {
    const { buffer, level, length, isLast } = job;
    const bytes = new Uint8Array(buffer);
    const content = bytes.subarray(0, length);
    const flush = isLast ? Z_FINISH : Z_SYNC_FLUSH;
    const deflated = deflate(content, level, flush, length) ??
      stored(content, isLast);
    bytes.set(deflated);
    return { buffer, length: deflated.length, files: [] };
  }

  /** What each piece becomes is not longer, so it moves to the front. */
  function pieces(job: DeflateJob & { readonly kind: "files" }): Deflated {
    const { buffer, level, ends } = job;
    const bytes = new Uint8Array(buffer);
    let start = 0;
    let length = 0;
    const files = ends.map((end): DeflatedFile => {
      const piece = bytes.subarray(start, end);
      const sha256 = crypto.createHash("sha256").update(piece).digest("hex");
      const crc32 = zlib.crc32(piece);
      const bytesMax = Math.floor(piece.length - piece.length / SAVING);
      const deflated = deflate(piece, level, Z_FINISH, bytesMax);
      if (deflated !== null) bytes.set(deflated, length);
      else bytes.copyWithin(length, start, end);
      const size = deflated?.length ?? piece.length;
      length += size;
      start = end;
      return { sha256, crc32, method: deflated === null ? 0 : 8, size };
    });
    return { buffer, length, files };
  }

  /** Null unless it becomes shorter than `bytesMax`. Used before the next. */
  function deflate(
    bytes: Uint8Array,
    level: number,
    flush: number,
    bytesMax: number,
  ): Uint8Array | null {
    if (level === 0 || bytesMax === 0) return null;
    if (made.length < bytesMax) made = new Uint8Array(bytesMax);
    // The stream's own output buffer is not used: the smallest there is.
    const stream = zlib.createDeflateRaw({ level, chunkSize: 64 });
    const { _handle, _writeState } = stream as unknown as Stream;
    if (
      _handle?.close === undefined || _handle.writeSync === undefined ||
      _writeState === undefined
    ) {
      // The long way, with the same result.
      const chunkSize = bytes.length + 1_024;
      const options = { level, finishFlush: flush, chunkSize };
      const deflated = zlib.deflateRawSync(bytes, options);
      if (deflated.length >= bytesMax) return null;
      made.set(deflated);
      return made.subarray(0, deflated.length);
    }
    _handle.writeSync(flush, bytes, 0, bytes.length, made, 0, bytesMax);
    _handle.close();
    const [roomLeft = 0] = _writeState;
    return roomLeft > 0 ? made.subarray(0, bytesMax - roomLeft) : null;
  }

  /** As it is, in a form that can stand among deflated blocks. */
  function stored(bytes: Uint8Array, isLast: boolean): Uint8Array {
    const parts = Math.ceil(bytes.length / STORED_BYTES_MAX);
    const whole = new Uint8Array(bytes.length + 5 * parts);
    const view = new DataView(whole.buffer);
    for (let part = 0, at = 0; part < parts; part++) {
      const start = part * STORED_BYTES_MAX;
      const piece = bytes.subarray(start, start + STORED_BYTES_MAX);
      whole[at] = isLast && part === parts - 1 ? 1 : 0;
      view.setUint16(at + 1, piece.length, true);
      view.setUint16(at + 3, piece.length ^ 0xffff, true);
      whole.set(piece, at + 5);
      at += 5 + piece.length;
    }
    return whole;
  }
}
