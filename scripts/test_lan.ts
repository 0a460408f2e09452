/**
 * The real programs on a LAN of network namespaces (Linux, root):
 * `deno task test:lan [fleet] [hostile] [moves] [--thorough] [--executables]`.
 *
 * `fleet` is peace: real broadcasts, 20 % loss, a cable pulled, a second
 * subnet. `hostile` is a machine on the same switch that wants the others' ill.
 * `moves` are addresses that change under way and doors that are shut. Without
 * a name the first two are run, with `--thorough` all, and more of everything;
 * each on a LAN of its own. `--only=SCENE` plays one scene of the hostile ones.
 *
 * @module
 */

import { fleetScenes } from "./lan/fleet_scenes.ts";
import { hostileScenes } from "./lan/hostile_scenes.ts";
import type { LanTest } from "./lan/lan_test.ts";
import { moveScenes } from "./lan/move_scenes.ts";
import { Lan } from "./kit/lan.ts";
import { fromDist, fromSources } from "./kit/programs.ts";

const PARTS: Readonly<Record<string, (test: LanTest) => Promise<void>>> = {
  fleet: fleetScenes,
  hostile: hostileScenes,
  moves: moveScenes,
};

/** What CI has the time for. */
const ALWAYS: readonly string[] = ["fleet", "hostile"];

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    const known = Object.keys(PARTS).join(", ");
    console.error(
      `test:lan: there is no part "${unknown}"; known are ${known}`,
    );
    return 2;
  }
  const thorough = args.includes("--thorough");
  for (const [name, scenes] of Object.entries(PARTS)) {
    const isWanted = wanted.includes(name) ||
      wanted.length === 0 && (ALWAYS.includes(name) || thorough);
    if (!isWanted) continue;
    const begunMs = performance.now();
    console.log(`--- ${name}`);
    if (!await runPart(name, scenes, args)) return 1;
    const seconds = Math.round((performance.now() - begunMs) / 1_000);
    console.log(`--- ${name}: ${seconds} s`);
  }
  console.log("\ntest:lan: ok");
  return 0;
}

async function runPart(
  name: string,
  scenes: (test: LanTest) => Promise<void>,
  args: readonly string[],
): Promise<boolean> {
  const test: LanTest = {
    programs: args.includes("--executables") ? fromDist() : fromSources(),
    directory: await Deno.makeTempDir({ prefix: "flottille-lan-" }),
    lan: new Lan(`${name.slice(0, 2)}${Deno.pid}`),
    thorough: args.includes("--thorough"),
    only: onlyOf(args),
    fleet: null,
    captures: [],
  };
  try {
    await scenes(test);
    return true;
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:lan: ${name}: ${found}`);
    if (test.fleet !== null) console.log(test.fleet.tails());
    return false;
  } finally {
    for (const capture of test.captures) await capture.abandon();
    await test.fleet?.end();
    await test.lan.end();
    await Deno.remove(test.directory, { recursive: true });
  }
}

/** `--only=SCENE`, for whoever looks for a fault. */
function onlyOf(args: readonly string[]): string | null {
  const option = args.find((arg) => arg.startsWith("--only="));
  return option?.slice("--only=".length) ?? null;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
