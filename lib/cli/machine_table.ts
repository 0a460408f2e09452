/**
 * Machines as a table.
 *
 * @module
 */

import type { MachineState, MachineView } from "../server/shapes/api_schema.ts";
import { compareNames } from "./name_runs.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";
import { showMoment } from "./units.ts";

/** Of an identifier's 32 characters; the API takes a beginning as well. */
const ID_CHARS_SHOWN = 8;

const STYLES: Readonly<Record<MachineState, Style>> = {
  alive: "good",
  dead: "bad",
  pending: "waiting",
  revoked: "quiet",
  conflict: "bad",
};

/** The beginning of an identifier, long enough to be the only one. */
export function shortId(id: string): string {
  return id.slice(0, ID_CHARS_SHOWN);
}

/** Prints a table of machines, or that there are none. */
export function printMachines(
  output: Output,
  machines: readonly MachineView[],
  nowMs: number,
): void {
  if (machines.length === 0) {
    output.note("There are no machines yet");
    return;
  }
  const isSorted = machines.some((machine) => belongings(machine) !== "");
  const isAsked = machines.some(({ rebootFor }) => rebootFor !== undefined);
  output.table(
    [
      { title: "NAME", cutTo: 12 },
      { title: "ID" },
      { title: "STATE" },
      { title: "SEEN" },
      { title: "ADDRESS", cutTo: 10 },
      { title: "MAC", cutTo: 8 },
      { title: "SYSTEM", cutTo: 6 },
      { title: "AGENT", cutTo: 5 },
      ...(isSorted ? [{ title: "GROUPS", cutTo: 6 }] : []),
      ...(isAsked ? [{ title: "REBOOT FOR", cutTo: 10 }] : []),
    ],
    machines.toSorted((one, other) => compareNames(one.name, other.name)).map((
      machine,
    ) => [
      nameOf(machine),
      shortId(machine.id),
      { text: machine.state, style: STYLES[machine.state] },
      showMoment(machine.lastSeen, nowMs),
      machine.address === "" ? "-" : machine.address,
      macsOf(machine),
      `${machine.system} ${machine.architecture}`,
      machine.agentVersion,
      ...(isSorted ? [belongings(machine)] : []),
      ...(isAsked ? [machine.rebootFor ?? ""] : []),
    ]),
  );
}

/** Groups, and tags with a sign before them. */
function belongings({ groups = [], tags = [] }: MachineView): string {
  return [...groups, ...tags.map((tag) => `#${tag}`)].join(" ");
}

/** And whose disk it was cloned from, as long as the two belong together. */
function nameOf({ name, clonedFrom }: MachineView): string {
  return clonedFrom === undefined ? name : `${name} (clone of ${clonedFrom})`;
}

/** All of them, and whether another machine has one of them too (N-05). */
function macsOf({ macs, sharedMac }: MachineView): string {
  const list = macs.length === 0 ? "-" : macs.join(" ");
  return sharedMac ? `${list} (shared)` : list;
}
