/**
 * The server and the agent as services of a system: what is started, what it
 * needs, and what it may not touch. How a service manager is told so is in a
 * file for each manager.
 *
 * @module
 */

/** A service of ours. */
export interface Service {
  readonly name: "flottille-agent" | "flottille-server";
  /** For people. */
  readonly title: string;
  /** The executable, with its whole path, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Null: it installs programs, so it may change the whole system. */
  readonly confined: Confined | null;
}

/** What a service that only keeps files of its own may touch. */
export interface Confined {
  /** The directories that it writes; the rest of the disk is read-only. */
  readonly writes: readonly string[];
  /** Files that it must not even see. */
  readonly hidden: readonly string[];
}

/** Where the executables are put. */
export const EXECUTABLES = "/usr/local/bin";

/** The agent of this machine. */
export function agentService(
  executable: string,
  args: readonly string[],
): Service {
  return {
    name: "flottille-agent",
    title: "Flottille agent",
    command: [executable, "run", ...args],
    confined: null,
  };
}

/**
 * The server of a fleet. The fleet's key is needed by the owner's commands
 * alone, so the service does not get to see it.
 */
export function serverService(
  executable: string,
  { config, directory }: {
    readonly config: string;
    readonly directory: string;
  },
): Service {
  return {
    name: "flottille-server",
    title: "Flottille server",
    command: [executable, "run", "--config", config],
    confined: {
      writes: [directory],
      hidden: [`${directory}/keys/fleet.key`],
    },
  };
}
