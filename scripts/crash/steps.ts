/**
 * kill -9 after every step of every kind of order: a real agent kills itself
 * after its n-th step, for each n there is; the one that is started next kills
 * itself in its recovery; the third one lives. At each look the machine holds
 * the old version or the new one, and in the end the order has ended as it must,
 * the machine tells the truth about itself, and nothing half done remains.
 *
 * Machines work beside each other; before each kill a machine is put back to
 * where it was, files and journal, as a disk image would be.
 *
 * @module
 */

import type { Fleet } from "../kit/fleet.ts";
import { type Scene, SCENES } from "./scenes.ts";
import { Victim } from "./victim.ts";

export interface StepsOptions {
  readonly fleet: Fleet;
  /** How many machines work beside each other. */
  readonly machines: number;
  /** Kill in the recovery after each of its steps, not after one of them. */
  readonly thorough: boolean;
}

/** When only one step of a recovery is tried, it is one of the first. */
const RECOVERY_STEPS_TRIED = 16;
/** No recovery has more steps than this. */
const RECOVERY_STEPS_MAX = 200;

/**
 * Goes through all scenes; the program is published already. Resolves with the
 * number of kills.
 */
export async function killAtEveryStep(
  { fleet, machines, thorough }: StepsOptions,
): Promise<number> {
  let total = 0;
  const names = Array.from({ length: machines }, (_, i) => `step-${i + 1}`);
  const victims = await Promise.all(
    names.map((name) => Victim.make(fleet, name)),
  );
  const survive = thorough ? surviveEach : surviveOne;
  for (const scene of SCENES) {
    const [first] = victims;
    if (first === undefined) throw new TypeError("There is no machine");
    const count = await first.stepsOf(scene);
    const left = Array.from({ length: count }, (_, index) => index + 1);
    const endings = await Promise.allSettled(victims.map(async (victim) => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        const kills = await survive(victim, scene, step).catch((error) => {
          left.length = 0; // The others end what they are at, and no more.
          throw error;
        });
        total += kills; // Only now: others have added to it meanwhile.
      }
    }));
    const failed = endings.find((ending) => ending.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    console.log(
      `${scene.title}: killed after each of ${count} steps, and in the ` +
        `recovery: ok (${total} kills so far)`,
    );
  }
  return total;
}

async function surviveOne(
  victim: Victim,
  scene: Scene,
  step: number,
): Promise<number> {
  const recoveryStep = 1 + step % RECOVERY_STEPS_TRIED;
  return (await victim.survive(scene, { step, recoveryStep })).kills;
}

async function surviveEach(
  victim: Victim,
  scene: Scene,
  step: number,
): Promise<number> {
  let total = 0;
  for (let at = 1; at <= RECOVERY_STEPS_MAX; at++) {
    const kill = { step, recoveryStep: at };
    const { kills, wasInRecovery } = await victim.survive(scene, kill);
    total += kills;
    if (!wasInRecovery) break;
  }
  return total;
}
