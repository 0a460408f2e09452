/**
 * Tells the server by itself that this machine's list has changed (flow 5), a
 * moment after something was installed: once for several installs in a row,
 * and never while the next one is under way. Whole rooms are installed at
 * once, so the moment is a random one.
 *
 * @module
 */

import type { Cancel } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import { type Log, sentenceOf } from "../host/log.ts";
import { backoffMs } from "../sep/backoff.ts";
import type { MachineEndpoint } from "../sep/machine_endpoint.ts";
import type { Lists } from "./lists.ts";
import type { Worker } from "./worker.ts";

export interface ListNewsOptions {
  readonly host: Pick<Host, "clock" | "randomness">;
  readonly lists: Pick<Lists, "hash" | "sendTold">;
  readonly worker: Pick<Worker, "doing" | "idle">;
  readonly endpoint: Pick<MachineEndpoint, "offerList">;
  readonly log: Log;
}

/** The longest wait after a change. */
const NEWS_MS_MAX = 10_000;

/** Then the server's next `[dliste]` brings it. */
const TRIES_MAX = 5;
const BACKOFF = { firstMs: 5_000, maxMs: 60_000 } as const;

/** Offers the list after a change. */
export class ListNews {
  readonly #options: ListNewsOptions;
  #cancel: Cancel | null = null;
  #tries = 0;
  #isStopped = false;

  constructor(options: ListNewsOptions) {
    this.#options = options;
  }

  /** The machine's programs are others now. */
  changed(): void {
    this.#tries = 0;
    if (this.#cancel !== null) return;
    this.#arm(this.#options.host.randomness.fraction() * NEWS_MS_MAX);
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #arm(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.host.clock.after(delayMs, () => {
      this.#cancel = null;
      void this.#tell();
    });
  }

  /** Never rejects. */
  async #tell(): Promise<void> {
    const { worker, log } = this.#options;
    if (worker.doing !== null) {
      // It may change the list again, whatever comes of it.
      await worker.idle();
      return this.changed();
    }
    try {
      if (await this.#offer()) return;
    } catch (error) {
      const because = sentenceOf(error);
      log("warning", "The changed program list could not be made", { because });
    }
    this.#tryAgain();
  }

  /** True when the server has answered. */
  async #offer(): Promise<boolean> {
    const { endpoint, lists } = this.#options;
    const hash = await lists.hash();
    if (this.#isStopped) return true;
    const outcome = await endpoint.offerList(hash);
    if (outcome.kind !== "list") return false;
    // What becomes of an upload is told by itself.
    if (outcome.upload && !this.#isStopped) await lists.sendTold();
    return true;
  }

  #tryAgain(): void {
    // A change that came meanwhile tells it all.
    if (this.#cancel !== null || ++this.#tries >= TRIES_MAX) return;
    const fraction = this.#options.host.randomness.fraction();
    this.#arm(backoffMs(this.#tries - 1, { ...BACKOFF, fraction }));
  }
}
