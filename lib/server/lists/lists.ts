/**
 * The machines' program lists: which one is held of each, and the receiving of
 * new ones. A list that is not whole, signed and valid never takes the place
 * of the one before (S-17); what arrived of a cut one stays for the next
 * upload.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { Reason } from "../../sep/reasons.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListOffer, ListSink } from "../../sip/doors.ts";
import { PartFile } from "../../sip/part_file.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ListRecord, Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";
import { checkKept, type KeptDocument, openDocument } from "./kept_document.ts";
import { type ListArrival, ListArrivals } from "./list_arrivals.ts";
import { documentRefusal, type ListRefusal, refusalOf } from "./list_check.ts";
import { ListFiles } from "./list_files.ts";
import { stageList } from "./list_staging.ts";

/** What the lists need. */
export interface ListsOptions {
  readonly disk: Disk;
  /** Where documents and parts are kept; it is there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly writer: Writer;
  readonly log: Log;
  /** Null: nobody knows it. */
  machine(id: MachineId): Pick<MachineRecord, "publicKey" | "name"> | null;
}

/** All lists. */
export class Lists {
  readonly #options: ListsOptions;
  readonly #files: ListFiles;
  readonly #held: Map<MachineId, ListRecord>;
  readonly #arrivals: ListArrivals;
  /** One list is read at a time, however many come at once. */
  readonly #reading = new Turns();
  /** Which list is held, and the file of its document, change together. */
  readonly #keeping = new Turns();

  private constructor(
    options: ListsOptions,
    files: ListFiles,
    held: Map<MachineId, ListRecord>,
  ) {
    this.#options = options;
    this.#files = files;
    this.#held = held;
    this.#arrivals = new ListArrivals(options.clock);
  }

  /** Looks at what an earlier run has left. */
  static async open(
    options: ListsOptions,
    records: readonly ListRecord[],
  ): Promise<Lists> {
    const held = new Map(records.map((list) => [list.machine, list]));
    const hashOf = (machine: MachineId) => held.get(machine)?.sha256 ?? "";
    const { disk, directory } = options;
    const files = await ListFiles.open(disk, directory, hashOf);
    return new Lists(options, files, held);
  }

  /** The list that is held of the machine; null when there is none. */
  held(machine: MachineId): ListRecord | null {
    return this.#held.get(machine) ?? null;
  }

