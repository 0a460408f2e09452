/**
 * The journal on disk: `<state>/journal`, written to the medium record by
 * record, so that after any crash it tells what was promised. It is small: what
 * a compaction carries over is bounded (the last results, the floors, the used
 * downgrade statements), and one is made at every start.
 *
 * After a write or a sync that failed nobody knows what is on the medium. So
 * the file is first cut back to its last good record (`repair`), and nothing
 * else is done before that worked: an undoing that ran beside a commit record
 * which had reached the medium after all would contradict it at the next
 * start.
 *
 * @module
 */

import type { Disk, DiskFile } from "../../host/disk.ts";
import { concat } from "../../trust/bytes.ts";
import type { JournalEntry } from "./entries.ts";
import {
  decodeJournal,
  encodeRecord,
  faultOfRecord,
  type JournalContent,
} from "./journal_record.ts";
import { JournalState } from "./journal_state.ts";

/** The longest journal that is read: far above what a compacted one needs. */
export const JOURNAL_BYTES_MAX = 16_777_216;
/** Appended bytes after which the next order compacts first. */
export const COMPACTION_BYTES = 1_048_576;
const JOURNAL_MODE = 0o600;

/** The journal cannot be read; the message says what to do. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** An open journal: its file, and what it says. */
export class Journal {
  readonly state = new JournalState();
  /** There was none: this is the first start, or somebody moved it aside. */
  readonly isNew: boolean;
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile;
  #size: number;
  #nextSequence: number;
  #compactedSize: number;
  #isCompact: boolean;
  /** True while the end of the file is not known to be a good record's. */
  #isDirty = false;
  /** True while the open file is not known to be the one under the path. */
  #isLost = false;

  private constructor(
    disk: Disk,
    path: string,
    file: DiskFile,
    { entries, nextSequence, goodBytes }: JournalContent,
    isNew: boolean,
  ) {
    this.isNew = isNew;
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
    this.#size = goodBytes;
    this.#compactedSize = goodBytes;
    this.#nextSequence = nextSequence;
    this.#isCompact = entries.every(isKept);
    for (const entry of entries) this.#take(entry);
  }

  /**
   * Opens the journal, or makes an empty one. A record that a crash cut off
   * is taken away.
   *
   * @throws {JournalError} when it was damaged otherwise.
   * @throws what the disk throws.
   */
  static async open(disk: Disk, path: string): Promise<Journal> {
    const isNew = await disk.stat(path) === null;
    if (isNew) {
      const first = encodeRecord(1, { do: "journal", format: 1 });
      await disk.replaceFile(path, first, { mode: JOURNAL_MODE });
    }
    const { content, isCut } = await read(disk, path);
    const file = await disk.open(path, { read: true, write: true });
    try {
      const journal = new Journal(disk, path, file, content, isNew);
      journal.#isDirty = isCut;
      await journal.repair();
      return journal;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The number that the next record will take; no two records share one. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /**
   * Adds a record. It is on the medium when this returns; when this throws,
   * it counts as never written.
   */
  async append(entry: JournalEntry): Promise<void> {
    await this.repair();
    const record = encodeRecord(this.#nextSequence, entry);
    // Better one order fails than every start from here on.
    const unreadable = faultOfRecord(record);
    if (unreadable !== null) {
      throw new Error(`The journal cannot hold "${entry.do}": ${unreadable}`);
    }
    this.#isDirty = true;
    await this.#file.seek(this.#size);
    await this.#file.write(record);
    await this.#file.sync();
    this.#isDirty = false;
    this.#size += record.length;
    this.#nextSequence++;
    this.#isCompact &&= isKept(entry);
    this.state.apply(entry);
  }

  /** Puts right what an append or a compaction that failed may have left. */
  async repair(): Promise<void> {
    if (this.#isLost) await this.#reopen();
    if (!this.#isDirty) return;
    await this.#file.truncate(this.#size);
    await this.#file.sync();
    this.#isDirty = false;
  }

  /** Is there nothing that a compaction would take away? */
  get isCompact(): boolean {
    return this.#isCompact;
  }

  /** Has so much been added since the last compaction that it is time? */
  get isLarge(): boolean {
    return this.#size - this.#compactedSize > COMPACTION_BYTES;
  }

  /**
   * Rewrites the journal without what is over and done. Only while no
   * transaction is open.
   */
  async compact(): Promise<void> {
    if (this.state.open !== null) {
      throw new Error("The journal cannot be compacted: a transaction is open");
    }
    await this.repair();
    const records = keptOf(this.state).map((entry, index) =>
      encodeRecord(this.#nextSequence + index, entry)
    );
    const bytes = concat(...records);
    this.#isLost = true;
    await this.#disk.replaceFile(this.#path, bytes, { mode: JOURNAL_MODE });
    await this.#reopen();
  }

  /**
   * Forgets how the orders ended; what protects from older packages stays.
   * Only while no transaction is open.
   */
  async forgetResults(): Promise<void> {
    if (this.state.open === null) this.state.forgetResults();
    await this.compact();
  }

  /**
   * Opens whatever is under the path: the file from before a compaction or
   * the one from after it. Both say the same.
   */
  async #reopen(): Promise<void> {
    const { content, isCut } = await read(this.#disk, this.#path);
    const file = await this.#disk.open(this.#path, { read: true, write: true });
    this.#file.close();
    this.#file = file;
    this.#size = content.goodBytes;
    this.#compactedSize = content.goodBytes;
    this.#nextSequence = content.nextSequence;
    this.#isCompact = content.entries.every(isKept);
    this.#isDirty = isCut;
    this.#isLost = false;
  }

  close(): void {
    this.#file.close();
  }

  /** Takes in a record that was read: if it does not fit, the file is bad. */
  #take(entry: JournalEntry): void {
    try {
      this.state.apply(entry);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      throw damaged(this.#path, `contradicts itself (${found})`);
    }
  }
}

/** Entries that say what the state is, without how it came to be. */
function keptOf(state: JournalState): readonly JournalEntry[] {
  const { floors, downgrades } = state;
  return [
    { do: "journal", format: 1 },
    ...floors.all().map((floor) => ({ do: "floor" as const, ...floor })),
    ...downgrades.all().map((used) => ({ do: "downgrade" as const, ...used })),
    ...state.results().map((each) => ({ do: "result" as const, ...each })),
  ];
}

const KEPT: readonly JournalEntry["do"][] = [
  "journal",
  "floor",
  "downgrade",
  "result",
];

/** Does a compaction keep entries of this kind? */
function isKept(entry: JournalEntry): boolean {
  return KEPT.includes(entry.do);
}

async function read(
  disk: Disk,
  path: string,
): Promise<{ readonly content: JournalContent; readonly isCut: boolean }> {
  const bytes = await disk.readFile(path, JOURNAL_BYTES_MAX);
  const content = decodeJournal(bytes);
  if (!content.ok) throw damaged(path, content.fault);
  const isCut = content.value.goodBytes < bytes.length;
  return { content: content.value, isCut };
}

function damaged(path: string, found: string): JournalError {
  return new JournalError(
    `The installer's journal "${path}" ${found}. Move that file aside and ` +
      "start again: the programs stay as they are on the disk, and what an " +
      "unfinished order took away is put into .kept beside them; forgotten " +
      "are the results of earlier orders, and the serials of what is not in " +
      "use any more",
  );
}
