/**
 * The program's files on their way into a package: read once, in the order of
 * the package, and handed to whatever deflates them. Small files go together,
 * a large one in blocks; either way the reader's memory holds a few blocks,
 * whatever the size of a file or their number.
 *
 * Which way a file goes depends on its size and content alone, so a program
 * gives the same package whatever deflates it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Disk, DiskFile } from "../../host/disk.ts";
import { eachAtOnce } from "../at_once.ts";
import {
  BLOCK_BYTES,
  BUFFER_BYTES,
  type Deflated,
  type Deflater,
  type Method,
} from "../zip/deflate.ts";
import { changedError } from "./changes.ts";
import type { FoundFile } from "./walk.ts";

/** Small files that go together; they all lie in memory, so do their names. */
const BATCH_FILES_MAX = 256;
/** Small files read beside each other. */
const READS_AT_ONCE = 16;

/**
 * A file of more than a block is stored when its samples, spread over it from
 * beginning to end, cannot be deflated. To deflate all of it only to find that
 * it was a film would take far longer than to store it.
 */
const SAMPLES = 8;
const SAMPLE_BYTES = 32_768;

/** The next thing that goes into the package. */
export type Step =
  /** Whole files. */
  | {
    readonly kind: "files";
    readonly files: readonly FoundFile[];
    readonly deflated: Promise<Deflated>;
  }
  /** A large file begins; its blocks follow, then its end. */
  | {
    readonly kind: "begin";
    readonly file: FoundFile;
    readonly method: Method;
  }
  | {
    readonly kind: "block";
    /** Before it was deflated. */
    readonly size: number;
    readonly deflated: Promise<Deflated>;
  }
  | {
    readonly kind: "end";
    readonly file: FoundFile;
    readonly sha256: string;
    readonly crc32: number;
  };

/** What the reading needs. */
export interface ReadingOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly files: readonly FoundFile[];
  readonly deflater: Deflater;
  readonly level: number;
  /** A buffer of `BUFFER_BYTES` that nobody uses, if there is one. */
  readonly takeBuffer: () => ArrayBuffer | undefined;
}

/**
 * Reads the files and starts deflating them. What is yielded is under way; to
 * keep several threads busy, ask for a few steps before using the first.
 *
 * @throws {PackError} when a file is shorter than it was, or gone.
 */
export async function* readProgram(
  options: ReadingOptions,
): AsyncGenerator<Step, void> {
  let batch: FoundFile[] = [];
  let batchBytes = 0;
  for (const file of options.files) {
    const isLarge = file.size > BLOCK_BYTES;
    const isFull = batchBytes + file.size > BLOCK_BYTES ||
      batch.length >= BATCH_FILES_MAX;
    if (isFull && batch.length > 0) {
      yield await readBatch(options, batch);
      [batch, batchBytes] = [[], 0];
    }
    if (isLarge) {
      yield* readLarge(options, file);
    } else {
      batch.push(file);
      batchBytes += file.size;
    }
  }
  if (batch.length > 0) yield await readBatch(options, batch);
}

async function readBatch(
  options: ReadingOptions,
  files: readonly FoundFile[],
): Promise<Step> {
  const { disk, directory, deflater, level } = options;
  const buffer = bufferFor(options);
  let length = 0;
  const ends = files.map(({ size }) => length += size);
  await eachAtOnce(files.entries(), READS_AT_ONCE, async ([index, file]) => {
    const end = ends[index] ?? 0;
    const into = new Uint8Array(buffer, end - file.size, file.size);
    const open = await openFound(disk, directory, file);
    try {
      await fill(open, into, file);
    } finally {
      open.close();
    }
  });
  const deflated = deflater.run({ kind: "files", level, buffer, ends });
  return { kind: "files", files, deflated: awaitedLater(deflated) };
}

async function* readLarge(
  options: ReadingOptions,
  file: FoundFile,
): AsyncGenerator<Step, void> {
  const { disk, directory, deflater, level } = options;
  const hash = createHash("sha256");
  let crc = 0;
  const open = await openFound(disk, directory, file);
  try {
    const isWorthIt = level > 0 && await probe(options, open, file);
    yield { kind: "begin", file, method: isWorthIt ? 8 : 0 };
    await open.seek(0);
    for (let at = 0; at < file.size; at += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, file.size - at);
      const buffer = bufferFor(options);
      const block = new Uint8Array(buffer, 0, length);
      await fill(open, block, file);
      hash.update(block);
      crc = crc32(block, crc);
      const isLast = at + length === file.size;
      const deflated = isWorthIt
        ? deflater.run({ kind: "block", level, buffer, length, isLast })
        : Promise.resolve({ buffer, length, files: [] });
      yield {
        kind: "block",
        size: length,
        deflated: awaitedLater(deflated),
      };
    }
    yield { kind: "end", file, sha256: hash.digest("hex"), crc32: crc };
  } finally {
    open.close();
  }
}

/** Do samples of the file get smaller? */
async function probe(
  { deflater, level }: ReadingOptions,
  open: DiskFile,
  file: FoundFile,
): Promise<boolean> {
  const bytes = new Uint8Array(SAMPLES * SAMPLE_BYTES);
  const ends: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const share = sample / (SAMPLES - 1);
    await open.seek(Math.floor(share * (file.size - SAMPLE_BYTES)));
    const start = sample * SAMPLE_BYTES;
    await fill(open, bytes.subarray(start, start + SAMPLE_BYTES), file);
    ends.push(start + SAMPLE_BYTES);
  }
  const { buffer } = bytes;
  const { files } = await deflater.run({ kind: "files", level, buffer, ends });
  return files.some(({ method }) => method === 8);
}

/** @throws {PackError} when it is gone. */
async function openFound(
  disk: Disk,
  directory: string,
  { path }: FoundFile,
): Promise<DiskFile> {
  const full = `${directory}/${path}`;
  try {
    return await disk.open(full, { read: true });
  } catch (error) {
    throw await disk.stat(full) === null ? changedError(path) : error;
  }
}

/** @throws {PackError} when the file ends before the bytes are full. */
async function fill(
  open: DiskFile,
  bytes: Uint8Array,
  { path }: FoundFile,
): Promise<void> {
  let filled = 0;
  while (filled < bytes.length) {
    const count = await open.read(bytes.subarray(filled));
    if (count === null) throw changedError(path);
    filled += count;
  }
}

function bufferFor({ takeBuffer }: ReadingOptions): ArrayBuffer {
  return takeBuffer() ?? new ArrayBuffer(BUFFER_BYTES);
}

/** An error of it is told when it is awaited, not before. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
