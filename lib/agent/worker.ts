/**
 * The agent's hands: carries out one order at a time (flows 6, 7 and 8), and
 * gives the recorded result, with its note, when an order comes again. Knows
 * neither the wire nor how a program is installed.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { Installer } from "../install/installer.ts";
import {
  type Failure,
  failure,
  failureOf,
  type Result,
} from "../install/result.ts";
import { cutNote } from "../sep/note.ts";
import { type Reason, REASONS } from "../sep/reasons.ts";
import type {
  InstallOrder,
  OrderResult,
  RemovalOrder,
} from "../sep/server_api.ts";
import { publishersStanding } from "../trust/trusted_state.ts";
import type { Link } from "./link.ts";
import { OWN_ATTEMPT } from "./local_orders.ts";
import type { Lists } from "./lists.ts";
import type { Memory } from "./memory.ts";

export interface WorkerOptions {
  readonly host: Pick<Host, "disk" | "clock">;
  readonly installer: Pick<
    Installer,
    "already" | "fail" | "install" | "remove" | "resultOf" | "rollback"
  >;
  readonly memory: Pick<Memory, "trusted">;
  readonly link: Pick<
    Link,
    "download" | "drop" | "fetchDowngrade" | "refreshPublishers" | "tidy"
  >;
  readonly lists: Pick<Lists, "send">;
  readonly log: Log;
  /**
   * Why a program must be left as it is for now, for the sake of the person at
   * the machine: the end of a sentence; null: it may be changed.
   */
  whySpared(name: string): Promise<string | null>;
  /** A program is another now, or a new one. */
  readonly changed?: () => void;
}

interface Job {
  readonly order: bigint;
  readonly attempt: number;
  readonly what: string;
  readonly result: Promise<OrderResult>;
}

