/**
 * kill -9 at moments that a seed chooses, of the server or of the agent, in the
 * middle of an install that is large enough to be hit anywhere: while it is
 * ordered, downloaded, unpacked, synced. Then the order must end right, the
 * machine must hold the old version or the new one at every look, and nothing
 * half done may remain.
 *
 * @module
 */

import type { OrderView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet, type FleetMachine } from "../kit/fleet.ts";
import { eventually } from "../kit/process.ts";

const PAYLOAD_BYTES = 24 * 1_024 * 1_024;
const FILES = 60;
/** An install of the payload takes about this long here: kills fall in it. */
const MOMENTS_MS = 1_600;

/** Mulberry32: the moments of a seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

async function publish(fleet: Fleet, version: string): Promise<void> {
  const source = `${fleet.directory}/payload-${version}`;
  await Deno.mkdir(source);
  const bytes = new Uint8Array(Math.floor(PAYLOAD_BYTES / FILES));
  for (let file = 0; file < FILES; file++) {
    for (let at = 0; at < bytes.length; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    }
    await Deno.writeFile(`${source}/part-${file}`, bytes);
  }
  await Deno.writeTextFile(`${source}/version`, version);
  const file = `${fleet.directory}/payload-${version}.ieo`;
  const what = ["--name", "payload", "--version", version, "-o", file];
  await fleet.ok("pack", source, ...what);
  await fleet.ok("publish", file);
  await Deno.remove(source, { recursive: true });
}

/** The version in use, whole; throws when it is anything but old or new. */
async function look(
  { programsDirectory }: FleetMachine,
  lawful: readonly (string | null)[],
): Promise<string | null> {
  const current = `${programsDirectory}/payload/current`;
  const version = await Deno.readTextFile(`${current}/version`)
    .catch(() => null);
  if (!lawful.includes(version)) {
    throw new Error(`The machine holds ${version}, not one of ${lawful}`);
  }
  if (version === null) return null;
  for (let file = 0; file < FILES; file++) {
    const { size } = await Deno.stat(`${current}/part-${file}`);
    if (size !== Math.floor(PAYLOAD_BYTES / FILES)) {
      throw new Error(
        `${version} is there, but part-${file} has ${size} bytes`,
      );
    }
  }
  return version;
}

/** Nothing of a transaction, of an old version or of a download remains. */
async function clean(
  machine: FleetMachine,
  kept: readonly (string | null)[],
): Promise<void> {
  const stray: string[] = [];
  const { programsDirectory: root, stateDirectory } = machine;
  const places = [`${root}/.staging`, `${root}/.trash`];
  for (const place of [...places, `${stateDirectory}/downloads`]) {
    for await (const { name } of list(place)) stray.push(`${place}/${name}`);
  }
  for await (const { name } of list(`${root}/payload`)) {
    if (!kept.includes(name) && name !== "current") stray.push(name);
  }
  if (stray.length > 0) throw new Error(`These remain: ${stray.join(", ")}`);
}

async function* list(path: string): AsyncIterable<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function round(
  fleet: Fleet,
  { version, before, victim, momentMs }: {
    readonly version: string;
    readonly before: string | null;
    readonly victim: "server" | "agent";
    readonly momentMs: number;
  },
): Promise<void> {
  await publish(fleet, version);
  const on = ["--on", "alpha"];
  const { id } = await fleet.json<OrderView>(
    ...["install", "payload", version],
    ...on,
  );
  await new Promise((then) => setTimeout(then, momentMs));
  const alpha = fleet.machines.get("alpha");
  if (alpha === undefined) throw new Error("There is no machine alpha");
  if (victim === "server") {
    await fleet.server.kill();
    await look(alpha, [before, version]);
    await fleet.startServer();
  } else {
    await alpha.process.kill();
    await look(alpha, [before, version]);
    fleet.startAgent("alpha", "silent");
  }
  await eventually(`The order ${id} is done`, async () => {
    await look(alpha, [before, version]);
    const order = await fleet.json<OrderView>("orders", String(id));
    const { state, tasks } = order;
    if (state === "failed") throw new Error(`It failed: ${tasks?.[0]?.reason}`);
    return state === "done" ? true : null;
  }, { withinMs: 90_000, everyMs: 250 });
  await look(alpha, [version]);
  await clean(alpha, [before, version]);
}

export interface MomentsOptions {
  readonly fleet: Fleet;
  readonly rounds: number;
  readonly seed: number;
}

/** Plays the rounds; the server runs. Resolves with the number of kills. */
export async function killAtMoments(
  { fleet, rounds, seed }: MomentsOptions,
): Promise<number> {
  const next = chance(seed);
  let before: string | null = null;
  fleet.startAgent("alpha", "silent");
  const { id } = await fleet.untilState("alpha", "alive");
  await fleet.ok("rename", id, "alpha");
  for (let number = 1; number <= rounds; number++) {
    const version = `${number}.0`;
    const victim = next() < 0.5 ? "server" : "agent";
    const momentMs = Math.floor(next() * MOMENTS_MS);
    const what = `round ${number}: ${victim} killed after ${momentMs} ms`;
    try {
      await round(fleet, { version, before, victim, momentMs });
    } catch (error) {
      const found = error instanceof Error ? error.message : error;
      throw new Error(
        `${what}, seed ${seed}: ${found}\n--- server\n${fleet.server.tail}\n` +
          `--- agent\n${fleet.machines.get("alpha")?.process.tail}`,
      );
    }
    console.log(`${what}: ${before ?? "nothing"} or ${version}, then ok`);
    before = version;
  }
  return rounds;
}
