/**
 * Why an agent cannot start: a whole sentence for the person who started it.
 *
 * @module
 */

/** Thrown before anything runs; the command line prints it and ends. */
export class AgentError extends Error {
  override readonly name = "AgentError";
}

/** Nobody answers on this machine. */
export class NoAgent extends AgentError {}
