/** Sources that do as a test tells them, and a collector of them. */

import { realDisk } from "../../lib/host/real_disk.ts";
import { Collector, type CollectorOptions } from "../../lib/peo/collect.ts";
import type { ListedProgram } from "../../lib/peo/program.ts";
import type { Source, SourceList } from "../../lib/peo/source.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

/** A program that Flottille installed. */
export const EDITOR = { name: "editor", version: "1.0" };

/** A collector of a Linux machine, whose clock stands still. */
export function collectorOf(options: Partial<CollectorOptions>): Collector {
  return new Collector({
    disk: realDisk(),
    processes: { run: () => Promise.reject(new Error("Runs nothing")) },
    clock: new FakeClock(),
    machine: { system: "linux", architecture: "x86_64" },
    installed: () => Promise.resolve([EDITOR]),
    ...options,
  });
}

/** A line of the source. */
export function program(
  source: string,
  name: string,
  version = "1",
): ListedProgram {
  return { name, version, purl: `pkg:${source}/${name}@${version}`, source };
}

/** A source that counts how often it is read. */
export class CountedSource implements Source {
  readonly systems: readonly string[] = ["linux"];
  readonly name: string;
  reads = 0;
  /** What the next reading gives. */
  answer: () => Promise<SourceList>;
  declare readonly stamps?: readonly string[];
  declare readonly isOptional?: true;

  constructor(
    name: string,
    programs: readonly ListedProgram[],
    more: Pick<Source, "stamps" | "isOptional"> = {},
  ) {
    this.name = name;
    this.answer = () => Promise.resolve({ programs, faults: [] });
    Object.assign(this, more);
  }

  read(): Promise<SourceList> {
    this.reads++;
    return this.answer();
  }
}

/** Makes the files in a directory of its own; null makes a directory. */
export async function withFiles(
  files: Readonly<Record<string, string | null>>,
  then: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${directory}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
        recursive: true,
      });
      if (text === null) await Deno.mkdir(path);
      else await Deno.writeTextFile(path, text);
    }
    await then(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
