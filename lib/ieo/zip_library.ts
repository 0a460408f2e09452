/**
 * The zip library, set up as we need it. Everything in this room takes it from
 * here, so that it is never used before it is set up.
 *
 * @module
 */

import { configure } from "@zip-js/zip-js";

/**
 * How much is read, and handed on, at once, in bytes. One compressed chunk
 * becomes up to 1,032 times as much in one piece, several of which wait for
 * the disk: 4.7 GB of zeros peaked at 451 MB of memory with chunks of 64 KiB
 * and at 214 MB with these, at the same speed.
 */
export const CHUNK_BYTES = 16_384;

// The library's web workers keep a process alive for 5 s after the last use.
configure({ useWebWorkers: false, chunkSize: CHUNK_BYTES });

export {
  type Entry,
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
  type FileEntry,
  Reader,
  Uint8ArrayReader,
  ZipReader,
  type ZipReaderConstructorOptions,
  ZipWriter,
} from "@zip-js/zip-js";
