/**
 * SeP: a thousand machines answer one broadcast ping, with the kernel's default
 * settings. They are started first; the server, at its start, pings once. How
 * many are found and enrolled in that first round?
 *
 * @module
 */

import type { StatusView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet } from "../kit/fleet.ts";
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
  const script = new URL("./agents.ts", import.meta.url).pathname;
  const agents = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-all", "--quiet", script],
      ...[fleet.joinFile, String(MACHINES)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    const lines = agents.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    await lines.read();
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
    await agents.stdin.close();
    await agents.status;
    await fleet.end();
  }
}

if (import.meta.main) {
  const { fromSources } = await import("../kit/programs.ts");
  for (const line of await benchSep(fromSources())) console.log(line);
}
