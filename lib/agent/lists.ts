/**
 * The machine's program list: made when it is asked for, sent by SiP when the
 * server wants it, never twice at once (flows 4 and 5).
 *
 * @module
 */

import { sleep } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { Installer } from "../install/installer.ts";
import { collectList, type PeoList } from "../peo/collect.ts";
import { backoffMs } from "../sep/backoff.ts";
import type { Reason } from "../sep/reasons.ts";
import { REASONS } from "../sep/reasons.ts";
import { fromHex } from "../trust/bytes.ts";
import type { Link } from "./link.ts";

export interface ListsOptions {
  readonly host: Pick<Host, "clock" | "randomness" | "disk" | "machine">;
  readonly installer: Pick<Installer, "programs">;
  readonly dpkgStatusPath: string;
  readonly link: Link;
  readonly log: Log;
}

/** An upload that was cut is begun again this often; then `[dliste]` is. */
const UPLOAD_TRIES_MAX = 6;
const UPLOAD_BACKOFF = { firstMs: 1_000, maxMs: 30_000 } as const;

/** Makes and sends lists. */
export class Lists {
  readonly #options: ListsOptions;
  readonly #stop = Promise.withResolvers<void>();
  #sending: Promise<Reason | null> | null = null;
  #stopped = false;

  constructor(options: ListsOptions) {
    this.#options = options;
  }

  /** The list as it is now. */
  async collect(): Promise<PeoList> {
    const { host, installer, dpkgStatusPath, log } = this.#options;
    const list = await collectList({
      disk: host.disk,
      installed: await installer.programs(),
      machine: host.machine.facts(),
      dpkgStatusPath,
    });
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
    const { programs } = await this.collect();
    return programs.some((program) =>
      program.name === name &&
      (version === "*" || program.version === version)
    );
  }

  /** The hash of the present list: 32 bytes. */
  async hash(): Promise<Uint8Array> {
    const { sha256 } = await this.collect();
    const bytes = fromHex(sha256);
    if (bytes === null) throw new TypeError("A list's hash must be hex");
    return bytes;
  }

  /** Sends the present list; null when the server has it. One at a time. */
  send(): Promise<Reason | null> {
    this.#sending ??= this.#trySending().finally(() => this.#sending = null);
    return this.#sending;
  }

  /** An upload that fails from here on is not tried again. */
  stop(): void {
    this.#stopped = true;
    this.#stop.resolve();
  }

  async #trySending(): Promise<Reason | null> {
    const { host, link, log } = this.#options;
    for (let attempt = 0;; attempt++) {
      const { document, sha256, programs } = await this.collect();
      const reason = await link.uploadList(document, sha256);
      if (reason === null) {
        log("info", "The program list was sent", {
          programs: programs.length,
          bytes: document.length,
        });
        return null;
      }
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
}
