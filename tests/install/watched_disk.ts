/**
 * A disk that can fail or stop the world at any of its operations, in front of
 * the real one. What the real disk does in several steps (replacing a file,
 * removing a tree) is several operations here, so that a crash can come
 * between them.
 *
 * A crash is a killed process: what was done stays done, nothing further
 * happens, and nobody learns anything more. So nothing needs to reach the
 * medium, and syncing is only counted.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type {
  Disk,
  DiskFile,
  DiskLock,
  Entry,
  OpenFileOptions,
  ReadPlainOptions,
} from "../../lib/host/disk.ts";

export type OperationKind =
  | "stat"
  | "list"
  | "read link"
  | "space"
  | "open"
  | "create"
  | "read"
  | "write"
  | "truncate"
  | "sync"
  | "make directory"
  | "rename"
  | "remove"
  | "symlink"
  | "chmod"
  | "chown"
  | "sync directory"
  | "sync tree"
  | "lock"
  | "run";

const ONLY_LOOKS: readonly OperationKind[] = [
  "stat",
  "list",
  "read link",
  "space",
  "open",
  "read",
  "lock",
];

export interface Operation {
  readonly kind: OperationKind;
  readonly path: string;
  /** Does it change the disk, or only look? */
  readonly changes: boolean;
}

/** Told before every operation, and in the middle of every write. */
export type Observer = (operation: Operation, inTheMiddle: boolean) => void;

/** What happens instead of the operation. */
export interface Injection {
  readonly error: Error;
  /** A write: half of its bytes are written first. */
  readonly half?: boolean;
}

