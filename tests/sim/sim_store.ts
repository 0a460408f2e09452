/**
 * The store of a simulated server. SQLite does its own reading and writing, so
 * it works on a real file; when the server is killed, the file is copied as it
 * is, write-ahead log and all, and the next one opens the copy: what a killed
 * process, or a power cut, leaves behind a store that syncs at each commit.
 *
 * What is committed is told, for the laws that a world has to keep.
 *
 * @module
 */

import type {
  OrderedTasks,
  Store,
  Write,
} from "../../lib/server/store/store.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";
import { swiftDisk } from "../install/swift_disk.ts";

/** Told what is on the medium, as soon as it is. */
export interface StoreWatch {
  readonly onWrites: (writes: readonly Write[]) => void;
  readonly onOrders: (orders: readonly OrderedTasks[]) => void;
}

/** The database, and its write-ahead log. */
const SUFFIXES = ["", "-wal"] as const;

/** The store's file through all lives of its server. */
export class SimStore {
  readonly #directory: string;
  readonly #watch: StoreWatch;
  #copies = 0;
  #path: string;
  #open: Store | null = null;

  constructor(directory: string, template: string, watch: StoreWatch) {
    this.#directory = directory;
    this.#watch = watch;
    this.#path = `${directory}/0.db`;
    Deno.copyFileSync(template, this.#path);
    // As `init` leaves it; a mode that others may read would be refused.
    Deno.chmodSync(this.#path, 0o600);
  }

  /** A server opens it. */
  async open(): Promise<Store> {
    const store = await openSqliteStore({
      // Nothing in a simulated world waits for the real one.
      disk: swiftDisk(),
      path: this.#path,
    });
    this.#open = store;
    return watched(store, this.#watch, () => {
      if (this.#open === store) this.#open = null;
    });
  }

  /** The server was killed. */
  async abandon(): Promise<void> {
    const store = this.#open;
    if (store === null) return;
    this.#open = null;
    const before = this.#path;
    this.#path = `${this.#directory}/${++this.#copies}.db`;
    for (const suffix of SUFFIXES) copy(before + suffix, this.#path + suffix);
    await store.close();
    for (const suffix of SUFFIXES) remove(before + suffix);
  }

  /** The world is over. */
  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = null;
    for (const suffix of SUFFIXES) remove(this.#path + suffix);
  }
}

function watched(
  store: Store,
  { onWrites, onOrders }: StoreWatch,
  onClose: () => void,
): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === "close") onClose();
      if (name === "commit") {
        return async (writes: readonly Write[]) => {
          await target.commit(writes);
          onWrites(writes);
        };
      }
      if (name === "addOrders") {
        return async (...given: Parameters<Store["addOrders"]>) => {
          const orders = await target.addOrders(...given);
          onOrders(orders);
          return orders;
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function copy(from: string, to: string): void {
  try {
    Deno.copyFileSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
