/**
 * The store by a real server and real files: `deno task test:store
 * [--executables] [--kills N] [--seed N] [SCENE...]`. kill -9 under orders,
 * a backup and its restoration, damaged files and their repair, a second
 * server, other schemas, a full disk, and in which order things reach the disk and the wire. All
 * scenes when none is named. Linux; with root and util-linux the disk is
 * really full, with strace the order is really looked at.
 *
 * @module
 */

import { fromDist, fromSources } from "./kit/programs.ts";
import { backupScene } from "./store/backup_scene.ts";
import { damageScene } from "./store/damage_scene.ts";
import { fullScene } from "./store/full_scene.ts";
import { killScene } from "./store/kill_scene.ts";
import { olderScene } from "./store/older_scene.ts";
import { orderScene } from "./store/order_scene.ts";
import { repairScene } from "./store/repair_scene.ts";
import { playScene, type Scene } from "./store/scene.ts";

const SCENES: Readonly<Record<string, readonly [says: string, Scene]>> = {
  kill: ["kill -9 of a server under orders", killScene],
  backup: ["A backup of a server that runs, restored", backupScene],
  damage: ["Damaged files, a second server, a newer schema", damageScene],
  repair: ["A broken store, repaired by doctor", repairScene],
  older: ["Older schemas, and kill -9 while they are taken over", olderScene],
  order: ["What is on the disk before what is said", orderScene],
  full: ["A disk that is full, and has room again", fullScene],
};

function readNumber(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(name);
  const value = at < 0 ? otherwise : Number(Deno.args[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} must be followed by a whole number`);
}

async function main(): Promise<number> {
  const isDist = Deno.args.includes("--executables");
  const options = {
    programs: isDist ? fromDist() : fromSources(),
    kills: readNumber("--kills", 15),
    seed: readNumber("--seed", 1),
  };
  const wanted = Deno.args.filter((arg) => Object.hasOwn(SCENES, arg));
  const begunMs = performance.now();
  const failed: string[] = [];
  for (const [name, [about, scene]] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}: ${about}`);
    const says = (line: string) => console.log(`  ${line}`);
    const problem = await playScene(scene, { ...options, says });
    if (problem === null) continue;
    console.log(`FAILED (seed ${options.seed}): ${problem}`);
    failed.push(name);
  }
  const took = `${((performance.now() - begunMs) / 1_000).toFixed(0)} s`;
  console.log(
    failed.length === 0
      ? `\ntest:store: ok, ${took}`
      : `\ntest:store: failed: ${failed.join(", ")}, ${took}`,
  );
  return failed.length === 0 ? 0 : 1;
}

Deno.exit(await main());
