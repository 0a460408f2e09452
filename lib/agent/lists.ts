/**
 * The machine's program list: made when it is asked for, sent by SiP when the
 * server wants it, never twice at once (flows 4 and 5).
 *
 * @module
 */

import { sleep } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { CollectOptions, Collector } from "../peo/collect.ts";
import type { PeoList } from "../peo/list.ts";
import type { ListedProgram } from "../peo/program.ts";
import { backoffMs } from "../sep/backoff.ts";
import type { Reason } from "../sep/reasons.ts";
import { REASONS } from "../sep/reasons.ts";
import { fromHex } from "../trust/bytes.ts";
import { machineOf } from "../trust/keys.ts";
import { signList } from "../trust/list_statement.ts";
import type { Link } from "./link.ts";
import type { Memory } from "./memory.ts";
import { packList } from "./pack_list.ts";

export interface ListsOptions {
  readonly host: Pick<Host, "clock" | "randomness">;
  readonly collector: Pick<Collector, "collect">;
  readonly memory: Pick<Memory, "key">;
  readonly link: Pick<Link, "uploadList">;
  readonly log: Log;
}

/** An upload that was cut is begun again this often; then `[dliste]` is. */
const UPLOAD_TRIES_MAX = 6;
const UPLOAD_BACKOFF = { firstMs: 1_000, maxMs: 30_000 } as const;

/** SeP's answer about one program is awaited for 2 s. */
const HOLDS_MS_MAX = 1_500;

/** Makes and sends lists. */
export class Lists {
  readonly #options: ListsOptions;
  readonly #stop = Promise.withResolvers<void>();
  /** The list whose hash was told, until it is sent. */
  #told: PeoList | null = null;
  /** The programs as they were found last. */
  #last: readonly ListedProgram[] | null = null;
  #sending: Promise<Reason | null> | null = null;
  /** What begins when the present upload is over. */
  #next: Promise<Reason | null> | null = null;
  #stopped = false;

  constructor(options: ListsOptions) {
    this.#options = options;
  }

  /** The list as it is now. */
  async collect(options: CollectOptions = {}): Promise<PeoList> {
    const { collector, log } = this.#options;
    const list = await collector.collect(options);
    if (options.libraries === undefined) this.#last = list.programs;
    for (const { source, error } of list.faults) {
      log("warning", "A source of programs could not be read whole", {
        source,
        error,
      });
    }
    return list;
  }

  /** True when a program of this name is in the list, from any source. */
  async holds(name: string, version: string): Promise<boolean> {
    const programs = await this.#programsInTime();
    return programs.some((program) =>
      program.name === name &&
      (version === "*" || program.version === version)
    );
  }

  /**
   * The hash of the present list: 32 bytes. What is sent next is the very list
   * that it was told of.
   */
  async hash(): Promise<Uint8Array> {
    const list = await this.collect({ fresh: true });
    this.#told = list;
    const bytes = fromHex(list.sha256);
    if (bytes === null) throw new TypeError("A list's hash must be hex");
    return bytes;
  }

  /** Sends the list whose hash was told last; null when the server has it. */
  sendTold(): Promise<Reason | null> {
    return this.#afterThePresent(() => this.#trySending(this.#told));
  }

  /** Sends the present list, made after this call; null as above. */
  send(): Promise<Reason | null> {
    this.#told = null;
    return this.#afterThePresent(() => this.#trySending(this.#told));
  }

  /** An upload that fails from here on is not tried again. */
  stop(): void {
    this.#stopped = true;
    this.#stop.resolve();
  }

  /**
   * An upload that is under way may be of a list from before what the next one
   * shall prove: it is waited for and not shared. Whoever waits shares.
   */
  #afterThePresent(
    begin: () => Promise<Reason | null>,
  ): Promise<Reason | null> {
    if (this.#sending === null) return this.#begin(begin);
    this.#next ??= this.#sending.catch(() => {}).then(() => {
      this.#next = null;
      return this.#begin(begin);
    });
    return this.#next;
  }

  #begin(begin: () => Promise<Reason | null>): Promise<Reason | null> {
    const sending = begin().finally(() => this.#sending = null);
    this.#sending = sending;
    return sending;
  }

  async #trySending(told: PeoList | null): Promise<Reason | null> {
    const { host, log } = this.#options;
    this.#told = null;
    const list = told ?? await this.collect({ fresh: true });
    // The same bytes for every try, so that a cut upload can go on.
    const packed = await packList(list, host.clock);
    for (let attempt = 0;; attempt++) {
      const reason = await this.#upload(list, packed);
      if (reason === null) return null;
      const isLast = this.#stopped || attempt + 1 >= UPLOAD_TRIES_MAX;
      if (!REASONS[reason].again || isLast) {
        log("warning", "The program list could not be sent", { reason });
        return reason;
      }
      const fraction = host.randomness.fraction();
      const delayMs = backoffMs(attempt, { ...UPLOAD_BACKOFF, fraction });
      await Promise.race([sleep(host.clock, delayMs), this.#stop.promise]);
      if (this.#stopped) return reason;
    }
  }

  async #upload(
    { sha256, size, programs }: PeoList,
    packed: Uint8Array,
  ): Promise<Reason | null> {
    const { memory: { key }, link, log } = this.#options;
    const machine = machineOf(key.publicKey);
    const signature = signList(key, { machine, sha256, size });
    const reason = await link.uploadList({ packed, sha256, size, signature });
    if (reason === null) {
      log("info", "The program list was sent", {
        ...{ programs: programs.length, bytes: size, packed: packed.length },
      });
    }
    return reason;
  }

  /**
   * The programs of now, or of a moment ago when a source takes its time: a
   * late answer would be none, however often the server asks.
   */
  async #programsInTime(): Promise<readonly ListedProgram[]> {
    const { clock } = this.#options.host;
    const collecting = this.collect().then(({ programs }) => programs);
    if (this.#last === null) return await collecting;
    const late = Promise.withResolvers<readonly ListedProgram[]>();
    const cancel = clock.after(
      HOLDS_MS_MAX,
      () => late.resolve(this.#last ?? []),
    );
    try {
      return await Promise.race([collecting, late.promise]);
    } finally {
      cancel();
    }
  }
}
