/**
 * Names, and places among the waiting, of machines on their way into the
 * store: nobody else may take them meanwhile.
 *
 * @module
 */

import type { Arrival } from "./life/expectations.ts";
import { nameFrom, uniqueName } from "./machine_names.ts";

/** Who has names already, given in lower case. */
export interface NamesTaken {
  hasMachine(name: string): boolean;
  hasGroup(name: string): boolean;
}

/** The claims of one desk. */
export class NameClaims {
  readonly #taken: NamesTaken;
  readonly #claimed = new Set<string>();
  #pending = 0;

  constructor(taken: NamesTaken) {
    this.#taken = taken;
  }

  /** Machines that wait for the owner as soon as the store has them. */
  get pending(): number {
    return this.#pending;
  }

  /** Has anybody the name, or is he about to get it? */
  isTaken(name: string): boolean {
    const key = name.toLowerCase();
    return this.#claimed.has(key) || this.#taken.hasMachine(key) ||
      this.#taken.hasGroup(key);
  }

  /** The name, or one like it that is free. */
  free(name: string): string {
    return uniqueName(name, (other) => this.isTaken(other));
  }

  /**
   * What a machine shall be called. A name that is taken must not keep anybody
   * out: it gets a number.
   *
   * @param now How it is called; null when it is new.
   */
  nameOf(
    hostName: string,
    now: string | null,
    arrival: Arrival | null,
  ): string {
    const wanted = nameFrom(arrival?.name || hostName);
    if (now === null) return this.free(wanted);
    const isWanted = (arrival?.name ?? "") !== "" &&
      wanted.toLowerCase() !== now.toLowerCase();
    return isWanted ? this.free(wanted) : now;
  }

  /** Holds the name until the function that it gives is called. */
  claim(name: string, isPending = false): () => void {
    const key = name.toLowerCase();
    this.#claimed.add(key);
    if (isPending) this.#pending++;
    return () => {
      this.#claimed.delete(key);
      if (isPending) this.#pending--;
    };
  }
}
