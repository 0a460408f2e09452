/**
 * What goes wrong in a simulated world: one table, from which chance draws.
 * Each trouble is over after a while, and all of them when the calm comes.
 *
 * @module
 */

import type { Chance } from "./chance.ts";
import type { Computer } from "./computer.ts";
import { CALM } from "./sim_network.ts";
import type { World } from "./world.ts";

/** What a trouble does, and what ends it; null: it ends by itself. */
type Trouble = (
  world: World,
  chance: Chance,
) => { readonly what: string; readonly end: (() => void) | null };

const DAY_MS = 86_400_000;

/** How often each is drawn, beside the others. */
// deno-fmt-ignore
const TROUBLES: Readonly<Record<string, readonly [weight: number, trouble: Trouble]>> = {
  "weather":      [6, weather],
  "cut":          [4, cut],
  "agent killed": [6, (world, chance) => deadAgent(world, chance, false)],
  "agent cut off power": [4, (world, chance) => deadAgent(world, chance, true)],
  "server killed": [3, (world) => deadServer(world, false)],
  "server cut off power": [2, (world) => deadServer(world, true)],
  "asleep":       [3, asleep],
  "moved":        [3, moved],
  "clock":        [2, clock],
  "full disk":    [2, fullDisk],
  "cloned":       [1, cloned],
};

/** How long a trouble lasts, in seconds. */
const LASTS_S = [0.1, 40] as const;

/** Draws one trouble, lets it happen and takes care of its end. */
export function trouble(world: World, chance: Chance): void {
  const draw = draws[chance.below(draws.length)];
  if (draw === undefined) return;
  const { what, end } = draw(world, chance);
  if (what === "") return;
  world.record.note("world", what);
  if (end === null) return;
  const takeBack = world.timeline.after(
    chance.between(...LASTS_S) * 1_000,
    () => {
      world.endings.delete(ending);
      end();
    },
  );
  const ending = () => {
    takeBack();
    end();
  };
  world.endings.add(ending);
}

const NOTHING = { what: "", end: null };

function weather(world: World, chance: Chance) {
  const { weather } = world.network;
  weather.loss = chance.pick([0, 0.1, 0.3, 0.7]);
  weather.duplicate = chance.pick([0, 0.05, 0.5]);
  weather.delayMsMax = chance.pick([2, 100, 300, 3_000]);
  return {
    what: `weather: loss ${weather.loss}, twice ${weather.duplicate}, ` +
      `delay ${weather.delayMsMax} ms`,
    end: () => void Object.assign(weather, CALM),
  };
}

/** One way, or both, between the server and a machine or all of them. */
function cut({ network, server, agents }: World, chance: Chance) {
  const [one, other] = [server.computer, chance.pick(agents).computer];
  const ways = chance.pick(["to it", "from it", "both ways"]);
  if (ways !== "from it") network.cut(one, other);
  if (ways !== "to it") network.cut(other, one);
  return { what: `cut: ${other.name}, ${ways}`, end: () => network.mend() };
}

function deadAgent(world: World, chance: Chance, isPower: boolean) {
  const agent = chance.pick(world.agents);
  if (agent.computer.life === null) return NOTHING;
  world.killAgent(agent, isPower);
  return {
    what: `${agent.computer.name} ${isPower ? "loses power" : "is killed"}`,
    end: () => world.startAgent(agent),
  };
}

function deadServer(world: World, isPower: boolean) {
  const { server } = world;
  if (server.computer.life === null) return NOTHING;
  world.killServer(isPower);
  return {
    what: `the server ${isPower ? "loses power" : "is killed"}`,
    end: () => world.startServer(),
  };
}

function asleep({ agents }: World, chance: Chance) {
  const { computer } = chance.pick(agents);
  if (computer.life === null || computer.isAsleep) return NOTHING;
  computer.sleep();
  return { what: `${computer.name} sleeps`, end: () => computer.wake() };
}

function moved(world: World, chance: Chance) {
  const { computer } = chance.happens(0.2)
    ? world.server
    : chance.pick(world.agents);
  computer.move(world.freshAddress());
  return { what: `${computer.name} moves to ${computer.address}`, end: null };
}

function clock(world: World, chance: Chance) {
  const computer = anyComputer(world, chance);
  const { wallOffsetMs } = computer;
  const now = 1_800_000_000_000;
  computer.wallOffsetMs = chance.pick([
    DAY_MS,
    -DAY_MS,
    -now,
    Date.UTC(2099, 0) - now,
    chance.between(-10_000, 10_000),
  ]);
  return {
    what: `the clock of ${computer.name} is wrong by ${
      Math.round(computer.wallOffsetMs / 1_000)
    } s`,
    end: () => void (computer.wallOffsetMs = wallOffsetMs),
  };
}

function fullDisk(world: World, chance: Chance) {
  const computer = anyComputer(world, chance);
  const { disk } = computer;
  disk.bytesMax = disk.bytesUsed + chance.pick([0, 100, 1_000, 10_000]);
  return {
    what: `the disk of ${computer.name} is full`,
    end: () => void (disk.bytesMax = Infinity),
  };
}

/** A copy of a machine's disk begins to run beside it, and stays (N-06). */
function cloned(world: World, chance: Chance) {
  const clone = world.clone(chance.pick(world.agents));
  if (clone === null) return NOTHING;
  return { what: `${clone.computer.name} is a clone`, end: null };
}

function anyComputer(world: World, chance: Chance): Computer {
  return chance.pick([world.server, ...world.agents]).computer;
}

const draws: readonly Trouble[] = Object.values(TROUBLES).flatMap(
  ([weight, trouble]) => Array.from({ length: weight }, () => trouble),
);
