/**
 * A machine's program list, from all sources. They are read side by side, and
 * a source that fails costs its own lines only; the list says so, because a
 * list that is silently short would be read as programs that are gone.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";
import type { MachineFacts } from "../host/machine.ts";
import type { Processes } from "../host/processes.ts";
import { homesOf } from "./homes.ts";
import { makeList, type PeoList } from "./list.ts";
import { readOperatingSystem } from "./operating_system.ts";
import { readRebootWish } from "./reboot.ts";
import { Reading } from "./reading.ts";
import type { Source, SourceContext, SourceList } from "./source.ts";
import { SOURCES, sourcesOf } from "./sources.ts";
import { dpkgSource } from "./sources/dpkg.ts";
import {
  flottilleSource,
  type InstalledProgramLike,
} from "./sources/flottille.ts";

export type { PeoList } from "./list.ts";

/** What is needed to make lists. */
export interface CollectorOptions {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly machine: Pick<MachineFacts, "system" | "architecture">;
  /** The programs that Flottille installed, from the installer. */
  readonly installed: () => Promise<readonly InstalledProgramLike[]>;
  /** The optional sources that somebody wants: `npm`, `pip`. */
  readonly libraries?: () => readonly string[];
  /** Goes before every path; empty or absent: this very system. */
  readonly root?: string;
  /** dpkg's database, below the root, where it is elsewhere. */
  readonly dpkgStatusPath?: string;
  /** All sources, of all systems, for tests with others. */
  readonly sources?: readonly Source[];
}

/** How one list is made. */
export interface CollectOptions {
  /** Reads every source again. */
  readonly fresh?: boolean;
  /** These optional sources, this once. */
  readonly libraries?: readonly string[];
}

/** Makes lists, and keeps what was read for the next one. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #sources: readonly Source[];
  readonly #readings = new Map<Source, Reading>();
  #last: { readonly of: readonly unknown[]; readonly list: PeoList } | null =
    null;

  constructor(options: CollectorOptions) {
    const { sources = SOURCES, dpkgStatusPath } = options;
    this.#options = options;
    this.#sources = dpkgStatusPath === undefined
      ? sources
      : withDpkgAt(sources, dpkgStatusPath);
  }

  /**
   * The list as it is now; never rejects for what a source holds. A source is
   * not read again while the files it came from are as they were, but with
   * `fresh` it is.
   */
  async collect(options: CollectOptions = {}): Promise<PeoList> {
    const { machine, installed, libraries } = this.#options;
    const context = await this.#context();
    const wanted = sourcesOf(
      machine.system,
      options.libraries ?? libraries?.() ?? [],
      this.#sources,
    );
    const [own, ...others] = await Promise.all([
      installed().then(flottilleSource),
      ...wanted.map((source) =>
        this.#reading(source).get(context, options.fresh ?? false)
      ),
    ]);
    const { disk, root } = context;
    const rebootFor = await readRebootWish(disk, machine.system, root);
    return this.#made(context, rebootFor, own, others);
  }

  async #context(): Promise<SourceContext> {
    const { disk, processes, machine, root = "" } = this.#options;
    const { system, architecture } = machine;
    const [distribution, homes] = await Promise.all([
      readOperatingSystem(disk, system, root),
      homesOf(disk, system, root),
    ]);
    return {
      ...{ disk, processes, distribution, root, homes },
      machine: { system, architecture },
    };
  }

  #reading(source: Source): Reading {
    const { clock } = this.#options;
    const reading = this.#readings.get(source) ?? new Reading(source, clock);
    this.#readings.set(source, reading);
    return reading;
  }

  /** The last list when it would be the same: sorting and hashing cost. */
  #made(
    { machine, distribution }: SourceContext,
    rebootFor: string,
    own: SourceList,
    others: readonly SourceList[],
  ): PeoList {
    const { id, version } = distribution;
    const of = [id, version, rebootFor, JSON.stringify(own), ...others];
    const isSame = this.#last !== null && this.#last.of.length === of.length &&
      this.#last.of.every((one, index) => one === of[index]);
    if (this.#last !== null && isSame) return this.#last.list;
    const list = makeList(
      { ...machine, distribution, rebootFor },
      [own, ...others],
    );
    this.#last = { of, list };
    return list;
  }
}

function withDpkgAt(sources: readonly Source[], path: string): Source[] {
  const dpkg = dpkgSource(path);
  return sources.map((source) => source.name === dpkg.name ? dpkg : source);
}
