/**
 * `flottille-agent service`: the agent, started by the system at each boot.
 *
 * @module
 */

import { openJoin } from "../agent/memory_files.ts";
import { AGENT_DEFAULTS } from "../agent/options.ts";
import type { Host } from "../host/host.ts";
import type { Given } from "./agent_arguments.ts";
import type { ExitName } from "./exit_codes.ts";
import type { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { agentService } from "./service/service.ts";
import { serviceCommand, within } from "./service/service_command.ts";

/** What the command works with. */
export interface AgentServiceContext {
  readonly host: Host;
  readonly output: Output;
  readonly process: ProcessFacts;
}

/** Runs `service install|uninstall|status`. */
export async function agentServiceCommand(
  context: AgentServiceContext,
  given: Given,
): Promise<ExitName> {
  const one = (name: string) => given.get(name)?.at(0);
  const root = one("--root");
  const { stateDirectory, programsDirectory } = AGENT_DEFAULTS;
  return await serviceCommand({
    ...context,
    async prepare({ host: { disk }, tell }) {
      const state = within(root, stateDirectory);
      await disk.makeDirectory(state, { recursive: true, mode: 0o700 });
      const join = one("--join");
      await openJoin({ disk }, state, join);
      if (join !== undefined) tell(`Took the fleet from ${join}`);
    },
    serviceOf: (executable) => agentService(executable, []),
    left: [
      `${stateDirectory}, what the agent is in its fleet`,
      `${programsDirectory}, the programs`,
    ],
  }, {
    action: one("ACTION") ?? "",
    root,
    manager: one("--manager"),
    json: given.has("--json"),
  });
}
