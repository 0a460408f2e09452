/**
 * The place of an agent's process: what started it, what will start it again,
 * and whether it is there to be tried. All of it comes from its environment.
 *
 * @module
 */

import { resolve } from "node:path";
import type { AgentOptions } from "../agent/options.ts";
import type { LifeOptions } from "../agent/update/life.ts";
import {
  EXECUTABLE_VARIABLE,
  reportLine,
  SERVICE_VARIABLE,
  TRIAL_VARIABLE,
  WATCHED_VARIABLE,
} from "../agent/update/variables.ts";
import type { Terminal } from "../host/terminal.ts";
import type { ProcessFacts } from "./process_facts.ts";

/** systemd's own word on which process of a service is its main one. */
const MAIN_PROCESS_VARIABLE = "SYSTEMD_EXEC_PID";

/** What only the process knows of the agent's life. */
export function placeOf(
  { environment = {}, executable, inputEnds, pid }: ProcessFacts,
  options: AgentOptions,
  terminal: Terminal,
): Pick<
  LifeOptions,
  "options" | "trial" | "onReported" | "watcherEnds" | "isRestarted"
> {
  const read = (name: string) => environment[name] || null;
  const trial = read(TRIAL_VARIABLE);
  const isWatched = read(WATCHED_VARIABLE) !== null;
  const mainProcess = read(MAIN_PROCESS_VARIABLE);
  return {
    options: {
      ...withWholePaths(options),
      executable: options.executable ?? read(EXECUTABLE_VARIABLE) ??
        executable ?? null,
    },
    trial,
    onReported: () => terminal.write(`${reportLine(trial ?? "")}\n`),
    watcherEnds: isWatched && inputEnds !== undefined ? inputEnds() : null,
    // A shell that somebody's session manager started has the first one, too.
    isRestarted: read(SERVICE_VARIABLE) !== null &&
      (mainProcess === null || mainProcess === String(pid)),
  };
}

/**
 * What is started in another directory, as a hook is in its program's, must
 * find the same places.
 */
function withWholePaths(options: AgentOptions): AgentOptions {
  const { stateDirectory, programsDirectory, commandsDirectory } = options;
  return {
    ...options,
    stateDirectory: resolve(stateDirectory),
    programsDirectory: resolve(programsDirectory),
    commandsDirectory: commandsDirectory === null
      ? null
      : resolve(commandsDirectory),
  };
}
