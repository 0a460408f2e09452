/**
 * What a source of programs is: something of the system that keeps account of
 * what is installed. Each is one file in `sources/`: a pure parser of what the
 * system keeps, and a thin reader of it.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import type { MachineFacts } from "../host/machine.ts";
import type { Processes } from "../host/processes.ts";
import type { ListedProgram, ListFault } from "./program.ts";
import type { Distribution } from "./purl.ts";

/** What a source may look at. */
export interface SourceContext {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly machine: Pick<MachineFacts, "system" | "architecture">;
  readonly distribution: Distribution;
  /** Goes before every path; empty: this very system. */
  readonly root: string;
  /**
   * Home directories of the people of this machine, as the machine itself
   * spells them: so `root` goes before them as well.
   */
  readonly homes: readonly string[];
}

/** What a source gives: its programs, and what it could not tell. */
export interface SourceList {
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
}

/** One keeper of programs. */
export interface Source {
  /** `dpkg`, `npm`: how it is named in lists, and in what is asked for. */
  readonly name: string;
  /** `linux`, `windows`, `darwin`: where it may be. */
  readonly systems: readonly string[];
  /** Read only where somebody asked for it: libraries, not programs. */
  readonly isOptional?: true;
  /**
   * Paths, below the root, of which at least one changes whenever its programs
   * do. Their stats tell whether what was read before still holds; absent: it
   * is read anew each time.
   */
  readonly stamps?: readonly string[];
  /**
   * Reads it; nothing of it on this machine gives no programs and no fault.
   * Never rejects for what it finds: that is a fault in the list.
   */
  read(context: SourceContext): Promise<SourceList>;
}
