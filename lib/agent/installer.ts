/**
 * The agent's installer, from the agent's options.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import { Installer, type Trial } from "../install/installer.ts";
import { systemNatives } from "../install/site.ts";
import type { AgentOptions } from "./options.ts";
import { AGENT_VERSION } from "./status.ts";
import { readTargetFacts } from "./target_facts.ts";
import type { Seat } from "./update/seat.ts";

/**
 * Opens it, as `Installer.open` does. Without a seat the agent never updates
 * itself.
 */
export function openInstaller(
  { host, options, log, onWait, seat, onTrial }: {
    readonly host: Host;
    readonly options: AgentOptions;
    readonly log: Log;
    readonly onWait: (why: string) => void;
    readonly seat: Seat | null;
    /** Told that a new agent is to be tried. */
    readonly onTrial: (trial: Trial) => void;
  },
): Promise<Installer> {
  const { nativeRoot } = options;
  const facts = () => readTargetFacts(host, nativeRoot);
  const system = async () => (await facts()).os;
  return Installer.open({
    disk: host.disk,
    clock: host.clock,
    root: options.programsDirectory,
    state: options.stateDirectory,
    processes: host.processes,
    facts,
    agentVersion: AGENT_VERSION,
    commandsDirectory: options.commandsDirectory,
    executable: options.executable,
    ...(seat === null ? {} : {
      trial: seat.trial,
      verdict: seat.verdict,
      onTrial,
    }),
    onWait,
    onTrouble: (sentence) => log("warning", sentence),
    ...(nativeRoot === "" ? {} : {
      natives: systemNatives({ ...host, root: nativeRoot, system, onWait }),
    }),
  });
}
