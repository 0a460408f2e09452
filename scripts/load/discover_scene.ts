/**
 * Machines are discovered from nothing, with the kernel's default settings: as
 * when a server is started for the first time in a house full of agents.
 *
 * @module
 */

import { firstWindowMs, withFleet } from "./load_fleet.ts";
import { weightOf } from "./scales.ts";
import { type Figure, judged, type Scene, sleep, told } from "./scene.ts";

/** How long the server without machines is looked at. */
const IDLE_MS = 3_000;

/** After the last round, for those who were lost in it and are asked again. */
const REST_MS = 300_000;

export const discoverScene: Scene = async (options) => {
  const { programs, agents, short, say } = options;
  const windowMsFirst = firstWindowMs(agents, short);
  const settings = {
    programs,
    pingEverySeconds: short ? 10 : 60,
    windowMsFirst,
  };
  return await withFleet(settings, async (fleet): Promise<Figure[]> => {
    await fleet.startServer();
    await sleep(IDLE_MS);
    const idle = await fleet.weight();
    await fleet.fleet.server.stop();
    say(`an idle server: ${idle.nowMib.toFixed(0)} MiB`);

    await fleet.startMachines(agents);
    const begunMs = Date.now();
    await fleet.startServer();
    let lastSaid = { atMs: 0, alive: 0 };
    const untilMs = begunMs + windowMsFirst + REST_MS;
    let alive = 0;
    while (alive < agents && Date.now() < untilMs) {
      await sleep(100);
      alive = await fleet.count("alive");
      if (Date.now() - lastSaid.atMs > 2_000 && alive !== lastSaid.alive) {
        say(`${alive} found`);
        lastSaid = { atMs: Date.now(), alive };
      }
    }
    const allMs = Date.now() -
      ((await fleet.played.tell()).pingsAtMs[0] ?? begunMs);
    const weight = await fleet.weight();
    const played = await weightOf(fleet.played.pid);
    while (fleet.foundFirst === null) await sleep(100);
    const found = fleet.foundFirst;
    const cpu = weight.cpuSeconds - idle.cpuSeconds;
    const grownMib = weight.mostMib - idle.mostMib;
    const dropped = await fleet.dropped();
    return [
      told("datagrams that the kernel dropped", String(dropped)),
      // Not judged: 10,000 in 5 s are more than a small computer can do, and
      // who was not found in the first round is asked again.
      told("found in the first round", `${found} of ${agents}`),
      judged("found in the end", alive, { least: agents }),
      judged("time until all were found", allMs / windowMsFirst, {
        ...(alive < agents ? { most: 0 } : {}),
        unit: "x W",
        digits: 2,
      }),
      told("W", `${windowMsFirst} ms`),
      told(
        "processor of the server, for each",
        `${(cpu * 1_000 / agents).toFixed(2)} ms`,
      ),
      told(
        "processor of the server, in all",
        `${weight.cpuSeconds.toFixed(1)} s (started and idle: ` +
          `${idle.cpuSeconds.toFixed(1)} s)`,
      ),
      told(
        "processor of the process that plays them",
        `${played.cpuSeconds.toFixed(1)} s`,
      ),
      judged("memory of the server, at most", weight.mostMib, {
        // A machine that is known and in conversation may cost 20 KiB.
        most: idle.mostMib + 64 + agents * 20 / 1_024,
        unit: "MiB",
      }),
      told(
        "beside an idle server",
        `${(weight.mostMib / idle.mostMib).toFixed(2)} x`,
      ),
      told(
        "memory for each machine",
        `${(grownMib * 1_024 / agents).toFixed(1)} KiB`,
      ),
    ];
  });
};
