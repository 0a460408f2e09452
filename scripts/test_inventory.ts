/**
 * Inventory by the real programs on loopback: `deno task test:inventory
 * [--executables] [cron] [schedule] [machine] [troubles] [fleet]` (Linux; as
 * root with cron and rpm installed, more of it is played). Collecting from
 * cron and by the schedule, a real machine's document beside what its own
 * tools say, what must not spoil a list, and a fleet of a thousand machines.
 *
 * The scenes play at the same time, each with a fleet of its own: some of them
 * wait for the next minute.
 *
 * @module
 */

import { cronScene } from "./inventory/cron_scene.ts";
import { fleetScene } from "./inventory/fleet_scene.ts";
import { machineScene } from "./inventory/machine_scene.ts";
import { playScene, type Scene } from "./inventory/scene.ts";
import { scheduleScene } from "./inventory/schedule_scene.ts";
import { troublesScene } from "./inventory/troubles_scene.ts";
import { fromDist, fromSources } from "./kit/programs.ts";

const SCENES: Readonly<Record<string, readonly [says: string, Scene]>> = {
  machine: ["A real machine's document, beside its own tools", machineScene],
  cron: ["The README's line for cron, with one machine off", cronScene],
  schedule: ["[collect] schedule, with one machine off", scheduleScene],
  troubles: ["What must not spoil a list", troublesScene],
  fleet: ["A thousand made machines", fleetScene],
};

async function main(): Promise<number> {
  const isDist = Deno.args.includes("--executables");
  const programs = isDist ? fromDist() : fromSources();
  const wanted = Deno.args.filter((arg) => Object.hasOwn(SCENES, arg));
  const begunMs = performance.now();
  const failed: string[] = [];
  await Promise.all(
    Object.entries(SCENES).map(async ([name, [says, scene]]) => {
      if (wanted.length > 0 && !wanted.includes(name)) return;
      const { lines, problem } = await playScene(scene, programs);
      const ending = problem === undefined ? [] : [`FAILED: ${problem}`];
      console.log(["", `${name}: ${says}`, ...lines, ...ending].join("\n"));
      if (problem !== undefined) failed.push(name);
    }),
  );
  const seconds = (performance.now() - begunMs) / 1_000;
  const took = `${seconds.toFixed(0)} s`;
  const isGood = failed.length === 0;
  console.log(
    isGood
      ? `\ntest:inventory: ok, ${took}`
      : `\ntest:inventory: failed: ${failed.join(", ")}, ${took}`,
  );
  return isGood ? 0 : 1;
}

Deno.exit(await main());
