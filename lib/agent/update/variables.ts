/**
 * How one agent tells another what it is there for: the variables that a new
 * agent finds in its environment, and the line that it answers with. Both sides
 * may be of different versions: append, never rename.
 *
 * @module
 */

/** The transaction that the process is tried under; empty: it is not tried. */
export const TRIAL_VARIABLE = "FLOTTILLE_TRIAL";
/** The file that the service starts. */
export const EXECUTABLE_VARIABLE = "FLOTTILLE_EXECUTABLE";
/** Set when another agent stands before this one, and ends its stdin. */
export const WATCHED_VARIABLE = "FLOTTILLE_WATCHED";
/** Set by systemd for the processes of a service. */
export const SERVICE_VARIABLE = "INVOCATION_ID";

/** The line on stdout by which a new agent reports. */
export function reportLine(trial: string): string {
  return `flottille-agent reports ${trial}`;
}
