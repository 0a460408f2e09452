/**
 * Machines, lists and changes for the rules that every store must keep.
 *
 * @module
 */

import type { ListedProgram } from "../../../lib/peo/program.ts";
import type {
  ListRecord,
  Store,
  Write,
} from "../../../lib/server/store/store.ts";
import { machine, NOON_MS } from "../examples.ts";

/** One rule; `reopen` gives the same store again, after a restart. */
export type Rule = (
  store: Store,
  reopen: () => Promise<Store>,
) => Promise<void>;

export const ada = machine("ada");
export const bob = machine("bob", { status: "pending", address: null });

export const faults = [{ source: "dpkg", error: "Cannot read its status" }];

export function put(machine: typeof ada): Write {
  return { kind: "machine", machine };
}

/** A program of the system's own. */
export function listed(name: string, version: string) {
  return { name, version, purl: `pkg:deb/debian/${name}`, source: "dpkg" };
}

/** Programs in one part of a list. */
const PART_PROGRAMS = 2_000;

/** Everything of a machine's list, as one group of changes. */
export function putList(
  machine: string,
  programs: readonly ListedProgram[],
  different: Partial<ListRecord> = {},
): Write[] {
  const parts: Write[] = [];
  for (let at = 0; at < programs.length; at += PART_PROGRAMS) {
    const part = programs.slice(at, at + PART_PROGRAMS);
    parts.push({ kind: "list part", machine, programs: part });
  }
  const list = listRecord(machine, { programs: programs.length, ...different });
  return [...parts, { kind: "list", list }];
}

/** A list that came at noon. */
export function listRecord(
  machine: string,
  different: Partial<ListRecord> = {},
): ListRecord {
  return {
    machine,
    sha256: "00".repeat(32),
    size: 1_234,
    signature: new Uint8Array(64).fill(7),
    atMs: NOON_MS,
    confirmedMs: NOON_MS,
    faults,
    distribution: "debian",
    distributionVersion: "12",
    rebootFor: "libc6",
    programs: 0,
    ...different,
  };
}
