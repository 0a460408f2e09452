/**
 * Options that several of the agent's commands have.
 *
 * @module
 */

import { AGENT_DEFAULTS } from "../agent/options.ts";
import type { AgentOption } from "./agent_arguments.ts";

/** `--state DIRECTORY` */
export const STATE: AgentOption = {
  name: "--state",
  metavar: "DIRECTORY",
  says: `The agent's own files; else ${AGENT_DEFAULTS.stateDirectory}`,
};

/** `--json` */
export const JSON_OPTION: AgentOption = {
  name: "--json",
  metavar: null,
  says: "Print the data as JSON, for programs",
};