/** One order at a time; the second is told that the machine is busy (C-17). */
export class Worker {
  readonly #options: WorkerOptions;
  #job: Job | null = null;
  /** What the job does just now: a few words, or nothing. */
  #step = "";
  #stopping = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** What is being done now, for `status`; null: nothing. */
  get doing(): string | null {
    if (this.#job === null) return null;
    const { what } = this.#job;
    return this.#step === "" ? what : `${what}: ${this.#step}`;
  }

  /** The installer's own word of what it does, or of what it waits for. */
  doingNow(step: string): void {
    this.#step = step;
  }

  /** Flows 6 and 8; also the way back to the version that is kept. */
  install(order: InstallOrder): Promise<OrderResult> {
    const { installer, memory } = this.#options;
    return order.how === "retour"
      ? this.#once(
        order,
        "roll back",
        async () =>
          await this.#spare(order, "go back with") ??
            await this.#change(
              installer.rollback(order, memory.trusted.publishers),
            ),
      )
      : this.#once(order, "install", () => this.#change(this.#install(order)));
  }

  /** Flow 7. */
  remove(order: RemovalOrder): Promise<OrderResult> {
    return this.#once(order, "remove", () => this.#remove(order));
  }

  /** Resolves when nothing is being done any more. */
  async idle(): Promise<void> {
    await this.#job?.result;
  }

  /** From here on what is cut was cut by us, and is no order's failure. */
  stop(): void {
    this.#stopping = true;
  }

  /** The same order and attempt is done once, whoever asks how often. */
  #once(
    asked: InstallOrder | RemovalOrder,
    verb: string,
    act: () => Promise<Result>,
  ): Promise<OrderResult> {
    const { order, attempt, name, version } = asked;
    const recorded = this.#options.installer.resultOf(order, attempt);
    if (recorded !== null) return this.#repeat(asked, recorded);
    const job = this.#job;
    if (job !== null) {
      // Asked again while it is being done: the same answer, when it comes.
      const same = job.order === order && job.attempt === attempt;
      if (same) return job.result;
      const busy = failure("busy", `The machine is busy: ${this.doing}`);
      return Promise.resolve(toldOf(busy));
    }
    const what = `${verb} ${name} ${version}`;
    const result = this.#perform(what, order, act);
    this.#job = { order, attempt, what, result };
    return result;
  }

  /** The recorded result; a kill may have left its package behind. */
  async #repeat(
    order: InstallOrder | RemovalOrder,
    result: Result,
  ): Promise<OrderResult> {
    const isLast = result.ok || !isWorthKeeping(result);
    if (isLast && "sha256" in order && this.#job === null) {
      await this.#options.link.drop(order.sha256);
    }
    return toldOf(result);
  }

  async #perform(
    what: string,
    order: bigint,
    act: () => Promise<Result>,
  ): Promise<OrderResult> {
    const { log, link } = this.#options;
    log("info", "An order has begun", { order, what });
    try {
      const result = await act();
      const told = toldOf(result);
      if (result.ok) {
        const { version, note } = result;
        log("info", "An order is done", { order, what, version, note });
        return told;
      }
      const { reason, detail } = result;
      if (reason === "busy" || reason === "occupied") {
        log("info", "An order is put off", { order, what, detail });
        return told;
      }
      log("warning", "An order failed", { order, what, reason, detail });
      return told;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      log("error", "An order met an error", { order, what, error: found });
      return toldOf(failureOf(error, `Cannot ${what}`));
    } finally {
      await link.tidy();
      this.#job = null;
      this.#step = "";
    }
  }

  async #change(changing: Promise<Result>): Promise<Result> {
    const result = await changing;
    if (result.ok) this.#options.changed?.();
    return result;
  }

  async #install(order: InstallOrder): Promise<Result> {
    const { installer, link } = this.#options;
    const result = await installer.already(order) ??
      await this.#spare(order, "install") ?? await this.#fetchAndInstall(order);
    if (result.ok || !isWorthKeeping(result)) await link.drop(order.sha256);
    return result;
  }

  async #fetchAndInstall(order: InstallOrder): Promise<Result> {
    const { host: { clock }, installer, memory, link } = this.#options;
    this.#step = "fetches the publishers' list";
    await link.refreshPublishers();
    const { publishers } = memory.trusted;
    const standing = publishersStanding(memory.trusted, clock.wallMs());
    if (publishers === null || standing !== "good") {
      // A list that did not come is the network's fault: asking again helps.
      const reason = standing === "expired" ? "publisher" : "network";
      return await this.#fail(order, reason, STANDING_DETAILS[standing]);
    }
    this.#step = "downloads";
    const got = await link.download(order, (bytes, size) => {
      this.#step = `downloads, ${Math.floor(100 * bytes / size)} %`;
    });
    if (!got.ok) {
      const { reason, detail } = got.fault;
      return await this.#fail(order, reason, detail);
    }
    // A download takes its time.
    const spared = await this.#spare(order, "install");
    if (spared !== null) return spared;
    this.#step = "installs";
    const { path, statement } = got.value;
    return await installer.install({
      order,
      packagePath: path,
      statement,
      publishers,
      downgrade: () => link.fetchDowngrade(order.sha256),
    });
  }

  /**
   * The failure of an order that would disturb a person; null: it may be done.
   * It is not recorded, for nothing was done. A person at the machine who
   * orders something by himself is not disturbed by it.
   */
  async #spare(
    { attempt, name }: InstallOrder | RemovalOrder,
    verb: string,
  ): Promise<Failure | null> {
    if (attempt === OWN_ATTEMPT) return null;
    const why = await this.#options.whySpared(name);
    return why === null
      ? null
      : failure("occupied", `Cannot ${verb} ${name} now: ${why}`);
  }

  async #fail(
    order: InstallOrder,
    reason: Reason,
    detail: string,
  ): Promise<Result> {
    const why = failure(reason, detail);
    // A transfer that we cut ourselves says nothing about the order: it is not
    // recorded, so that the same attempt goes on at the next start.
    if (this.#stopping && reason === "network") return why;
    return await this.#options.installer.fail(order, why);
  }

  async #remove(order: RemovalOrder): Promise<Result> {
    const { installer, lists } = this.#options;
    const result = await this.#spare(order, "remove") ??
      await installer.remove(order);
    // Flow 7, "voir SiP": the new list is the proof of the removal.
    if (result.ok) {
      this.#step = "sends the program list";
      await lists.send();
    }
    return result;
  }
}

/**
 * May the same package be tried again without a second download? Not when the
 * disk is full: what it takes there is the first thing to give back (S-13).
 */
function isWorthKeeping({ reason }: Failure): boolean {
  return REASONS[reason].again && reason !== "disk" && reason !== "hash";
}

/** The result as `[reussi]` or `[rate]` tells it. */
function toldOf(result: Result): OrderResult {
  return result.ok
    ? {
      reason: null,
      version: result.version,
      note: cutNote(result.note),
    }
    : { reason: result.reason, version: "", note: cutNote(result.detail) };
}

// deno-fmt-ignore
const STANDING_DETAILS = {
  none:    "Cannot install anything: no publishers' list was received yet",
  good:    "Cannot install anything: no publishers' list was received yet",
  expired: "Cannot install anything: the publishers' list has expired; the fleet's owner must sign a new one",
} as const;
