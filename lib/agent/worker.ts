/**
 * The agent's hands: carries out one order at a time (flows 6, 7 and 8), and
 * gives the recorded result when an order comes again.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { Installer } from "../install/installer.ts";
import { failure, type Result } from "../install/result.ts";
import type { Reason } from "../sep/reasons.ts";
import type { InstallOrder, RemovalOrder } from "../sep/server_api.ts";
import { publishersStanding } from "../trust/trusted_state.ts";
import type { Link } from "./link.ts";
import type { Lists } from "./lists.ts";
import type { Memory } from "./memory.ts";

export interface WorkerOptions {
  readonly host: Pick<Host, "disk" | "clock">;
  readonly installer: Pick<
    Installer,
    "already" | "fail" | "install" | "remove" | "resultOf"
  >;
  readonly memory: Pick<Memory, "trusted">;
  readonly link: Pick<Link, "download" | "refreshPublishers">;
  readonly lists: Pick<Lists, "send">;
  readonly log: Log;
}

interface Job {
  readonly order: bigint;
  readonly attempt: number;
  readonly what: string;
  readonly result: Promise<Reason | null>;
}

/** One order at a time; the second is told that the machine is busy (C-17). */
export class Worker {
  readonly #options: WorkerOptions;
  #job: Job | null = null;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** What is being done now, for `status`; null: nothing. */
  get doing(): string | null {
    return this.#job?.what ?? null;
  }

  /** Null when it worked. */
  install(order: InstallOrder): Promise<Reason | null> {
    return this.#once(order, "install", () => this.#install(order));
  }

  /** Null when it worked. */
  remove(order: RemovalOrder): Promise<Reason | null> {
    return this.#once(order, "remove", () => this.#remove(order));
  }

  /** Resolves when nothing is being done any more. */
  async idle(): Promise<void> {
    await this.#job?.result;
  }

  /** The same order and attempt is done once, whoever asks how often. */
  #once(
    { order, attempt, name, version }: InstallOrder | RemovalOrder,
    verb: string,
    act: () => Promise<Result>,
  ): Promise<Reason | null> {
    const recorded = this.#options.installer.resultOf(order, attempt);
    if (recorded !== null) {
      return Promise.resolve(recorded.ok ? null : recorded.reason);
    }
    const job = this.#job;
    if (job !== null) {
      // Asked again while it is being done: the same answer, when it comes.
      const same = job.order === order && job.attempt === attempt;
      return same ? job.result : Promise.resolve("busy");
    }
    const what = `${verb} ${name} ${version}`;
    const result = this.#perform(what, order, act);
    this.#job = { order, attempt, what, result };
    return result;
  }

  async #perform(
    what: string,
    order: bigint,
    act: () => Promise<Result>,
  ): Promise<Reason | null> {
    const { log } = this.#options;
    log("info", "An order has begun", { order, what });
    try {
      const result = await act();
      if (result.ok) {
        log("info", "An order is done", { order, what });
        return null;
      }
      const { reason, detail } = result;
      log("warning", "An order failed", { order, what, reason, detail });
      return reason;
    } catch (error) {
      log("error", "An order met an error", {
        order,
        what,
        error: error instanceof Error ? error.message : String(error),
      });
      return "system";
    } finally {
      this.#job = null;
    }
  }

  async #install(order: InstallOrder): Promise<Result> {
    const { host: { disk, clock }, installer, memory, link } = this.#options;
    const already = await installer.already(order);
    if (already !== null) return already;
    await link.refreshPublishers();
    const { publishers } = memory.trusted;
    const standing = publishersStanding(memory.trusted, clock.wallMs());
    if (publishers === null || standing !== "good") {
      // A list that did not come is the network's fault: asking again helps.
      const reason = standing === "expired" ? "publisher" : "network";
      const why = failure(reason, STANDING_DETAILS[standing]);
      return await installer.fail(order, why);
    }
    const got = await link.download(order);
    if (!got.ok) {
      const { reason, detail } = got.fault;
      return await installer.fail(order, failure(reason, detail));
    }
    const { path, statement } = got.value;
    const result = await installer.install({
      order,
      packagePath: path,
      statement,
      publishers,
    });
    // What failed for want of space or by a passing error may be tried again
    // without a second download; every other file is of no more use.
    const again = !result.ok &&
      (result.reason === "disk" || result.reason === "system");
    if (!again) await disk.remove(path);
    return result;
  }

  async #remove(order: RemovalOrder): Promise<Result> {
    const { installer, lists } = this.#options;
    const result = await installer.remove(order);
    // Flow 7, "voir SiP": the new list is the proof of the removal.
    if (result.ok) await lists.send();
    return result;
  }
}

// deno-fmt-ignore
const STANDING_DETAILS = {
  none:    "Cannot install anything: no publishers' list was received yet",
  good:    "Cannot install anything: no publishers' list was received yet",
  expired: "Cannot install anything: the publishers' list has expired; the fleet's owner must sign a new one",
} as const;