  /**
   * The document of that list, as the machine has signed it; null when there
   * is none.
   *
   * @throws {Error} when it was damaged: a sentence.
   */
  async document(machine: MachineId): Promise<KeptDocument | null> {
    const { disk, machine: find } = this.#options;
    const path = this.#files.documentPath(machine);
    const key = find(machine)?.publicKey ?? null;
    const { list, file } = await this.#keeping.take(machine, async () => ({
      list: this.held(machine),
      // What that throws is the list's fault, and told below.
      file: await openDocument(disk, path).catch((error) => ({ error })),
    }));
    if (list === null || list.sha256 === "") {
      if ("file" in file) file.file.close();
      return null;
    }
    try {
      if ("error" in file) throw file.error;
      return await checkKept(file, list, key);
    } catch (error) {
      // The machine sends it again when it is asked for the next time.
      if (this.held(machine) === list) {
        this.#held.set(machine, { ...list, sha256: "" });
      }
      throw error;
    }
  }

  /** The answer to `[vliste]`: is this list wanted? */
  offered(machine: MachineId, sha256: string): "envoie" | "inchange" {
    return this.confirm(machine, sha256) ? "inchange" : "envoie";
  }

  /** The machine says that it has this list; is it the one that is held? */
  confirm(machine: MachineId, sha256: string): boolean {
    const list = this.held(machine);
    if (list === null || list.sha256 === "" || list.sha256 !== sha256) {
      return false;
    }
    const { writer, clock, log } = this.#options;
    const atMs = clock.wallMs();
    this.#held.set(machine, { ...list, confirmedMs: atMs });
    writer.commit([{ kind: "list confirmed", machine, atMs }])
      .catch((error) => {
        log("error", "Cannot note that a machine's list still holds", {
          ...{ machine, error: sentenceOf(error) },
        });
      });
    return true;
  }

  /** The machine is forgotten: its document goes, and what has come of one. */
  forget(machine: MachineId): Promise<void> {
    return this.#keeping.take(machine, async () => {
      this.#held.delete(machine);
      await this.#files.forget(machine);
    });
  }

  /** From now on, the next list of this machine is waited for. */
  expect(machine: MachineId): ListArrival {
    return this.#arrivals.expect(machine);
  }

  /** A place for a list that is coming, or why it may not come. */
  async receive(
    machine: MachineId,
    offer: ListOffer,
  ): Promise<ListSink | Reason> {
    const key = this.#options.machine(machine)?.publicKey ?? null;
    const refusal = refusalOf(machine, key, offer);
    if (refusal !== null) return this.#over(machine, refusal) ?? "package";
    const isHeld = this.held(machine)?.sha256 === offer.sha256;
    return isHeld
      ? this.#sinkOfHeld(machine, offer)
      : await this.#sink(machine, offer);
  }

  async #sink(machine: MachineId, offer: ListOffer): Promise<ListSink> {
    const part = await PartFile.open({
      disk: this.#options.disk,
      path: await this.#files.partPath(machine, offer),
      size: offer.packed,
    });
    return {
      offset: part.bytes,
      write: (bytes) => {
        this.#arrivals.moved(machine);
        return part.write(bytes);
      },
      finish: async () => {
        part.close();
        const take = () => this.#take(machine, offer);
        return this.#over(machine, await this.#reading.take("", take));
      },
      abandon: () => part.close(),
    };
  }

  /** It came already, and its answer was lost, or two came at once. */
  #sinkOfHeld(machine: MachineId, { sha256, packed }: ListOffer): ListSink {
    return {
      offset: packed,
      write: () => Promise.resolve(),
      finish: () => {
        this.confirm(machine, sha256);
        return Promise.resolve(this.#over(machine, null));
      },
      abandon() {},
    };
  }

  /** Tells everybody who should know how it ended. */
  #over(machine: MachineId, refusal: ListRefusal | null): Reason | null {
    this.#arrivals.over(machine, refusal);
    if (refusal === null) return null;
    const { log, machine: find } = this.#options;
    const { reason, why } = refusal;
    // Only this one is our own trouble.
    const level = reason === "later" ? "error" : "warning";
    log(level, "A machine's list was refused; the one before is kept", {
      ...{ machine, name: find(machine)?.name, reason, error: why },
    });
    return reason;
  }

  /** The part is whole: it becomes the list that is held, or is refused. */
  async #take(
    machine: MachineId,
    offer: ListOffer,
  ): Promise<ListRefusal | null> {
    try {
      const refusal = await this.#read(machine, offer);
      if (refusal !== null) await this.#files.drop(machine, offer);
      return refusal;
    } catch (error) {
      // It is our disk, not the machine's; the part stays.
      const why = `The server cannot keep the list: ${sentenceOf(error)}`;
      return { reason: "later", why };
    }
  }

  async #read(
    machine: MachineId,
    offer: ListOffer,
  ): Promise<ListRefusal | null> {
    const { disk, writer, clock } = this.#options;
    const path = await this.#files.partPath(machine, offer);
    const document = { disk, path, size: offer.size };
    const refusal = await documentRefusal(document, offer);
    if (refusal !== null) return refusal;
    // The store names only what is on the medium.
    await this.#files.sync(machine, offer);
    const { sha256, size, signature } = offer;
    const known = { machine, sha256, size, signature };
    const staged = await stageList(document, known, {
      writer,
      nowMs: () => clock.wallMs(),
      moved: () => this.#arrivals.moved(machine),
    });
    if (!staged.ok) return { reason: "package", why: staged.fault };
    await this.#keep(staged.value, offer);
    return null;
  }

  /** The store has it: nothing that happens now makes it come again. */
  #keep(list: ListRecord, offer: ListOffer): Promise<void> {
    return this.#keeping.take(list.machine, () => this.#settle(list, offer));
  }

  async #settle(list: ListRecord, offer: ListOffer): Promise<void> {
    const { log } = this.#options;
    const { machine, programs } = list;
    this.#held.set(machine, list);
    log("info", "A machine's list has come", { machine, programs });
    try {
      await this.#files.keep(machine, offer);
    } catch (error) {
      log(
        "error",
        "Cannot put a list's document into its place; the next " +
          "start tries again",
        { machine, error: sentenceOf(error) },
      );
    }
  }
}
