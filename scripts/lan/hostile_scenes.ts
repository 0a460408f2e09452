/**
 * Everything that a hostile machine on the same switch can do, in order; after
 * each the judge looks at every disk, every order and every address.
 *
 * @module
 */

import { told } from "./lan_test.ts";
import type { LanTest } from "./lan_test.ts";
import { HostileLan } from "./hostile_lan.ts";
import { betweenScenes } from "./between_scenes.ts";
import { falseServerScenes, supersededScene } from "./false_server_scenes.ts";
import { absentScene, floodScenes } from "./flood_scenes.ts";
import { memberScene } from "./member_scene.ts";
import { recordSession, replayScenes } from "./replay_scenes.ts";

const SCENES: Readonly<
  Record<string, (lan: HostileLan, session: string) => Promise<void>>
> = {
  "false-server": falseServerScenes,
  replay: replayScenes,
  member: memberScene,
  between: betweenScenes,
  flood: floodScenes,
  superseded: supersededScene,
  absent: absentScene,
};

/** Played only when they are asked for. */
const BY_NAME: readonly string[] = ["absent"];

/** All scenes of the hostile machine, or the one that was asked for. */
export async function hostileScenes(test: LanTest): Promise<void> {
  const lan = await HostileLan.make(test);
  const session = await recordSession(lan, () => liveOneSession(lan));
  told("a session is recorded: discovery, two installs, a removal");
  for (const [name, scene] of Object.entries(SCENES)) {
    const isWanted = test.only === null
      ? !BY_NAME.includes(name)
      : test.only === name;
    if (isWanted) await scene(lan, session);
  }
}

async function liveOneSession(lan: HostileLan): Promise<void> {
  const { fleet } = lan;
  await fleet.startServer();
  for (const version of ["1.0", "2.0"]) await fleet.publish(version);
  for (const name of ["m1", "m2", "m3"]) {
    await fleet.enrolled(name);
    lan.expected.set(name, {});
  }
  const held = { editor: "1.0" };
  await lan.order(["m1", "m2"], ["install", "editor", "1.0"], held);
  await lan.order(["m1"], ["remove", "editor"], {});
}
