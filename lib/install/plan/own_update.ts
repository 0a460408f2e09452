/**
 * May the agent update itself here? Its package is installed like any other;
 * what is more about it is the one file that the machine's service starts,
 * which must be known, and must not be part of what the transaction moves.
 *
 * Pure.
 *
 * @module
 */

import type { SelfUpdate } from "../../ieo/manifest/types.ts";
import type { SelfChange } from "../journal/entries.ts";

/** Where an agent's own update would take place. */
export interface OwnPlace {
  /** The file that the service starts; null when it is not known. */
  readonly executable: string | null;
  /** Can this agent hand over to another one? */
  readonly canHandOver: boolean;
  /** The directory of all programs. */
  readonly root: string;
}

/** Why not, as the end of a sentence; null when it may. */
export function faultOfOwnUpdate(
  { executable, canHandOver, root }: OwnPlace,
): string | null {
  if (!canHandOver) return "nobody here could take the agent's place";
  if (executable === null) {
    return "this agent does not know which file its service starts; name it " +
      "with --executable";
  }
  // A power cut while the new agent is tried must start the old one, and
  // everything below the root may be the new one by then.
  return executable.startsWith(`${root}/`)
    ? `this agent was started from ${executable}, which the update changes; ` +
      "start a copy of it from another place"
    : null;
}

/** What the journal is told of it; null for every other program. */
export function selfChangeOf(
  self: SelfUpdate | undefined,
  { executable }: Pick<OwnPlace, "executable">,
): SelfChange | null {
  return self === undefined || executable === null
    ? null
    : { path: self.path, executable };
}
