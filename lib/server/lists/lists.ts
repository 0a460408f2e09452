/**
 * The machines' program lists: which one is held of each, and the receiving of
 * new ones. A list that is not complete and valid never takes the place of the
 * one before (S-17); what arrived of it stays for the next upload.
 *
 * Beside the store's rows each document is kept as it came, `<machine>.peo`:
 * it is a CycloneDX document that other tools read.
 *
 * @module
 */

import { join } from "node:path";
import type { Clock } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import { parseList } from "../../peo/parse.ts";
import { LIST_LIMITS } from "../../peo/program.ts";
import type { Reason } from "../../sep/reasons.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListSink } from "../../sip/doors.ts";
import { PartFile } from "../../sip/part_file.ts";
import { syncFile } from "../store/disk_sync.ts";
import { ListArrivals } from "./list_arrivals.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { ListRecord, Writer } from "../store/store.ts";

/** What the lists need. */
export interface ListsOptions {
  readonly disk: Disk;
  /** Where documents and parts are kept; it is there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly writer: Writer;
  readonly log: Log;
}

const PART = ".part";

/** All lists. */
export class Lists {
  readonly #options: ListsOptions;
  readonly #held: Map<MachineId, ListRecord>;
  /** The unfinished upload of a machine, by the machine's file name. */
  readonly #parts: Map<string, string>;
  readonly #arrivals: ListArrivals;

  private constructor(
    options: ListsOptions,
    records: readonly ListRecord[],
    parts: Map<string, string>,
  ) {
    this.#options = options;
    this.#held = new Map(records.map((list) => [list.machine, list]));
    this.#parts = parts;
    this.#arrivals = new ListArrivals(options.clock);
  }

  /** Looks at what an earlier run has left. */
  static async open(
    options: ListsOptions,
    records: readonly ListRecord[],
  ): Promise<Lists> {
    const parts = new Map<string, string>();
    for await (const { name } of options.disk.list(options.directory)) {
      const [machine = ""] = name.split(".");
      if (name.endsWith(PART)) parts.set(machine, name);
    }
    return new Lists(options, records, parts);
  }

  /** The list that is held of the machine; null when there is none. */
  held(machine: MachineId): ListRecord | null {
    return this.#held.get(machine) ?? null;
  }

  /** The answer to `[vliste]`: is this list wanted? */
  offered(machine: MachineId, sha256: string): "envoie" | "inchange" {
    return this.held(machine)?.sha256 === sha256 ? "inchange" : "envoie";
  }

  /** From now on, the next list of this machine is waited for. */
  expect(machine: MachineId): ReturnType<ListArrivals["expect"]> {
    return this.#arrivals.expect(machine);
  }

  /** A place for a list that is coming. */
  async receive(
    machine: MachineId,
    sha256: string,
    size: number,
  ): Promise<ListSink> {
    const { disk } = this.#options;
    const part = await PartFile.open({
      disk,
      path: await this.#partPath(machine, sha256),
      size,
    });
    return {
      offset: part.bytes,
      write: (bytes) => {
        this.#arrivals.moved(machine);
        return part.write(bytes);
      },
      finish: async () => {
        const reason = await this.#finish(machine, sha256, part);
        this.#arrivals.over(machine, reason === null);
        return reason;
      },
      abandon: () => part.close(),
    };
  }

  async #finish(
    machine: MachineId,
    sha256: string,
    part: PartFile,
  ): Promise<Reason | null> {
    if (part.digest() !== sha256) {
      await this.#drop(machine, part);
      return "hash";
    }
    part.close();
    try {
      return await this.#keep(machine, sha256);
    } catch (error) {
      this.#options.log("error", "Cannot keep a machine's list", {
        machine,
        error: sentenceOf(error),
      });
      return "later"; // It is our disk, not the machine's.
    }
  }

  async #keep(machine: MachineId, sha256: string): Promise<Reason | null> {
    const { disk, directory, writer, clock, log } = this.#options;
    const name = fileNameOf(machine);
    const path = join(directory, partName(name, sha256));
    const bytes = await disk.readFile(path, LIST_LIMITS.documentBytesMax);
    const list = parseList(bytes);
    this.#parts.delete(name);
    if (!list.ok) {
      await disk.remove(path);
      log("warning", "A machine's list was refused", {
        machine,
        error: list.fault,
      });
      return "package";
    }
    // The document first: when the store does not follow, its hash is still
    // the old one, and the machine is asked to send the list again.
    await syncFile(disk, path);
    await disk.rename(path, join(directory, `${name}.peo`));
    await disk.syncDirectory(directory);
    const { programs, faults, distribution } = list.value;
    const record: ListRecord = {
      ...{ machine, sha256, atMs: clock.wallMs(), faults },
      distribution: distribution?.id ?? "",
      distributionVersion: distribution?.version ?? "",
    };
    await writer.commit([{ kind: "list", list: record, programs }]);
    this.#held.set(machine, record);
    log("info", "A machine's list has come", {
      machine,
      programs: programs.length,
    });
    return null;
  }

  /** Each machine has one part at most: an older list's makes room. */
  async #partPath(machine: MachineId, sha256: string): Promise<string> {
    const { disk, directory } = this.#options;
    const name = fileNameOf(machine);
    const part = partName(name, sha256);
    const before = this.#parts.get(name);
    if (before !== undefined && before !== part) {
      await disk.remove(join(directory, before));
    }
    this.#parts.set(name, part);
    return join(directory, part);
  }

  async #drop(machine: MachineId, part: PartFile): Promise<void> {
    this.#parts.delete(fileNameOf(machine));
    await part.remove();
  }
}

/** The identifier itself: hexadecimal is a name on every file system. */
function fileNameOf(machine: MachineId): string {
  if (/^[0-9a-f]{32}$/.test(machine)) return machine;
  throw new TypeError(`"${machine}" names no machine`);
}

function partName(name: string, sha256: string): string {
  return `${name}.${sha256}${PART}`;
}
