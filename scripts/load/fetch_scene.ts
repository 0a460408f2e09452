/**
 * Many machines are ordered to install one package at the same time (S-14):
 * all get it, none much slower than the others, and the server's memory does
 * not know how many they are.
 *
 * @module
 */

import type { PlayedDownload } from "../kit/played_machine.ts";
import { forgetMost } from "../kit/memory.ts";
import { firstWindowMs, type LoadFleet, withFleet } from "./load_fleet.ts";
import {
  type Figure,
  judged,
  median,
  type Scene,
  share,
  sleep,
  told,
} from "./scene.ts";

const MIB = 1_048_576;

/** Machines that download. */
const MACHINES_MAX = 200;

/** Transfers at once, by default. */
const PLACES = 64;

/** Two buffers of 256 KiB, and what TLS holds beside them. */
const TRANSFER_MIB = 1;

/** What of the memory is nobody's in particular. */
const SPARE_MIB = 64;

export const fetchScene: Scene = async (options) => {
  const { programs, short, say } = options;
  const machines = Math.min(options.agents, MACHINES_MAX);
  const mib = short ? 2 : 16;
  const windowMsFirst = firstWindowMs(machines, short);
  const settings = { programs, pingEverySeconds: 60, windowMsFirst };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startMachines(machines);
    await fleet.startServer();
    await fleet.publish("large", "1", mib * MIB);
    await fleet.untilAlive(machines, 120_000);
    say(`${machines} are known; each gets ${mib} MiB`);
    const before = await fleet.weight();
    await forgetMost(fleet.fleet.server.pid);

    const begunMs = performance.now();
    const order = await fleet.give({
      verb: "install",
      name: "large",
      on: ["all"],
    });
    const memory = watchMemory(fleet);
    const { counts } = await fleet.ended(order, 600_000);
    const seconds = (performance.now() - begunMs) / 1_000;
    const seen = await memory.stop();
    const after = await fleet.weight();

    const { downloads } = await fleet.played.tell();
    const whole = downloads.filter(({ reason }) => reason === null);
    const later = downloads.filter(({ reason }) => reason === "later");
    const places = Math.min(machines, PLACES);
    // Those who began together; the last ones have the server to themselves.
    const first = whole.toSorted((a, b) => a.beganMs - b.beganMs)
      .slice(0, places);
    const rates = first.map(rateOf);
    const cpu = after.cpuSeconds - before.cpuSeconds;
    return [
      judged("orders that ended well", counts.done, {
        least: machines,
        unit: `of ${machines}`,
      }),
      told("all of them took", `${seconds.toFixed(1)} s`),
      told("together", `${(machines * mib / seconds).toFixed(0)} MiB/s`),
      told("asked to come back later", `${later.length} times`),
      judged(
        "the slowest of the first, of the middle one's rate",
        Math.min(...rates) / median(rates),
        { least: 0.25, digits: 2 },
      ),
      told(
        "their rates: one in ten, half, nine in ten",
        [0.1, 0.5, 0.9].map((part) => share(rates, part).toFixed(1)).join(
          ", ",
        ) + " MiB/s",
      ),
      judged(
        "memory of the server, more than before",
        after.mostMib - before.nowMib,
        {
          most: places * TRANSFER_MIB + SPARE_MIB,
          unit: "MiB",
        },
      ),
      told(
        "all that was sent, in that memory",
        `${
          (machines * mib / Math.max(1, after.mostMib - before.nowMib)).toFixed(
            0,
          )
        } x`,
      ),
      told(
        "memory in each third of it",
        seen.map((one) => `${one.toFixed(0)} MiB`).join(", "),
      ),
      told(
        "processor of the server, for each GiB",
        `${(cpu / (machines * mib / 1_024)).toFixed(2)} s`,
      ),
      told(
        "open files of the server, before and after",
        `${before.files}, ${after.files}`,
      ),
    ];
  });
};

/** MiB a second. */
function rateOf({ beganMs, endedMs, bytes }: PlayedDownload): number {
  return bytes / MIB / ((endedMs - beganMs) / 1_000);
}

/** The most in each third of the time from now to `stop`. */
function watchMemory(fleet: LoadFleet) {
  const seen: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      seen.push((await fleet.weight()).nowMib);
      await sleep(200);
    }
  })();
  return {
    async stop(): Promise<number[]> {
      isOver = true;
      await watching;
      const third = Math.ceil(seen.length / 3);
      return [0, 1, 2].map((part) =>
        Math.max(...seen.slice(part * third, (part + 1) * third))
      );
    },
  };
}
