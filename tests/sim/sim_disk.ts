/**
 * A disk that forgets what was not synced. Each change is written down with
 * what it changed, and a sync marks what it covers: that of a file its
 * content, that of a directory the names in it, that of a tree both. When the
 * power goes, of the rest the names stay in the order in which they were
 * changed, up to some moment (a file system keeps a journal of them), and any
 * of the contents.
 *
 * A killed process loses nothing of it: the system writes what it was given.
 *
 * @module
 */

import type { Chance } from "./chance.ts";
import {
  directory,
  DiskTree,
  emptyFile,
  type Node,
  ROOT,
  systemError,
} from "./disk_tree.ts";

interface Change {
  readonly what: "name" | "content";
  /** The directory whose name, or the file whose content. */
  readonly of: readonly number[];
  readonly again: (tree: DiskTree) => void;
  isSafe: boolean;
}

/** The disk of one computer, for all of its lives. */
export class SimDisk {
  #tree = new DiskTree();
  /** What is on the medium for certain. */
  #base = new DiskTree();
  #log: Change[] = [];
  #numbers = ROOT;
  /** Bytes that fit; what is more is refused. */
  bytesMax = Infinity;
  /** Told of every name that is put in or moved. */
  onName: (path: string) => void = () => {};
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get tree(): DiskTree {
    return this.#tree;
  }

  /** Only what a power cut of this moment cannot take away. */
  durable(): DiskTree {
    const tree = this.#base.copy();
    for (const change of this.#log) if (change.isSafe) tryAgain(change, tree);
    return tree;
  }

  /** Another disk that holds the same, all of it on the medium: a clone. */
  cloned(): SimDisk {
    const disk = new SimDisk(this.#nowMs);
    disk.#tree = this.#tree.copy();
    disk.#base = this.#tree.copy();
    disk.#numbers = this.#numbers;
    return disk;
  }

  get bytesUsed(): number {
    let used = 0;
    for (const number of this.#tree.below(ROOT)) {
      const node = this.#tree.nodes.get(number);
      if (node?.kind === "file") used += node.bytes.length;
    }
    return used;
  }

  make(path: string, node: Node): number {
    const { number: parent, name } = this.#tree.parent(path);
    if (this.#tree.names(parent).has(name)) throw systemError("EEXIST", path);
    const number = ++this.#numbers;
    this.#do("name", [parent], (tree) => {
      tree.nodes.set(
        number,
        node.kind === "directory" ? { ...node, names: new Map() } : { ...node },
      );
      tree.names(parent).set(name, number);
    });
    this.onName(path);
    return number;
  }

  makeFile(path: string, mode: number): number {
    return this.make(path, emptyFile(this.#nowMs(), mode));
  }

  makeDirectory(path: string, mode: number): void {
    this.make(path, directory(this.#nowMs(), mode));
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#tree.parent(from), this.#tree.parent(to)];
    const number = this.#tree.names(source.number).get(source.name);
    if (number === undefined) throw systemError("ENOENT", from);
    this.#checkReplaced(to);
    this.#do("name", [source.number, target.number], (tree) => {
      if (tree.names(source.number).get(source.name) !== number) return;
      tree.names(source.number).delete(source.name);
      tree.names(target.number).set(target.name, number);
    });
    this.onName(to);
  }

  unlink(path: string): void {
    const { number: parent, name } = this.#tree.parent(path);
    const number = this.#tree.names(parent).get(name);
    if (number === undefined) throw systemError("ENOENT", path);
    const node = this.#tree.nodes.get(number);
    if (node?.kind === "directory" && node.names.size > 0) {
      throw systemError("ENOTEMPTY", path);
    }
    this.#do("name", [parent], (tree) => {
      if (tree.names(parent).get(name) === number) {
        tree.names(parent).delete(name);
      }
    });
  }

  write(number: number, offset: number, bytes: Uint8Array): void {
    const copy = bytes.slice();
    const { bytes: before } = this.#tree.file(number);
    const grows = Math.max(0, offset + copy.length - before.length);
    if (grows > 0 && this.bytesMax !== Infinity) {
      if (this.bytesUsed + grows > this.bytesMax) {
        throw systemError("ENOSPC", `${number}`);
      }
    }
    const changedMs = this.#nowMs();
    this.#do("content", [number], (tree) => {
      const file = tree.file(number);
      const size = Math.max(file.bytes.length, offset + copy.length);
      const after = new Uint8Array(size);
      after.set(file.bytes);
      after.set(copy, offset);
      file.bytes = after;
      file.changedMs = changedMs;
    });
  }

  truncate(number: number, size: number): void {
    const changedMs = this.#nowMs();
    this.#do("content", [number], (tree) => {
      const file = tree.file(number);
      const after = new Uint8Array(size);
      after.set(file.bytes.subarray(0, size));
      file.bytes = after;
      file.changedMs = changedMs;
    });
  }

  chmod(path: string, mode: number): void {
    const number = this.#tree.follow(path);
    this.#do("content", [number], (tree) => {
      const node = tree.nodes.get(number);
      if (node !== undefined) node.mode = mode;
    });
  }

  syncFile(number: number): void {
    this.#mark(({ what, of }) => what === "content" && of.includes(number));
  }

  syncDirectory(path: string): void {
    const number = this.#tree.follow(path);
    this.#mark(({ what, of }) => what === "name" && of.includes(number));
  }

  syncTree(path: string): void {
    const below = new Set(this.#tree.below(this.#tree.follow(path)));
    this.#mark(({ of }) => of.some((number) => below.has(number)));
  }

  /** The power goes. */
  cut(chance: Chance): void {
    const names = this.#log.filter(({ what, isSafe }) =>
      what === "name" && !isSafe
    );
    const kept = new Set(names.slice(0, chance.below(names.length + 1)));
    const share = chance.pick([0, 0.5, 1]);
    const tree = this.#base;
    for (const change of this.#log) {
      const isKept = change.isSafe || kept.has(change) ||
        (change.what === "content" && chance.happens(share));
      if (isKept) tryAgain(change, tree);
    }
    this.#log = [];
    this.#tree = tree.copy();
  }

  #checkReplaced(path: string): void {
    const found = this.#tree.find(path);
    const node = found === null ? null : this.#tree.nodes.get(found);
    if (node?.kind === "directory" && node.names.size > 0) {
      throw systemError("ENOTEMPTY", path);
    }
  }

  #do(
    what: Change["what"],
    of: readonly number[],
    again: Change["again"],
  ): void {
    again(this.#tree);
    this.#log.push({ what, of, again, isSafe: false });
  }

  #mark(covers: (change: Change) => boolean): void {
    for (const change of this.#log) if (covers(change)) change.isSafe = true;
    // What stands at the beginning and is safe needs no remembering.
    let safe = 0;
    while (this.#log[safe]?.isSafe) tryAgain(this.#log[safe++]!, this.#base);
    this.#log.splice(0, safe);
  }
}

/** What it stands on may have been lost: then it is lost as well. */
function tryAgain(change: Change, tree: DiskTree): void {
  try {
    change.again(tree);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
