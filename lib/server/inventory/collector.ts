/**
 * Asks the whole fleet for its lists when the schedule says so: the runner of
 * what `collection.ts` decides.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { Dispatcher } from "../orders/dispatcher.ts";
import { FIRST_PHASE } from "../orders/task_paths.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import { isoOf } from "../shapes/moments.ts";
import { type NewOrder, taskAtStart } from "../shapes/task.ts";
import type { Store, Writer } from "../store/store.ts";
import {
  decide,
  type LastRun,
  lastRunOf,
  LOOK_MS_MAX,
  namesInLine,
  roundState,
} from "./collection.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

/** What the collector needs. */
export interface CollectorOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, "addOrders" | "tasks" | "meta">;
  readonly writer: Writer;
  readonly dispatcher: Pick<Dispatcher, "add">;
  readonly log: Log;
  /** A cron expression; "": never. */
  readonly schedule: string;
  /** All machines that are known. */
  machines(): readonly MachineRecord[];
  /** When the machine last sent its list, or said that it is the same. */
  listedMs(machine: MachineId): number | null;
}

/** A round that goes on is looked at so often. */
const TELL_MS = 5_000;

/** Where the store keeps the last run. */
export const META_COLLECTION = "collection";

/** Runs until it is stopped. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #schedule: Schedule | null;
  #last: LastRun | null = null;
  /** The round of which nothing is told yet. */
  #untold: LastRun | null = null;
  #cancel: Cancel = () => {};
  #isStopped = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#schedule = parseSchedule(options.schedule);
  }

  /** Begins with what a run before this start has left. */
  async start(): Promise<void> {
    const { store, schedule, clock } = this.#options;
    if (this.#schedule === null) return;
    this.#last = lastRunOf(await store.meta(META_COLLECTION), schedule);
    // From now on a run can be missed.
    if (this.#last === null) await this.#note(clock.wallMs(), null);
    void this.#look(this.#schedule);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Looks, acts, and looks again. */
  async #look(schedule: Schedule): Promise<void> {
    const { clock } = this.#options;
    const delayMs = await this.#act(schedule, clock.wallMs());
    if (this.#isStopped) return;
    this.#cancel = clock.after(delayMs, () => void this.#look(schedule));
  }

  /** When to look again. Never rejects. */
  async #act(schedule: Schedule, nowMs: number): Promise<number> {
    try {
      const decision = decide(schedule, this.#last, nowMs);
      if (decision.kind === "collect") {
        await this.#collect(nowMs);
        return 0;
      }
      await this.#tell();
      const { delayMs } = decision;
      return this.#untold === null ? delayMs : Math.min(delayMs, TELL_MS);
    } catch (error) {
      if (this.#isStopped) return LOOK_MS_MAX; // The store is closed, too.
      this.#options.log(
        "error",
        "Cannot collect the lists by the schedule; trying again",
        { error: sentenceOf(error) },
      );
      return LOOK_MS_MAX;
    }
  }

  async #collect(nowMs: number): Promise<void> {
    const { store, dispatcher, log, machines } = this.#options;
    const last = this.#last;
    const under = await this.#under(last?.order ?? null);
    if (under > 0) {
      log("info", "The collection before still goes on; this one is left out", {
        ...{ order: last?.order, machines: under },
      });
      return await this.#note(nowMs, last?.order ?? null);
    }
    const approved = machines().filter(({ status }) => status === "approved");
    if (last !== null && last.order !== null) this.#tellSilent(last, approved);
    if (approved.length === 0) return await this.#note(nowMs, null);
    const given = await store.addOrders([orderOf(approved, nowMs)]);
    dispatcher.add(given);
    const order = given[0]?.order.id ?? null;
    log("info", "The machines are asked for their program lists", {
      ...{ order, machines: approved.length },
    });
    await this.#note(nowMs, order);
    this.#untold = this.#last;
  }

  async #note(atMs: number, order: number | null): Promise<void> {
    const { writer, schedule } = this.#options;
    // In memory first: a store that refuses must not make the run come again.
    this.#last = { schedule, atMs, order };
    const value = JSON.stringify(this.#last);
    await writer.commit([{ kind: "meta", key: META_COLLECTION, value }]);
  }

  /** How many machines of the order are still being asked. */
  async #under(order: number | null): Promise<number> {
    if (order === null) return 0;
    return roundState(await this.#options.store.tasks(order)).under;
  }

  /** Once, when nothing of the round goes on any more. */
  async #tell(): Promise<void> {
    const { store, log } = this.#options;
    const order = this.#untold?.order ?? null;
    if (order === null) return;
    const { under, ...counts } = roundState(await store.tasks(order));
    if (under > 0) return;
    this.#untold = null;
    log("info", "The program lists are collected", { order, ...counts });
  }

  /** One line, however many machines. */
  #tellSilent(last: LastRun, approved: readonly MachineRecord[]): void {
    const { log, listedMs } = this.#options;
    const silent = approved.filter(({ id, firstSeenMs }) =>
      firstSeenMs < last.atMs && (listedMs(id) ?? 0) < last.atMs
    );
    if (silent.length === 0) return;
    log("warning", "Some machines have not sent a list since the last time", {
      since: isoOf(last.atMs),
      count: silent.length,
      machines: namesInLine(silent.map(({ name }) => name)),
    });
  }
}

function orderOf(
  machines: readonly MachineRecord[],
  createdMs: number,
): NewOrder {
  return {
    order: {
      verb: "collect",
      ...{ name: "", version: "", sha256: "", size: 0 },
      ...{
        createdMs,
        expiresMs: null,
        anytime: true,
        origin: "schedule",
        on: ["all"],
      },
    },
    tasks: machines.map(({ id }) => taskAtStart(id, FIRST_PHASE.collect)),
  };
}
