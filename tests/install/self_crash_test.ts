/**
 * Killing agents in the agent's own update: the old one and the new one before
 * each change of theirs and in the middle of it, and the one that starts then
 * at each change of its recovery. At the end the service starts the version
 * that is in use, the old one or the new one, and nothing else is there.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { type House, wayBack, withSwiftHouse } from "./house.ts";
import type { Program } from "./packages.ts";
import {
  A1,
  A2,
  AGENT,
  lookAt,
  openAgent,
  prepare,
  throughTrial,
} from "./self_kit.ts";
import { swiftDisk } from "./swift_disk.ts";
import { stopAt, WatchedDisk } from "./watched_disk.ts";

interface Scene {
  readonly title: string;
  readonly before: readonly Program[];
  readonly from: string;
  readonly to: string;
  readonly act: (house: House, installer: Installer) => Promise<Result>;
}

const SCENES: readonly Scene[] = [
  {
    title: "an update of the agent",
    before: [A1],
    from: "1.0",
    to: "2.0",
    act: (house, installer) => house.install(installer, A2, 9n),
  },
  {
    title: "the agent's first package",
    before: [],
    from: "first",
    to: "1.0",
    act: (house, installer) => house.install(installer, A1, 9n),
  },
  {
    title: "a rollback of the agent",
    before: [A1, A2],
    from: "2.0",
    to: "1.0",
    act: (_house, installer) =>
      installer.rollback({ ...wayBack(9n), name: AGENT }),
  },
];

/** More changes than an update or a recovery has: the loops end before. */
const CHANGES_MAX = 400;

for (const scene of SCENES) {
  Deno.test(`Installer killed at every change of ${scene.title}, and of recovering from that, leaves the old agent or the new one, I-19`, async () => {
    let kills = 0;
    for (let n = 1; n < CHANGES_MAX; n++) {
      const isThrough = await killed(scene, n, n % 2 === 0, CHANGES_MAX);
      kills++;
      if (isThrough) break;
      // Each recovery has few changes; each is killed at one of them.
      await killed(scene, n, n % 2 === 0, 1 + n % 9);
      kills += 2;
    }
    assert(kills > 60 && kills < 3 * CHANGES_MAX, `${kills} kills`);
  });
}

/** @returns whether the update was through before its n-th change. */
async function killed(
  { before, from, to, act }: Scene,
  n: number,
  half: boolean,
  recoveryAt: number,
): Promise<boolean> {
  let isThrough = false;
  await withSwiftHouse(async (house) => {
    await prepare(house, before);
    const disk = new WatchedDisk(swiftDisk(), stopAt(n, half));
    try {
      await throughTrial(house, (installer) => act(house, installer), disk);
      isThrough = true;
    } catch { /* It was killed; how its code saw that does not matter. */ }
    disk.bury();
    // At every instant the service can start an agent, whole.
    assert([from, to].includes(lookAt(house).service));
    const recovering = new WatchedDisk(swiftDisk(), stopAt(recoveryAt));
    await openAgent(house, recovering).catch(() => {});
    recovering.bury();
    assert([from, to].includes(lookAt(house).service));

    const installer = await openAgent(house);
    assert(installer.recovered?.row.verdict !== "leave");
    const { service, current, strays } = lookAt(house);
    assertEquals(current, service === "first" ? "" : service);
    assert([from, to].includes(service));
    assertEquals(strays, []);
    const result = installer.resultOf(9n, 1);
    assertEquals(result?.ok ?? false, service === to);
    if (isThrough) assertEquals(service, to);
    await installer.close();
  });
  return isThrough;
}
