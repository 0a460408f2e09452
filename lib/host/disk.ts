/**
 * The disk, as the journal, the installer and the packages need it. Every
 * operation that must survive a power cut says so in its name, and nothing
 * here swallows an error: EIO, ENOSPC, EACCES and EROFS all reach the caller.
 *
 * @module
 */

export type EntryKind = "file" | "directory" | "symlink" | "other";

export interface Stat {
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  /** Permission bits, 0o000 to 0o7777; 0o644 where the system has none. */
  readonly mode: number;
  /**
   * When content, size or mode last changed, in milliseconds since 1970; null
   * where the system does not tell. To notice a change by, not to show.
   */
  readonly changedMs: number | null;
  /** The account it belongs to; absent where the system has none. */
  readonly owner?: number;
}

export interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface DiskFile {
  /** Bytes read at the file's position, or null at its end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Bytes read at `offset`, or null at the end; moves the position. */
  readAt(offset: number, into: Uint8Array): Promise<number | null>;
  /** Writes all of the bytes at the file's position. */
  write(bytes: Uint8Array): Promise<void>;
  /** Cuts or extends the file, and moves the position there. */
  truncate(size: number): Promise<void>;
  seek(offset: number): Promise<void>;
  /** Returns when data and size are on the medium (fsync). */
  sync(): Promise<void>;
  close(): void;
}

export interface OpenFileOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  /** Refuse when the file is there already (O_EXCL). */
  readonly createNew?: boolean;
  readonly truncate?: boolean;
  /** Permission bits of a file that is made. */
  readonly mode?: number;
}

/** How a plain file is read. */
export interface ReadPlainOptions {
  /** No more than these are read. */
  readonly bytesMax: number;
  /** Refuse a file that does not belong to this account. */
  readonly owner?: number | undefined;
}

/** What is there is not the file that was wanted. */
export class UnwantedFile extends Error {
  override readonly name = "UnwantedFile";

  constructor(path: string, readonly why: "no file" | "somebody else's") {
    super(`Cannot read "${path}": it is ${why}`);
  }
}

/** A lock that ends with the process that took it, however it ends. */
export interface DiskLock {
  release(): void;
}

export interface Disk {
  /** Does not follow a symlink in the last place; null when nothing is there. */
  stat(path: string): Promise<Stat | null>;
  /**
   * When the content of each was last written, in milliseconds since 1970;
   * null where nothing is, or the system does not tell. For thousands of files
   * at once: a `stat` of each would take ten times as long.
   */
  writtenMs(paths: readonly string[]): Promise<readonly (number | null)[]>;
  list(path: string): AsyncIterable<Entry>;
  open(path: string, options: OpenFileOptions): Promise<DiskFile>;
  /**
   * The whole of a small file.
   *
   * @throws {RangeError} when it holds more than `bytesMax` bytes.
   */
  readFile(path: string, bytesMax: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The beginning of a plain file that people can put anything in the place
   * of: it is looked at once it is open, a link is not followed, and nothing
   * is waited for, as for somebody to write into a pipe.
   *
   * @throws {UnwantedFile} when it is no plain file, or not that account's.
   */
  readPlain(
    path: string,
    options: ReadPlainOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Puts the bytes under `path` so that a crash leaves the old file or the new
   * one: temporary file beside it, sync, rename, sync of the directory.
   */
  replaceFile(
    path: string,
    bytes: Uint8Array,
    options?: { readonly mode?: number },
  ): Promise<void>;
  makeDirectory(
    path: string,
    options?: { readonly recursive?: boolean; readonly mode?: number },
  ): Promise<void>;
  /** Atomic on one file system; replaces a file or a symlink at `to`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, a symlink or (with `recursive`) a tree; absent is fine. */
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readLink(path: string): Promise<string>;
  chmod(path: string, mode: number): Promise<void>;
  /** Gives a file the owner and the group of another one. */
  copyOwner(from: string, to: string): Promise<void>;
  /** Returns when the names in the directory are on the medium. */
  syncDirectory(path: string): Promise<void>;
  /** Returns when everything below `path` is on the medium. */
  syncTree(path: string): Promise<void>;
  /** Bytes that may still be written below `path`. */
  spaceFree(path: string): Promise<number>;
  /** Null when another process holds it. The file stays on the disk. */
  lock(path: string): Promise<DiskLock | null>;
}
