/**
 * SeP: a thousand machines answer one broadcast ping, with the kernel's default
 * settings. They are started first; the server, at its start, pings once. How
 * many are found and enrolled in that first round?
 *
 * @module
 */

import type { StatusView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet } from "../kit/fleet.ts";
import { PlayedFleet } from "../kit/played_fleet.ts";
import { eventually } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";

const MACHINES = 1_000;
/** W of a first round, the last conversations, and some air. */
const ROUND_MS = 9_000;

/** Runs it and gives the lines of the report. */
export async function benchSep(programs: Programs): Promise<string[]> {
  const fleet = await Fleet.make({
    programs,
    net: 15,
    pingEverySeconds: 600,
    windowMsFirst: 5_000, // The default.
  });
  let played: PlayedFleet | null = null;
  try {
    const { joinFile, directory } = fleet;
    played = await PlayedFleet.start({
      ...{ joinFile, directory, machines: MACHINES },
    });
    await fleet.startServer();
    await new Promise((then) => setTimeout(then, ROUND_MS));
    const { machines } = await eventually(
      "The server answers",
      () => fleet.json<StatusView>("status"),
    );
    return [
      `SeP: ${machines.alive} of ${MACHINES} machines found and enrolled in ` +
      `the first round (default kernel settings)`,
    ];
  } finally {
    await played?.end();
    await fleet.end();
  }
}

if (import.meta.main) {
  const { fromSources } = await import("../kit/programs.ts");
  for (const line of await benchSep(fromSources())) console.log(line);
}
