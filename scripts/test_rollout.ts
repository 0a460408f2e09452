/**
 * Rollouts with the real programs: `deno task test:rollout [--executables]`.
 * Four machines on loopback. A good version goes in waves, over a `kill -9` of
 * the server; a bad one stops by itself after its first machine, and nothing
 * more is given; what is paused rests until it is resumed.
 *
 * @module
 */

import type { RolloutView } from "../lib/server/shapes/api_schema.ts";
import { Fleet } from "./kit/fleet.ts";
import { eventually } from "./kit/process.ts";
import { fromDist, fromSources } from "./kit/programs.ts";

const NAMES = ["m1", "m2", "m3", "m4"];
const WAVES = ["--on", "all", "--waves", "1,50%,100%", "--soak", "none"];

function demand(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`Not so: ${sentence}`);
  console.log(`ok   ${sentence}`);
}

/** A program of one file; a bad one fails its own check. */
async function publish(fleet: Fleet, version: string, isBad: boolean) {
  const source = `${fleet.directory}/editor-${version}`;
  await Deno.mkdir(source);
  await Deno.writeTextFile(`${source}/version`, version);
  await Deno.writeTextFile(
    `${source}/check.sh`,
    `#!/bin/sh\necho "the check of ${version}"\nexit ${isBad ? 3 : 0}\n`,
    { mode: 0o755 },
  );
  await Deno.writeTextFile(
    `${source}/ieo.toml`,
    `[hooks.check]\nrun = ["check.sh"]\n`,
  );
  await fleet.ok("pack", source, "-o", `${source}.ieo`);
  await fleet.ok("publish", `${source}.ieo`);
}

function untilState(fleet: Fleet, id: number, state: string) {
  return eventually(`Rollout ${id} is ${state}`, async () => {
    const seen = await fleet.json<RolloutView>("rollout", String(id));
    return seen.state === state ? seen : null;
  }, { withinMs: 60_000 });
}

/** The version in use on each machine, by its own disk. */
async function held(fleet: Fleet): Promise<string> {
  const all = [...fleet.machines.values()].map(({ programsDirectory }) =>
    Deno.readTextFile(`${programsDirectory}/editor/current/version`)
      .catch(() => "none")
  );
  return (await Promise.all(all)).sort().join(" ");
}

async function goodOverAKill(fleet: Fleet): Promise<void> {
  await publish(fleet, "1.0", false);
  await fleet.ok("install", "editor", ...WAVES);
  await fleet.server.kill();
  await fleet.startServer();
  const { waves } = await untilState(fleet, 1, "done");
  const given = waves.map(({ machines, done }) => `${done}/${machines}`);
  demand(
    given.join() === "1/1,1/1,2/2",
    "a good version reaches 1, 50 % and 100 %, over a kill -9 of the server",
  );
  demand(await held(fleet) === "1.0 1.0 1.0 1.0", "all four hold 1.0");
}

async function badStops(fleet: Fleet): Promise<void> {
  await publish(fleet, "2.0", true);
  await fleet.ok("install", "editor", ...WAVES);
  const { reason, waves, troubles } = await untilState(fleet, 2, "stopped");
  console.log(`     "${reason}"; ${troubles[0]?.reason}`);
  demand(reason !== "", "a bad version stops by itself, and says why");
  demand(
    troubles.length === 1 &&
      waves.slice(1).every(({ machines }) => machines === 0),
    "one machine has tried it, no other was asked",
  );
  demand(await held(fleet) === "1.0 1.0 1.0 1.0", "all four hold 1.0 still");
}

async function pausedRests(fleet: Fleet): Promise<void> {
  await publish(fleet, "3.0", false);
  const slow = ["--on", "all", "--waves", "1,100%", "--soak", "1m"];
  await fleet.ok("install", "editor", ...slow);
  await eventually("The first wave is over", async () => {
    const { waves } = await fleet.json<RolloutView>("rollout", "3");
    return waves[0]?.done === 1 ? true : null;
  });
  await fleet.ok("rollout", "pause", "3");
  await fleet.ok("rollout", "stop", "3");
  const { rollouts } = await fleet.json<{ rollouts: RolloutView[] }>(
    "rollout",
  );
  demand(
    rollouts.map(({ state }) => state).join() === "stopped,stopped,done",
    "what is paused and stopped gives nothing more",
  );
  demand(await held(fleet) === "1.0 1.0 1.0 3.0", "one holds 3.0");
}

async function main(args: readonly string[]): Promise<number> {
  const programs = args.includes("--executables") ? fromDist() : fromSources();
  const fleet = await Fleet.make({ programs, net: 51, pingEverySeconds: 3 });
  try {
    await fleet.startServer();
    for (const name of NAMES) fleet.startAgent(name, "server");
    for (const name of NAMES) await fleet.untilState(name, "alive", 30_000);
    await goodOverAKill(fleet);
    await badStops(fleet);
    await pausedRests(fleet);
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:rollout: ${found}\n${fleet.server.tail}`);
    return 1;
  } finally {
    await fleet.end();
  }
  console.log("\ntest:rollout: ok");
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
