/**
 * Waiting for a machine's list. `[dliste]` is answered on SeP, the list comes
 * on SiP: whoever asked must be told when it is here, and must not wait for
 * ever when it does not come.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListRefusal } from "./list_check.ts";

/** How the wait for a list ended. */
export type ListEnding =
  | { readonly kind: "received" }
  /** One came that was not good. */
  | ({ readonly kind: "list refused" } & ListRefusal)
  /** Nothing moved any more. */
  | { readonly kind: "not received" };

/** A list that may come. */
export interface ListArrival {
  /**
   * How the first list ended that has come since it was expected; waits until
   * nothing has moved for so many milliseconds.
   */
  within(idleMs: number): Promise<ListEnding>;
  /** Nobody waits any more. */
  drop(): void;
}

interface Waiting {
  result: ListEnding | null;
  idleMs: number;
  resolve: ((ending: ListEnding) => void) | null;
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

  /** The list has come; null: it is held now. */
  over(machine: MachineId, refusal: ListRefusal | null): void {
    const ending: ListEnding = refusal === null
      ? { kind: "received" }
      : { kind: "list refused", ...refusal };
    for (const waiting of this.#waiting.get(machine) ?? []) {
      this.#settle(machine, waiting, ending);
    }
  }

  #within(
    machine: MachineId,
    waiting: Waiting,
    idleMs: number,
  ): Promise<ListEnding> {
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
      () => this.#settle(machine, waiting, { kind: "not received" }),
    );
  }

  #settle(
    machine: MachineId,
    waiting: Waiting,
    result: ListEnding,
  ): void {
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
