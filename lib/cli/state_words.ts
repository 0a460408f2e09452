/**
 * The desired state beside what is there, for people.
 *
 * @module
 */

import type { ChangeView, StateView } from "../server/shapes/api_schema.ts";
import { nameLine } from "./name_runs.ts";
import type { Output } from "./output.ts";
import { counted } from "./units.ts";

/** Names, or runs of them, that stand in one line. */
const RUNS_MAX = 8;

/** Prints it; says whether anything is in the way. */
export function printState(output: Output, { changes, machines }: StateView) {
  const open = changes.filter(({ action }) => action !== "right");
  for (const change of open) {
    const reason = change.reason === "" ? "" : `: ${change.reason}`;
    output.line(
      `${what(change)} on ${nameLine(change.machines, RUNS_MAX)}${reason}`,
    );
  }
  const right = changes.filter(({ action }) => action === "right")
    .reduce((sum, change) => sum + change.machines.length, 0);
  output.line(
    `${counted(machines, "machine")}: ${
      open.length === 0 ? "all is as it shall be" : `${right} right already`
    }`,
  );
}

/** Can something that is wanted not be done? */
export function hasTrouble({ changes }: StateView): boolean {
  return changes.some(({ action }) => action === "cannot");
}

function what({ action, name, from, to }: ChangeView): string {
  switch (action) {
    case "install":
      return `install ${name} ${to}`;
    case "update":
      return `update ${name} ${from} to ${to}`;
    case "remove":
      return `remove ${name} ${from}`;
    case "unknown":
      return `${name}: not known`;
    case "cannot":
      return `${name}: cannot be done`;
    case "right":
      return `${name} ${to}`;
  }
}
