/**
 * What a machine says of itself, made harmless. Pure.
 *
 * @module
 */

import { madeListable } from "../../peo/program.ts";
import type { Introduction } from "../../sep/server_api.ts";
import { machineOf, showMachine } from "../../trust/keys.ts";
import type { MachineRecord } from "../shapes/machine.ts";

/** Characters kept of each word that a machine says of itself. */
const WORD_LENGTH_MAX = 64;

/** What it says of itself, cut and cleaned for tables and logs (D-10). */
export function wordsOf(introduction: Introduction) {
  return {
    hostName: clean(introduction.hostName),
    macs: [...new Set(introduction.macs)],
    system: clean(introduction.system),
    architecture: clean(introduction.architecture),
    agentVersion: clean(introduction.agentVersion),
  };
}

/** The machine's record, by what is known and what it says now. */
export function recordOf(
  introduction: Introduction,
  known: MachineRecord | null,
  { name, status, ms }: Pick<MachineRecord, "name" | "status"> & {
    /** The moment, for one that is new. */
    readonly ms: number;
  },
): MachineRecord {
  const said = wordsOf(introduction);
  if (known !== null) return { ...known, ...said, name, status };
  return {
    ...said,
    id: showMachine(machineOf(introduction.publicKey)),
    publicKey: introduction.publicKey,
    address: introduction.from,
    ...{ name, status, firstSeenMs: ms, lastSeenMs: ms },
  };
}

/** One word of it. */
export function clean(word: string): string {
  return word === "" ? "" : madeListable(word, WORD_LENGTH_MAX);
}

/** Would keeping the one for the other change anything? */
export function isSame(a: MachineRecord, b: MachineRecord): boolean {
  return a.status === b.status && a.clonedFrom === b.clonedFrom &&
    a.hostName === b.hostName &&
    a.system === b.system && a.architecture === b.architecture &&
    a.agentVersion === b.agentVersion && a.macs.join() === b.macs.join();
}
