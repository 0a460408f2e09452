/**
 * Machines, lists and changes for the rules that every store must keep.
 *
 * @module
 */

import type { ListedProgram } from "../../../lib/peo/program.ts";
import type { Store, Write } from "../../../lib/server/store/store.ts";
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

export function putList(
  machine: string,
  programs: readonly ListedProgram[],
): Write {
  const list = {
    ...{ machine, sha256: "00".repeat(32), atMs: NOON_MS, faults },
    distribution: "debian",
    distributionVersion: "12",
  };
  return { kind: "list", list, programs };
}
