/**
 * What every scene of `test:store` is given.
 *
 * @module
 */

import { Fleet, type FleetOptions } from "../kit/fleet.ts";
import type { Programs } from "../kit/programs.ts";
import { RealServer } from "./real_server.ts";

/** What a scene is given. */
export interface Stage {
  readonly programs: Programs;
  /** How often the kill scenes kill. */
  readonly kills: number;
  readonly seed: number;
  /** A line of the report. */
  says(line: string): void;
  /** @throws with the sentence, when it does not hold. */
  demand(holds: boolean, sentence: string, found?: unknown): void;
  /** A fleet of the scene's own, and its server, not started. */
  fleet(options?: Partial<FleetOptions>): Promise<StoreFleet>;
}

/** One scene. */
export type Scene = (stage: Stage) => Promise<void>;

/** A fleet whose server is a scene's victim. */
export interface StoreFleet {
  readonly fleet: Fleet;
  readonly server: RealServer;
  readonly net: number;
  /** `data/` of the fleet. */
  readonly data: string;
  readonly store: string;
}

/** Loopback's numbers: one for each fleet that plays at a time. */
let nextNet = 60;

/** Plays a scene; its lines, and what went wrong. */
export async function playScene(
  scene: Scene,
  options: Pick<Stage, "programs" | "kills" | "seed"> & {
    readonly says: (line: string) => void;
  },
): Promise<string | null> {
  const fleets: StoreFleet[] = [];
  const stage: Stage = {
    ...options,
    demand(holds, sentence, found = "") {
      if (!holds) throw new Error(`not so: ${sentence}\n${shown(found)}`);
      options.says(sentence);
    },
    async fleet(more = {}) {
      const made = await makeFleet(options.programs, more);
      fleets.push(made);
      return made;
    },
  };
  try {
    await scene(stage);
    return null;
  } catch (error) {
    const found = error instanceof Error ? error.stack : String(error);
    const tails = fleets.map(({ server }) => server.tail.slice(-3_000));
    return [found, ...tails].join("\n--- server\n");
  } finally {
    for (const { fleet, server } of fleets) {
      await server.kill();
      await fleet.end();
    }
  }
}

async function makeFleet(
  programs: Programs,
  more: Partial<FleetOptions>,
): Promise<StoreFleet> {
  const net = nextNet++;
  const fleet = await Fleet.make({
    ...{ programs, net, pingEverySeconds: 1, windowMsFirst: 200 },
    ...more,
  });
  const data = `${fleet.directory}/fleet/data`;
  const server = new RealServer(fleet);
  return { fleet, server, net, data, store: `${data}/flottille.db` };
}

function shown(found: unknown): string {
  return typeof found === "string" ? found : JSON.stringify(found, null, 1);
}
