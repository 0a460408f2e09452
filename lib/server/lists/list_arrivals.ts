/**
 * Waiting for a machine's list. `[dliste]` is answered on SeP, the list comes
 * on SiP: whoever asked must be told when it is here, and must not wait for
 * ever when it does not come.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import type { MachineId } from "../../sep/server_api.ts";

/** A list that may come. */
export interface ListArrival {
  /**
   * True when a valid list has come since it was expected; false when one came
   * that was not valid, or nothing moved for so many milliseconds.
   */
  within(idleMs: number): Promise<boolean>;
  /** Nobody waits any more. */
  drop(): void;
}

interface Waiting {
  result: boolean | null;
  idleMs: number;
  resolve: ((came: boolean) => void) | null;
  cancel: Cancel;
}

/** Who waits for which machine's list. */
export class ListArrivals {
  readonly #clock: Clock;
  readonly #waiting = new Map<MachineId, Set<Waiting>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to listen; what comes before `within` is called counts too. */
  expect(machine: MachineId): ListArrival {
    const waiting: Waiting = {
      result: null,
      idleMs: 0,
      resolve: null,
      cancel: () => {},
    };
    const all = this.#waiting.get(machine) ?? new Set();
    this.#waiting.set(machine, all.add(waiting));
    return {
      within: (idleMs) => this.#within(machine, waiting, idleMs),
      drop: () => this.#drop(machine, waiting),
    };
  }

  /** Bytes of the machine's list have come. */
  moved(machine: MachineId): void {
    for (const waiting of this.#waiting.get(machine) ?? []) {
      if (waiting.resolve !== null) this.#arm(machine, waiting);
    }
  }

  /** The list is complete: is it valid? */
  over(machine: MachineId, isValid: boolean): void {
    for (const waiting of this.#waiting.get(machine) ?? []) {
      this.#settle(machine, waiting, isValid);
    }
  }

  #within(
    machine: MachineId,
    waiting: Waiting,
    idleMs: number,
  ): Promise<boolean> {
    if (waiting.result !== null) return Promise.resolve(waiting.result);
    return new Promise((resolve) => {
      waiting.idleMs = idleMs;
      waiting.resolve = resolve;
      this.#arm(machine, waiting);
    });
  }

  #arm(machine: MachineId, waiting: Waiting): void {
    waiting.cancel();
    waiting.cancel = this.#clock.after(
      waiting.idleMs,
      () => this.#settle(machine, waiting, false),
    );
  }

  #settle(machine: MachineId, waiting: Waiting, result: boolean): void {
    waiting.result ??= result;
    waiting.resolve?.(waiting.result);
    this.#drop(machine, waiting);
  }

  #drop(machine: MachineId, waiting: Waiting): void {
    waiting.cancel();
    const all = this.#waiting.get(machine);
    all?.delete(waiting);
    if (all?.size === 0) this.#waiting.delete(machine);
  }
}
