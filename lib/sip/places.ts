/**
 * How many transfers may run at once, in all and for one machine. Pure book
 * keeping: a place is taken before a transfer and given back after it.
 *
 * @module
 */

export interface PlacesLimits {
  readonly transfersMax: number;
  readonly transfersPerMachineMax: number;
}

export class Places {
  readonly #limits: PlacesLimits;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(limits: PlacesLimits) {
    this.#limits = limits;
  }

  /** Places that are taken. */
  get total(): number {
    return this.#total;
  }

  /** Takes a place, and gives the way to give it back; null: none is left. */
  take(machine: string): (() => void) | null {
    const taken = this.#taken.get(machine) ?? 0;
    if (this.#total >= this.#limits.transfersMax) return null;
    if (taken >= this.#limits.transfersPerMachineMax) return null;
    this.#taken.set(machine, taken + 1);
    this.#total += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#give(machine);
    };
  }

  #give(machine: string): void {
    this.#total -= 1;
    const left = (this.#taken.get(machine) ?? 1) - 1;
    if (left === 0) this.#taken.delete(machine);
    else this.#taken.set(machine, left);
  }
}
