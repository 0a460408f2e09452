/**
 * What a machine remembers against going back to old packages (I-16): the
 * highest serial of each name that each publisher ever had installed here, and
 * the downgrade statements that were used. Both are part of commit records, so
 * they hold from the very instant at which an install does, and both survive
 * the removal of the program.
 *
 * One floor for each publisher of a name, not one for the name: when a stolen
 * key has raised a serial to 2^53 and is revoked, its floor falls away (K-10),
 * and that of the key that was used before still stands.
 *
 * Pure. Which publishers count is for the caller, who has their list.
 *
 * @module
 */

import type { Floor, UsedDowngrade } from "./entries.ts";

/** Floors that are kept: the ones that were raised last. */
export const FLOORS_MAX = 4_096;
/** Used downgrade statements that are kept. */
export const DOWNGRADES_MAX = 1_024;

/** A floor with the name that it is of. */
export interface NamedFloor extends Floor {
  readonly name: string;
}

/** The highest serials ever installed, by name and publisher. */
export class Floors {
  readonly #floors = new Map<string, NamedFloor>();

  /** Never lowers one. */
  raise({ name, publisher, serial }: NamedFloor): void {
    const key = `${name} ${publisher}`;
    const before = this.#floors.get(key)?.serial ?? 0;
    this.#floors.delete(key);
    const highest = Math.max(before, serial);
    this.#floors.set(key, { name, publisher, serial: highest });
    dropOldest(this.#floors, FLOORS_MAX);
  }

  /** The floors of a name, one for each publisher. */
  of(name: string): readonly Floor[] {
    return this.all().filter((floor) => floor.name === name);
  }

  /** Every floor, the one that was raised last at the end. */
  all(): readonly NamedFloor[] {
    return [...this.#floors.values()];
  }
}

/** The downgrade statements that were used. */
export class UsedDowngrades {
  readonly #used = new Map<string, UsedDowngrade>();

  /** When there are too many, the one that expires first is forgotten. */
  take({ statement, expiresMs }: UsedDowngrade): void {
    this.#used.set(statement, { statement, expiresMs });
    if (this.#used.size <= DOWNGRADES_MAX) return;
    const first = this.all().reduce((a, b) =>
      a.expiresMs <= b.expiresMs ? a : b
    );
    this.#used.delete(first.statement);
  }

  has(statement: string): boolean {
    return this.#used.has(statement);
  }

  /**
   * Would taking one more forget one that has not expired, which could then be
   * used again?
   */
  isFull(nowMs: number): boolean {
    return this.#used.size >= DOWNGRADES_MAX &&
      this.all().every(({ expiresMs }) => nowMs < expiresMs);
  }

  all(): readonly UsedDowngrade[] {
    return [...this.#used.values()];
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
