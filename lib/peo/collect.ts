/**
 * A machine's program list, from all sources. A source that fails costs its
 * own lines only, and the list says so: a list that is silently short would be
 * read as programs that are gone.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import type { MachineFacts } from "../host/machine.ts";
import { sha256, toHex } from "../trust/bytes.ts";
import { buildDocument } from "./document.ts";
import { DPKG_STATUS_PATH, dpkgSource } from "./dpkg.ts";
import { flottilleSource, type InstalledProgramLike } from "./flottille.ts";
import { OS_RELEASE_PATH, readDistribution } from "./os_release.ts";
import {
  compareListed,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "./program.ts";

/** What is needed to make a list. */
export interface CollectOptions {
  readonly disk: Disk;
  /** The programs that Flottille installed, from the installer. */
  readonly installed: readonly InstalledProgramLike[];
  readonly machine: Pick<MachineFacts, "system" | "architecture">;
  /** dpkg's database; a path where nothing is turns this source off. */
  readonly dpkgStatusPath?: string;
  readonly osReleasePath?: string;
}

/** A machine's program list. */
export interface PeoList {
  /** The bytes of `B.peo`. */
  readonly document: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the document, hexadecimal. */
  readonly sha256: string;
  /** In the document's order. */
  readonly programs: ListedProgram[];
  readonly faults: ListFault[];
}

/** Makes the list; never rejects for what a source holds. */
export async function collectList(options: CollectOptions): Promise<PeoList> {
  const { disk, machine } = options;
  const distribution = await readDistribution(
    disk,
    options.osReleasePath ?? OS_RELEASE_PATH,
  );
  const sources = [
    flottilleSource(options.installed),
    await dpkgSource(
      disk,
      options.dpkgStatusPath ?? DPKG_STATUS_PATH,
      distribution,
    ),
  ];
  const all = sources.flatMap(({ programs }) => programs);
  const faults = sources.flatMap((source) => source.faults);
  // Flottille's own lines come first, so what is left out is never theirs.
  const programs = all.slice(0, LIST_LIMITS.programsMax).sort(compareListed);
  if (all.length > programs.length) {
    const count = all.length - programs.length;
    faults.push({
      source: "list",
      error: `${count} programs are beyond what a list may hold`,
    });
  }
  const { system, architecture } = machine;
  const document = buildDocument({
    machine: { system, architecture, distribution },
    programs,
    faults,
  });
  return { document, sha256: toHex(sha256(document)), programs, faults };
}
