/**
 * Known machines answer one ping: what a round costs a server at rest.
 *
 * @module
 */

import {
  AFTER_WINDOW_MS,
  firstWindowMs,
  type LoadFleet,
  withFleet,
} from "./load_fleet.ts";
import { type Figure, judged, type Scene, sleep, told } from "./scene.ts";

/** Rounds that are weighed. */
const ROUNDS = 3;

/** Between the end of a round and the look at what it was. */
const AIR_MS = 300;

/**
 * The share of the machines that a round must find, in the worst of them: two
 * processors also play the machines. Who is missed is heard the next time.
 */
const FOUND_LEAST = 0.97;

export const roundScene: Scene = async (options) => {
  const { programs, agents, short, say } = options;
  const windowMsFirst = firstWindowMs(agents, short);
  const pingEverySeconds = Math.ceil(
    (windowMsFirst + AFTER_WINDOW_MS) / 1_000,
  ) + 2;
  const settings = { programs, pingEverySeconds, windowMsFirst };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startMachines(agents);
    await fleet.startServer();
    await fleet.untilAlive(agents, 120_000);
    say(`${agents} are known`);
    // The next one may have begun before all were known.
    await fleet.nextPingMs();
    const found: number[] = [];
    let cpu = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await atRest(fleet, windowMsFirst);
      const before = await fleet.weight();
      const pingMs = await fleet.nextPingMs();
      await atRest(fleet, windowMsFirst);
      const after = await fleet.weight();
      cpu += (after.cpuSeconds - before.cpuSeconds) / ROUNDS;
      found.push(await fleet.heardSince(pingMs));
    }
    const worst = Math.min(...found);
    const { nowMib } = await fleet.weight();
    const dropped = await fleet.dropped();
    return [
      told("datagrams that the kernel dropped", String(dropped)),
      judged(`found in the worst of ${ROUNDS} rounds`, worst, {
        least: Math.floor(agents * FOUND_LEAST),
        unit: `of ${agents}`,
      }),
      told(
        "processor of the server, for each answer",
        `${(cpu * 1_000 / agents).toFixed(2)} ms`,
      ),
      told("processor of the server, a round", `${cpu.toFixed(2)} s`),
      judged("with a ping a minute, of one processor", 100 * cpu / 60, {
        most: 25,
        unit: "%",
        digits: 1,
      }),
      told("memory of the server", `${nowMib.toFixed(0)} MiB`),
    ];
  });
};

/** Waits until the round of the last broadcast is over. */
async function atRest(fleet: LoadFleet, windowMs: number): Promise<void> {
  const heardMs = (await fleet.played.tell()).pingsAtMs.at(-1) ?? 0;
  const untilMs = heardMs + windowMs + AFTER_WINDOW_MS + AIR_MS;
  await sleep(Math.max(0, untilMs - Date.now()));
}
