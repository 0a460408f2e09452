/**
 * The files of the machines' lists: of each machine the document of the list
 * that is held, packed as it came, and what has arrived of the next one.
 *
 * The store decides which list is held, and the files follow it: a part that
 * the store already names is put into its place by the next start.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListOffer } from "../../sip/doors.ts";
import { syncFile } from "../store/disk_sync.ts";

/** What tells a part from another one of the same machine. */
export type PartOf = Pick<ListOffer, "sha256" | "packed">;

/** `<machine>.<sha256>-<packed>.part` */
const PART = /^([0-9a-f]{32})\.([0-9a-f]{64})-([0-9]+)\.part$/;
/** What servers kept before lists came packed, and their parts. */
const OLD = /^[0-9a-f]{32}(\.peo|\.[0-9a-f]{64}\.part)$/;

/** One directory, which is there. */
export class ListFiles {
  readonly #disk: Disk;
  readonly #directory: string;
  /** The unfinished upload of a machine. */
  readonly #parts = new Map<MachineId, PartOf>();

  private constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /**
   * Looks at what an earlier run has left.
   *
   * @param heldHash Of the list that the store holds; "" when there is none.
   */
  static async open(
    disk: Disk,
    directory: string,
    heldHash: (machine: MachineId) => string,
  ): Promise<ListFiles> {
    const files = new ListFiles(disk, directory);
    for await (const { name } of disk.list(directory)) {
      if (OLD.test(name)) await disk.remove(join(directory, name));
      const [, machine = "", sha256 = "", packed = ""] = PART.exec(name) ?? [];
      if (machine === "") continue;
      const part = { sha256, packed: Number(packed) };
      files.#parts.set(machine, part);
      if (sha256 === heldHash(machine)) await files.#settle(machine, part);
    }
    return files;
  }

  /** Where the document of the machine's list is, packed. */
  documentPath(machine: MachineId): string {
    return join(this.#directory, `${checked(machine)}.peo.gz`);
  }

  /** Where the list grows; a part of another one makes room for it. */
  async partPath(machine: MachineId, part: PartOf): Promise<string> {
    const path = this.#partPath(machine, part);
    const before = this.#parts.get(machine);
    if (before !== undefined && this.#partPath(machine, before) !== path) {
      await this.#disk.remove(this.#partPath(machine, before));
    }
    this.#parts.set(machine, part);
    return path;
  }

  /** Returns when the whole part is on the medium. */
  async sync(machine: MachineId, part: PartOf): Promise<void> {
    await syncFile(this.#disk, this.#partPath(machine, part));
    await this.#disk.syncDirectory(this.#directory);
  }

  /** The part is the machine's document from now on. */
  async keep(machine: MachineId, part: PartOf): Promise<void> {
    const path = this.#partPath(machine, part);
    await this.#disk.rename(path, this.documentPath(machine));
    this.#parts.delete(machine);
    await this.#disk.syncDirectory(this.#directory);
  }

  /** The part is worth nothing. */
  async drop(machine: MachineId, part: PartOf): Promise<void> {
    await this.#disk.remove(this.#partPath(machine, part));
    this.#parts.delete(machine);
  }

  /** Nothing of the machine is kept. */
  async forget(machine: MachineId): Promise<void> {
    const part = this.#parts.get(machine);
    if (part !== undefined) await this.drop(machine, part);
    await this.#disk.remove(this.documentPath(machine));
    await this.#disk.syncDirectory(this.#directory);
  }

  /** The store has this list already, or an equal one. */
  async #settle(machine: MachineId, part: PartOf): Promise<void> {
    const found = await this.#disk.stat(this.#partPath(machine, part));
    const isWhole = found?.kind === "file" && found.size === part.packed;
    if (isWhole) await this.keep(machine, part);
    else await this.drop(machine, part);
  }

  #partPath(machine: MachineId, { sha256, packed }: PartOf): string {
    const name = `${checked(machine)}.${sha256}-${packed}.part`;
    return join(this.#directory, name);
  }
}

/** The identifier itself: hexadecimal is a name on every file system. */
function checked(machine: MachineId): string {
  if (/^[0-9a-f]{32}$/.test(machine)) return machine;
  throw new TypeError(`"${machine}" names no machine`);
}
