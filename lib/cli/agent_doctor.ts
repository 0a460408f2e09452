/**
 * `flottille-agent doctor`.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { type Given, wrong } from "./agent_arguments.ts";
import { readRunRequest } from "./agent_options.ts";
import { DOCTOR } from "./agent_system_commands.ts";
import { examineAgent } from "./doctor/agent_checks.ts";
import { report } from "./doctor/report.ts";
import type { ExitName } from "./exit_codes.ts";
import type { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";

/** Looks at this machine, and prints what was found. */
export async function examineThisMachine(
  { host, output, process }: {
    readonly host: Host;
    readonly output: Output;
    readonly process: ProcessFacts;
  },
  given: Given,
): Promise<ExitName> {
  const sipPort = portOf(given.get("--sip-port")?.[0]);
  // The options are those of `run`, and mean the same.
  const { options } = readRunRequest(given);
  const findings = await examineAgent({
    ...options,
    host,
    environment: process.environment ?? {},
    ...(sipPort === null ? {} : { sipPort }),
  });
  return report(output, findings, given.has("--json"));
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw wrong(
    DOCTOR,
    `--sip-port must be a whole number, 1 to 65535, not "${text}"`,
  );
}
