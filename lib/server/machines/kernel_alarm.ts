/**
 * Says in the log that a setting of the kernel is too small for the fleet
 * (F-12): at the start, and when the fleet outgrows it. Once for each setting,
 * for it cannot be mended in between without a look at the log.
 *
 * @module
 */

import type { Kernel, KernelSettings } from "../../host/kernel.ts";
import type { Log } from "../../host/log.ts";
import type { NetworkInterface } from "../../host/machine.ts";
import { SIP_LIMITS } from "../../sip/limits.ts";
import { kernelWarnings } from "./kernel_settings.ts";
import type { Registry } from "./registry.ts";
import { isNeighbour } from "./targets.ts";

/** What the alarm needs. */
export interface KernelAlarmOptions {
  readonly kernel: Kernel;
  readonly log: Log;
  readonly registry: Pick<Registry, "size" | "records">;
  interfaces(): readonly NetworkInterface[];
  /** Transfers by SiP at one time. */
  readonly transfersMax: number;
}

/** The store, the sockets, fronts at the local API, the runtime's own. */
const OTHER_FILES = 128;

/** A fleet that has grown so much is looked at again. */
const GROWTH = 1.05;

/** Looks when it is told to. */
export class KernelAlarm {
  readonly #options: KernelAlarmOptions;
  readonly #settings: KernelSettings;
  readonly #told = new Set<string>();
  /** The fleet's size from which on a look is worth it. */
  #lookFrom = 0;

  /** Looks at once. */
  constructor(options: KernelAlarmOptions) {
    this.#options = options;
    this.#settings = options.kernel.settings();
    this.look();
  }

  /** Perhaps there is a machine more. */
  look(): void {
    const machines = this.#options.registry.size;
    if (machines < this.#lookFrom) return;
    // All of them at the most: who stands behind a router is looked up only
    // when it matters, and seldom, for this is called for each of thousands.
    if (this.#warnings(this.#settings, machines, machines).length === 0) return;
    this.#lookFrom = Math.ceil(machines * GROWTH);
    const neighbours = this.#neighbours();
    // The table may have been made larger since; the buffer of a socket, and
    // the limit of a process, are those of their beginning.
    const { neighboursMax } = this.#options.kernel.settings();
    const settings = { ...this.#settings, neighboursMax };
    for (const warning of this.#warnings(settings, machines, neighbours)) {
      this.#told.add(warning.setting);
      this.#options.log("warning", warning.message, {
        machines,
        ...warning.fields,
      });
    }
  }

  #warnings(settings: KernelSettings, machines: number, neighbours: number) {
    const { handshakesMax, strangersMax } = SIP_LIMITS;
    // A transfer has a connection and a file.
    const transfers = 2 * this.#options.transfersMax;
    const openFiles = handshakesMax + strangersMax + transfers + OTHER_FILES;
    return kernelWarnings(settings, { machines, neighbours, openFiles })
      .filter(({ setting }) => !this.#told.has(setting));
  }

  #neighbours(): number {
    const { registry, interfaces } = this.#options;
    const seen = interfaces();
    return registry.records().filter(({ address }) =>
      address !== null && isNeighbour(address, seen)
    ).length;
  }
}