/** What the code under test sees of the end of its world. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** An error of the system, as the real disk throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code} was injected`), { code });
}

export class WatchedDisk implements Disk {
  readonly operations: Operation[] = [];
  readonly #inner: Disk;
  readonly #decide: (operation: Operation) => Injection | null;
  readonly #held = new Set<{ close(): void }>();
  #observer: Observer | null = null;
  #isStopped = false;

  /** `decide` is asked before every operation. */
  constructor(
    inner: Disk,
    decide: (operation: Operation) => Injection | null = () => null,
  ) {
    this.#inner = inner;
    this.#decide = decide;
  }

  /** Looks on from now on, without a hand in it. */
  observe(observer: Observer): void {
    this.#observer = observer;
  }

  /** Lets go of the files and locks that a killed process would. */
  bury(): void {
    this.#isStopped = true;
    for (const held of this.#held) held.close();
    this.#held.clear();
  }

  /** A step of the world that is none of the disk's: a program is run. */
  act<T>(kind: "run", what: string, act: () => Promise<T>): Promise<T> {
    return this.#do(kind, what, act);
  }

  stat = (path: string) => this.#do("stat", path, () => this.#inner.stat(path));

  writtenMs = (paths: readonly string[]) =>
    this.#do(
      "stat",
      paths[0] ?? "",
      () => this.#inner.writtenMs(paths),
    );

  async *list(path: string): AsyncGenerator<Entry> {
    await this.#do("list", path, () => Promise.resolve());
    yield* this.#inner.list(path);
  }

  async open(path: string, options: OpenFileOptions): Promise<DiskFile> {
    const creates = (options.create || options.createNew) &&
      await this.#inner.stat(path) === null;
    const kind = creates ? "create" : "open";
    const file = await this.#do(
      kind,
      path,
      () => this.#inner.open(path, options),
    );
    this.#held.add(file);
    return this.#watch(path, file);
  }

  async readFile(
    path: string,
    bytesMax: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#do(
      "read",
      path,
      () => this.#inner.readFile(path, bytesMax),
    );
  }

  readPlain = (path: string, options: ReadPlainOptions) =>
    this.#do("read", path, () => this.#inner.readPlain(path, options));

  async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(dirname(path), `.${basename(path)}.new`);
    await this.remove(temporary);
    const file = await this.open(temporary, { write: true, createNew: true });
    try {
      await file.write(bytes);
      await file.sync();
    } catch (error) {
      file.close();
      await this.remove(temporary).catch(() => {});
      throw error;
    }
    file.close();
    await this.rename(temporary, path);
    await this.syncDirectory(dirname(path));
  }

  makeDirectory = (path: string, options = {}) =>
    this.#do(
      "make directory",
      path,
      () => this.#inner.makeDirectory(path, options),
    );

  rename = (from: string, to: string) =>
    this.#do("rename", `${from} to ${to}`, () => this.#inner.rename(from, to));

  async remove(
    path: string,
    options: { recursive?: boolean } = {},
  ): Promise<void> {
    const stat = await this.#inner.stat(path);
    if (options.recursive && stat?.kind === "directory") {
      for (const { name } of await Array.fromAsync(this.list(path))) {
        await this.remove(`${path}/${name}`, options);
      }
    }
    await this.#do("remove", path, () => this.#inner.remove(path));
  }

  symlink = (target: string, path: string) =>
    this.#do("symlink", path, () => this.#inner.symlink(target, path));

  readLink = (path: string) =>
    this.#do("read link", path, () => this.#inner.readLink(path));

  copyOwner = (from: string, to: string) =>
    this.#do("chown", to, () => this.#inner.copyOwner(from, to));

  chmod = (path: string, mode: number) =>
    this.#do("chmod", path, () => this.#inner.chmod(path, mode));

  syncDirectory = (path: string) =>
    this.#do("sync directory", path, () => Promise.resolve());

  syncTree = (path: string) =>
    this.#do("sync tree", path, () => Promise.resolve());

  spaceFree = (path: string) =>
    this.#do("space", path, () => this.#inner.spaceFree(path));

  async lock(path: string): Promise<DiskLock | null> {
    const lock = await this.#do("lock", path, () => this.#inner.lock(path));
    if (lock === null) return null;
    const held = { close: () => lock.release() };
    this.#held.add(held);
    return {
      release: () => {
        if (this.#held.delete(held)) lock.release();
      },
    };
  }

  #watch(path: string, file: DiskFile): DiskFile {
    return {
      read: (into) => this.#do("read", path, () => file.read(into)),
      readAt: (offset, into) =>
        this.#do("read", path, () => file.readAt(offset, into)),
      write: (bytes) =>
        this.#do("write", path, async (operation) => {
          const middle = this.#observer === null ? 0 : bytes.length >> 1;
          if (middle > 0) {
            await file.write(bytes.subarray(0, middle));
            this.#observer?.(operation, true);
          }
          await file.write(bytes.subarray(middle));
        }, () => file.write(bytes.subarray(0, bytes.length >> 1))),
      truncate: (size) => this.#do("truncate", path, () => file.truncate(size)),
      seek: (offset) => file.seek(offset),
      sync: () => this.#do("sync", path, () => Promise.resolve()),
      close: () => {
        if (this.#held.delete(file)) file.close();
      },
    };
  }

  async #do<T>(
    kind: OperationKind,
    path: string,
    act: (operation: Operation) => Promise<T>,
    half: () => Promise<void> = () => Promise.resolve(),
  ): Promise<T> {
    if (this.#isStopped) throw new Stopped();
    const operation = { kind, path, changes: !ONLY_LOOKS.includes(kind) };
    this.operations.push(operation);
    this.#observer?.(operation, false);
    const injection = this.#decide(operation);
    if (injection === null) return await act(operation);
    if (injection.half) await half();
    if (injection.error instanceof Stopped) this.#isStopped = true;
    throw injection.error;
  }
}

/** Stops the world at the n-th change (from 1), or in the middle of it. */
export function stopAt(
  n: number,
  half = false,
): (operation: Operation) => Injection | null {
  let changes = 0;
  return ({ changes: isChange }) =>
    isChange && ++changes === n ? { error: new Stopped(), half } : null;
}

/** Lets the n-th operation (from 1), and no other, fail with this error. */
export function failAt(
  n: number,
  code: string,
  half = false,
): (operation: Operation) => Injection | null {
  let count = 0;
  return () => ++count === n ? { error: systemError(code), half } : null;
}
