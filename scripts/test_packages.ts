/**
 * Packages and the installer, by the real programs on a small LAN: `deno task
 * test:packages [--executables] [native] [rollback] [thief]` (Linux, root,
 * dpkg). What must never happen is played here for real: an update that does
 * not work, a network that is cut, a thief with the server's key.
 *
 * @module
 */

import { Lan } from "./kit/lan.ts";
import { LanFleet } from "./kit/lan_fleet.ts";
import { fromDist, fromSources } from "./kit/programs.ts";
import { nativeScene } from "./packages/native_scene.ts";
import { MACHINE, type Place } from "./packages/place.ts";
import { rollbackScene } from "./packages/rollback_scene.ts";
import { thiefScene } from "./packages/thief_scene.ts";

const SCENES: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  native: nativeScene,
  rollback: rollbackScene,
  thief: thiefScene,
};

async function main(): Promise<number> {
  const wanted = Deno.args.filter((arg) => Object.hasOwn(SCENES, arg));
  const isDist = Deno.args.includes("--executables");
  const programs = isDist ? fromDist() : fromSources();
  const directory = await Deno.makeTempDir({ prefix: "flottille-packages-" });
  const lan = new Lan(`flp${Deno.pid}`);
  let fleet: LanFleet | null = null;
  try {
    const bridge = await lan.makeSwitch("sw");
    const host = (name: string, last: number) =>
      lan.makeHost(name, { bridge, address: `10.79.0.${last}/24` });
    const [server, machine] = [await host("server", 1), await host("m1", 11)];
    fleet = await LanFleet.make({ programs, directory, server });
    await fleet.startServer();
    fleet.startAgent(MACHINE, machine, []);
    await fleet.enrolled(MACHINE);
    const place = { directory, lan, fleet, server, machine };
    for (const [name, play] of Object.entries(SCENES)) {
      if (wanted.length === 0 || wanted.includes(name)) await play(place);
    }
    console.log("\ntest:packages: ok");
    return 0;
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:packages: ${found}`);
    if (fleet !== null) console.log(fleet.tails());
    return 1;
  } finally {
    await fleet?.end();
    await lan.end();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.exit(await main());
