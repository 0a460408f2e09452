/**
 * Keys that were seen in two places: cloned disks (N-06). One sighting is
 * shown, and the machine gets no orders; it takes two to tell a machine to make
 * a new key, because a key that is made anew costs a machine its history.
 *
 * A machine that restarts, or comes back with another address, answers from
 * one place at a time. What two machines with one key do and one does not:
 *
 * - they answer one ping twice, from two places (SeP tells of it), or
 * - they introduce themselves here, there and here again within a few rounds,
 *   for each takes the other's session away. One that moves keeps its session
 *   and needs no introduction.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { MachineId } from "../../sep/server_api.ts";

/** What the conflicts need. */
export interface ConflictsOptions {
  readonly clock: Clock;
  /** How long a conflict is shown after it was seen last. */
  readonly conflictMs: number;
}

/** So many sightings make a conflict a clone. */
const SURE = 2;

/**
 * So many, and whoever introduces itself makes a new key: what people know the
 * machine by, its MAC addresses, does not tell the two apart.
 */
const ANYONE = 4;

interface Conflict {
  sightings: number;
  /** On the monotonic clock. */
  untilMs: number;
}

/** Where a machine introduced itself last, and where before. */
interface Places {
  readonly last: string;
  readonly before: string;
  /** When it left the place before. */
  readonly movedMs: number;
  /** Its MAC addresses when it had not moved for long: its people's. */
  readonly macs: readonly string[];
}

/** Of all machines. Memory only: a clone shows itself again. */
export class Conflicts {
  readonly #options: ConflictsOptions;
  readonly #seen = new Map<MachineId, Conflict>();
  readonly #places = new Map<MachineId, Places>();

  constructor(options: ConflictsOptions) {
    this.#options = options;
  }

  /** Its key was seen in two places at once. */
  sighted(machine: MachineId): void {
    const { clock, conflictMs } = this.#options;
    const sightings = this.#sightings(machine) + 1;
    const untilMs = clock.monotonicMs() + conflictMs;
    this.#seen.set(machine, { sightings, untilMs });
  }

  /** It introduced itself there; `macs` are those it had up to now. */
  introduced(
    machine: MachineId,
    there: string,
    macs: readonly string[],
  ): void {
    const { clock, conflictMs } = this.#options;
    const nowMs = clock.monotonicMs();
    const held = this.#places.get(machine);
    const isQuiet = held === undefined || nowMs - held.movedMs >= conflictMs;
    // While two move in turn, what the record holds is the last one's.
    const places = isQuiet
      ? { last: held?.last ?? there, before: "", movedMs: nowMs, macs }
      : held;
    if (places.before === there) this.sighted(machine);
    const moved = { last: there, before: places.last, movedMs: nowMs };
    this.#places.set(
      machine,
      places.last === there ? places : { ...places, ...moved },
    );
  }

  has(machine: MachineId): boolean {
    return this.#sightings(machine) > 0;
  }

  /**
   * Must the one that introduces itself make a new key? If it can be told from
   * the machine that people know, that one keeps its key, name and history.
   */
  mustRekey(machine: MachineId, macs: readonly string[]): boolean {
    const known = this.#places.get(machine)?.macs ?? [];
    const isKnown = known.some((mac) => macs.includes(mac));
    return this.#sightings(machine) >= (isKnown ? ANYONE : SURE);
  }

  /** One of the two has a key of its own now. */
  settled(machine: MachineId): void {
    this.#seen.delete(machine);
    this.#places.delete(machine);
  }

  #sightings(machine: MachineId): number {
    const conflict = this.#seen.get(machine);
    if (conflict === undefined) return 0;
    if (conflict.untilMs > this.#options.clock.monotonicMs()) {
      return conflict.sightings;
    }
    this.#seen.delete(machine);
    return 0;
  }
}
