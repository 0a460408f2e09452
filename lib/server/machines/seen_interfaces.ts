/**
 * The interfaces of this computer, asked for anew each time, because cables
 * and addresses change; when the system cannot tell, those it told last.
 *
 * @module
 */

import type { Machine, NetworkInterface } from "../../host/machine.ts";

/** Remembers what was seen. */
export class SeenInterfaces {
  readonly #machine: Machine;
  #seen: readonly NetworkInterface[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  now(): readonly NetworkInterface[] {
    try {
      this.#seen = this.#machine.facts().interfaces;
    } catch {
      // No descriptor is left: what was there a moment ago is still there.
    }
    return this.#seen;
  }
}
