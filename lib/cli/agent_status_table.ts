/**
 * `flottille-agent status`, for a person.
 *
 * @module
 */

import type { AgentStatus, Membership } from "../agent/status.ts";
import type { Output } from "./output.ts";
import type { Cell } from "./table.ts";
import { showDuration } from "./units.ts";

const MEMBERSHIPS: Readonly<Record<Membership, Cell>> = {
  searching: { text: "no server has answered yet", style: "waiting" },
  accepted: { text: "accepted", style: "good" },
  pending: { text: "waits for the owner's approval", style: "waiting" },
  refused: { text: "refused", style: "bad" },
};

/** Prints what the running agent says of itself. */
export function printAgentStatus(output: Output, status: AgentStatus): void {
  const { machine, hostName, agentVersion, membership, reason } = status;
  const rows: Cell[][] = [
    ["Machine", `${hostName} (${machine})`],
    ["Agent", `flottille-agent ${agentVersion}`],
    ["Fleet", MEMBERSHIPS[membership] ?? membership],
  ];
  if (reason !== "") rows.push(["Reason", reason]);
  rows.push(["Server", serverOf(status)]);
  rows.push(["Doing", status.doing ?? "nothing"]);
  const programs = status.programs.map(({ name, version, kept }) =>
    kept === null ? `${name} ${version}` : `${name} ${version} (${kept} kept)`
  );
  rows.push(["Programs", programs.join(", ") || "none"]);
  const dropped = Object.entries(status.dropped)
    .filter(([, count]) => count > 0)
    .map(([why, count]) => `${count} ${why}`);
  if (dropped.length > 0) rows.push(["Dropped", dropped.join(", ")]);
  output.table([{ title: "" }, { title: "", cutTo: 20 }], rows);
}

function serverOf({ server, heardSecondsAgo }: AgentStatus): string {
  if (server === null) return "none heard yet";
  if (heardSecondsAgo === null) return server;
  return `${server}, heard ${showDuration(heardSecondsAgo * 1_000)} ago`;
}
