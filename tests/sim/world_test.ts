/** Simulated worlds: that they are worlds, and a few of them each time. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { type Ending, liveWorld } from "./course.ts";
import { makeTemplate, quickDirectory } from "./fleet_template.ts";
import { World, type WorldOptions } from "./world.ts";

/** Calls `use` with what every world needs. */
async function withWorlds(
  use: (shared: Pick<WorldOptions, "template" | "directory">) => Promise<void>,
): Promise<void> {
  const template = await makeTemplate();
  const directory = quickDirectory();
  try {
    await use({ template, directory });
  } finally {
    await template.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Of a world that broke a law, how to see it again. */
function told({ seed, breach }: Ending): string | null {
  return breach === null
    ? null
    : `${breach.law}: ${breach.found}; deno task sim --seed ${seed} --ticks 60`;
}

Deno.test("liveWorld lives the same world again for the same seed, and another for another", () =>
  withWorlds(async (shared) => {
    const lived: Ending[] = [];
    for (const seed of [7, 7, 8]) {
      lived.push(await liveWorld({ ...shared, seed, agents: 2, ticks: 60 }));
    }
    const [first, again, other] = lived;
    assertEquals(first?.fingerprint, again?.fingerprint);
    assertNotEquals(first?.fingerprint, other?.fingerprint);
    for (const ending of lived) assertEquals(told(ending), null);
  }));

Deno.test("A World of 100 machines finds all of them in five minutes through a bad network, N-17", () =>
  withWorlds(async (shared) => {
    const world = new World({ ...shared, seed: 17, agents: 100 });
    try {
      // 30 % are lost, 5 % come twice; delays that differ by 200 ms put one
      // datagram in four behind a later one.
      Object.assign(world.network.weather, {
        ...{ loss: 0.3, duplicate: 0.05 },
        ...{ delayMsMin: 100, delayMsMax: 300 },
      });
      world.startAll();
      const isFound = async () => {
        const answer = await world.server.ask("GET", "/v1/status");
        const status = answer?.value as { machines: { alive: number } };
        return status.machines.alive === 100;
      };
      await world.timeline.live(10_000);
      while (!await isFound() && world.timeline.nowMs < 300_000) {
        await world.timeline.live(5_000);
      }
      assertEquals(await isFound(), true);
      assertEquals(world.breach, null);
    } finally {
      await world.close();
    }
  }));
