/**
 * What a machine is to its server, and what to do where that is not enough.
 *
 * @module
 */

import type { AgentStatus } from "../../agent/status.ts";
import { fail, type Finding, warn, well } from "./finding.ts";

const STEP = "fleet";

/** By the word that the server gives. */
const REASONS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  secret: [
    "it does not know the secret of this machine's join file",
    "Copy join.json from the server again, then: flottille-agent service " +
    "install --join join.json",
  ],
  expired: [
    "the secret of this machine's join file has expired",
    "On the server: flottille-server approve NAME; or give it a new join.json",
  ],
  used: [
    "the secret of this machine's join file was used as often as it may be",
    "On the server: flottille-server approve NAME; or give it a new join.json",
  ],
  revoked: [
    "its owner has revoked it",
    "If it shall be one again, on the server: flottille-server approve NAME",
  ],
  double: [
    "its key is in two places: this disk was cloned",
    "Wait some minutes: one of the two makes itself a new key. Before the " +
    "next disk is cloned: flottille-agent seal",
  ],
  pending: [
    "too many machines wait already",
    "On the server: flottille-server approve, or a larger " +
    "enrolment.pending_max",
  ],
};

/** Of an agent that runs. */
export function checkMembership(
  { membership, reason }: Pick<AgentStatus, "membership" | "reason">,
): Finding {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  const [why, ...todo] = known ?? [reason];
  const because = why === "" ? "" : `: ${why}`;
  switch (membership) {
    case "accepted":
      return well(STEP, "the server has accepted this machine");
    case "pending":
      return warn(
        STEP,
        "this machine waits for its approval",
        "On the server: flottille-server approve NAME",
      );
    case "refused":
      return fail(
        STEP,
        `the server has refused this machine${because}`,
        ...(todo.length > 0
          ? todo
          : ["On the server: flottille-server status"]),
      );
    case "searching":
      return warn(
        STEP,
        "the agent has no session with its server yet",
        "Where the server answers above: wait a minute",
      );
  }
}
