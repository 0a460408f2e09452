/**
 * One source of this machine, and what was last read of it. Some sources take
 * seconds, and the server asks about single programs: so a reading holds for
 * as long as the files it came from have not changed.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import { sentenceOf } from "../host/log.ts";
import { FaultList } from "./faults.ts";
import type { Source, SourceContext, SourceList } from "./source.ts";
import { stampsOf } from "./stamps.ts";

/** The tools that sources run have less. */
const DEADLINE_MS = 30_000;

/** What no file tells the change of is found by then. */
const AGE_MS_MAX = 600_000;

/** What went wrong may be over sooner. */
const FAULTY_AGE_MS_MAX = 30_000;

interface Held {
  readonly list: SourceList;
  /** The stamps before it was read; null when the source has none. */
  readonly stamps: string | null;
  readonly atMs: number;
}

/** Reads one source, and no more often than is needed. */
export class Reading {
  readonly #source: Source;
  readonly #clock: Clock;
  #held: Held | null = null;
  #running: Promise<Held> | null = null;
  /** One that was too late and has not ended yet. */
  #unended: Promise<unknown> = Promise.resolve();
  /** What waits for the running one to end, to read once for all of them. */
  #next: Promise<Held> | null = null;

  constructor(source: Source, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** What the source says now; with `fresh`, read anew in any case. */
  async get(context: SourceContext, fresh: boolean): Promise<SourceList> {
    const stamps = await this.#stampsOf(context);
    if (!fresh && this.#holds(stamps)) return this.#held?.list ?? NOTHING;
    return (await this.#read(context)).list;
  }

  #holds(stamps: string | null): boolean {
    const held = this.#held;
    if (held === null || stamps === null || held.stamps !== stamps) {
      return false;
    }
    const isWhole = held.list.faults.length === 0;
    const ageMs = this.#clock.monotonicMs() - held.atMs;
    return ageMs < (isWhole ? AGE_MS_MAX : FAULTY_AGE_MS_MAX);
  }

  /**
   * A reading that runs already may have begun before the change that is asked
   * about, so it is waited for and not shared.
   */
  #read(context: SourceContext): Promise<Held> {
    if (this.#next !== null) return this.#next;
    if (this.#running === null) return this.#begin(context);
    this.#next = this.#running.then(() => {
      this.#next = null;
      return this.#begin(context);
    });
    return this.#next;
  }

  #begin(context: SourceContext): Promise<Held> {
    const running = this.#readNow(context).then((held) => {
      this.#held = held;
      this.#running = null;
      return held;
    });
    this.#running = running;
    return running;
  }

  async #readNow(context: SourceContext): Promise<Held> {
    const atMs = this.#clock.monotonicMs();
    const stamps = await this.#stampsOf(context);
    return { list: await this.#withinDeadline(context), stamps, atMs };
  }

  async #withinDeadline(context: SourceContext): Promise<SourceList> {
    const late = Promise.withResolvers<SourceList>();
    let isLate = false;
    const cancel = this.#clock.after(DEADLINE_MS, () => {
      isLate = true;
      const seconds = DEADLINE_MS / 1_000;
      late.resolve(failed(this.#source, `no end after ${seconds} s`));
    });
    try {
      return await Promise.race([
        this.#unended.then(() => isLate ? NOTHING : this.#begun(context)),
        late.promise,
      ]);
    } catch (error) {
      return failed(this.#source, sentenceOf(error));
    } finally {
      cancel();
    }
  }

  /**
   * Begun once the one before has ended, however late: a source that is stuck
   * on a disk would else hold one more file and thread each time.
   */
  async #begun(context: SourceContext): Promise<SourceList> {
    const reading = this.#source.read(context);
    this.#unended = reading.catch(() => {});
    return await reading;
  }

  async #stampsOf({ disk, root }: SourceContext): Promise<string | null> {
    const { stamps } = this.#source;
    if (stamps === undefined) return null;
    return await stampsOf(disk, stamps.map((path) => root + path));
  }
}

const NOTHING: SourceList = { programs: [], faults: [] };

function failed({ name }: Source, why: string): SourceList {
  const faults = new FaultList(name);
  faults.add(`Cannot read the source: ${why}`);
  return { programs: [], faults: faults.all() };
}
