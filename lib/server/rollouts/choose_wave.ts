/**
 * Which machines a wave takes. Pure.
 *
 * A wave is to find out something, so it takes first the machines on which
 * there is something to do and which are on; among these it draws lots, which
 * are the same again after a restart, and other ones for each rollout: no
 * machine is always the first to suffer, and no room.
 *
 * @module
 */

import { sha256, toHex, utf8 } from "../../trust/bytes.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import { reachOf, type WaveSize } from "./waves.ts";

/** What a choice is made from. */
export interface Choice {
  readonly rollout: number;
  readonly size: WaveSize;
  /** All machines of the rollout. */
  readonly machines: readonly MachineId[];
  /** Those that an earlier wave took. */
  readonly taken: ReadonlySet<MachineId>;
  /** Whom the wave's selector means; null: it has none. */
  readonly meant: ReadonlySet<MachineId> | null;
  /** Will the order change anything there, by all that is known? */
  isIdle(machine: MachineId): boolean;
  isThere(machine: MachineId): boolean;
}

/** The machines of the wave. */
export function chooseWave(choice: Choice): MachineId[] {
  const { size, machines, taken, meant } = choice;
  const left = machines.filter((machine) => !taken.has(machine));
  if (meant !== null) return left.filter((machine) => meant.has(machine));
  const reach = reachOf(size, machines.length) ?? 0;
  const takenHere = machines.length - left.length;
  const wanted = Math.max(reach - takenHere, 0);
  if (wanted >= left.length) return left;
  const ranked = left.map((machine) => ({ machine, rank: rank(machine) }));
  ranked.sort((a, b) => a.rank < b.rank ? -1 : 1);
  return ranked.slice(0, wanted).map(({ machine }) => machine);

  function rank(machine: MachineId): string {
    const idle = choice.isIdle(machine) ? 1 : 0;
    const away = choice.isThere(machine) ? 0 : 1;
    const lot = toHex(sha256(utf8(`${choice.rollout} ${machine}`)));
    return `${idle}${away}${lot}`;
  }
}

/** Will the order change nothing where this version is? Null: none is. */
export function isIdleWith(
  { verb, version = ANY_VERSION }: RolloutRecord["order"],
  held: string | null,
): boolean {
  switch (verb) {
    case "install":
    case "ensure":
      return held === version;
    case "update":
      return held === null || held === version;
    case "remove":
      return held === null;
    default:
      return false;
  }
}
