/**
 * What a power cut leaves. Every change of the disk is written down, and every
 * sync; a change that no sync covered by the time of the cut may or may not be
 * on the medium. The states that may be found afterwards are made by playing
 * the changes again onto a copy of what was there before.
 *
 * What a sync covers: that of a file its content, not its name; that of a
 * directory the names in it; that of a tree both, below it.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk, DiskFile } from "../../lib/host/disk.ts";
import { type Observer, WatchedDisk } from "./watched_disk.ts";

/** A change, and how it is made again on another copy. */
interface Change {
  readonly what: "name" | "content";
  /** Whose name, or whose content. */
  readonly path: string;
  /** Where a rename came from. */
  readonly from?: string;
  readonly again: (at: (path: string) => string) => void;
}

type Event = Change | { readonly what: "sync"; readonly covers: Covers };
type Covers = (change: Change) => boolean;

/** Which of the changes that nothing covered reach the medium all the same. */
export type Luck = "none" | "the names" | "the last";
export const LUCKS: readonly Luck[] = ["none", "the names", "the last"];

/** A disk that writes down what is done to it. */
export class PowerDisk {
  readonly disk: WatchedDisk;
  readonly #events: Event[] = [];

  constructor(inner: Disk) {
    this.disk = new WatchedDisk(this.#recording(inner));
    this.disk.observe(this.#syncs);
  }

  /** How much has happened. */
  get length(): number {
    return this.#events.length;
  }

  /** Forgets what has happened so far: it is on the medium. */
  forget(): void {
    this.#events.length = 0;
  }

  /**
   * Makes on a copy what is found when the power went after `count` events;
   * `at` says where a path is there.
   */
  cut(count: number, luck: Luck, at: (path: string) => string): void {
    const events = this.#events.slice(0, count);
    const loose = events.filter((event, index) =>
      event.what !== "sync" && !isCovered(event, events.slice(index + 1))
    );
    const lucky = new Set<Event>(
      luck === "none"
        ? []
        : luck === "the last"
        ? loose.slice(-1)
        : loose.filter(({ what }) => what === "name"),
    );
    for (const event of events) {
      if (event.what === "sync") continue;
      if (loose.includes(event) && !lucky.has(event)) continue;
      try {
        event.again(at);
      } catch (error) {
        // It needs what was lost: then it is lost as well.
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  readonly #syncs: Observer = ({ kind, path }) => {
    const below = `${path}/`;
    const covers: Covers | null = kind === "sync"
      ? (change) => change.what === "content" && change.path === path
      : kind === "sync directory"
      ? (change) =>
        change.what === "name" &&
        (dirname(change.path) === path ||
          (change.from !== undefined && dirname(change.from) === path))
      : kind === "sync tree"
      ? (change) => change.path === path || change.path.startsWith(below)
      : null;
    if (covers !== null) this.#events.push({ what: "sync", covers });
  };

  #note(change: Change): void {
    this.#events.push(change);
  }

  #recording(inner: Disk): Disk {
    const name = (path: string, again: Change["again"], from?: string) =>
      this.#note({
        what: "name",
        path,
        again,
        ...(from === undefined ? {} : { from }),
      });
    return {
      ...inner,
      open: async (path, options) => {
        const isNew = await inner.stat(path) === null;
        const file = await inner.open(path, options);
        if (isNew) name(path, (at) => Deno.writeFileSync(at(path), EMPTY));
        return this.#file(path, file);
      },
      makeDirectory: async (path, options) => {
        const isNew = await inner.stat(path) === null;
        await inner.makeDirectory(path, options);
        if (isNew) name(path, (at) => Deno.mkdirSync(at(path)));
      },
      rename: async (from, to) => {
        await inner.rename(from, to);
        name(to, (at) => Deno.renameSync(at(from), at(to)), from);
      },
      remove: async (path) => {
        const isThere = await inner.stat(path) !== null;
        await inner.remove(path);
        if (isThere) name(path, (at) => Deno.removeSync(at(path)));
      },
      symlink: async (target, path) => {
        await inner.symlink(target, path);
        name(path, (at) => Deno.symlinkSync(at(target), at(path)));
      },
    };
  }

  #file(path: string, file: DiskFile): DiskFile {
    let position = 0;
    const content = (again: Change["again"]) =>
      this.#note({ what: "content", path, again });
    return {
      read: (into) => file.read(into),
      readAt: (offset, into) => file.readAt(offset, into),
      seek: async (offset) => {
        await file.seek(offset);
        position = offset;
      },
      write: async (bytes) => {
        const [from, copy] = [position, bytes.slice()];
        await file.write(bytes);
        position += copy.length;
        content((at) => writeAt(at(path), from, copy));
      },
      truncate: async (size) => {
        await file.truncate(size);
        position = size;
        content((at) => Deno.truncateSync(at(path), size));
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  }
}

const EMPTY = new Uint8Array();

function isCovered(change: Change, later: readonly Event[]): boolean {
  return later.some((event) => event.what === "sync" && event.covers(change));
}

function writeAt(path: string, offset: number, bytes: Uint8Array): void {
  const file = Deno.openSync(path, { write: true });
  try {
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      done += file.writeSync(bytes.subarray(done));
    }
  } finally {
    file.close();
  }
}
