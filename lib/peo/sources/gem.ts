/**
 * The source `gem`, an optional one: the gems that are installed for the whole
 * machine, those that come with Ruby itself included, as `gem list` lists
 * them. Gems of single people (`gem install --user-install`) and of version
 * managers in their homes are no part of the system.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { gemPurl, readGemSpecification } from "./gem_specification.ts";
import {
  beginningOf,
  directoriesBelow,
  distinct,
  entriesOf,
  type Looking,
} from "./library_files.ts";

/** The name of this source in a list. */
export const GEM_SOURCE = "gem";

/** Stub, licences and authors stand before the long list of dependencies. */
const SPECIFICATION_BYTES_MAX = 128 * 1_024;

const SPECIFICATIONS = /^specifications$/;
const VERSION = /^\d+\.\d+(?:\.\d+)?$/;
const TRIPLET = /^[a-z0-9_]+-linux-[a-z0-9]+$/;

type Where = readonly [string, ...RegExp[]];

// deno-fmt-ignore
const PLACES: Readonly<Record<string, readonly Where[]>> = {
  linux: [
    ["/usr/lib/ruby/gems",             VERSION, SPECIFICATIONS],
    ["/usr/local/lib/ruby/gems",       VERSION, SPECIFICATIONS],
    ["/usr/local/bundle",              SPECIFICATIONS],          // Ruby's containers
    ["/var/lib/gems",                  VERSION, SPECIFICATIONS], // Debian
    ["/usr/share/rubygems-integration", /^(?:all|\d+\.\d+\.\d+)$/, SPECIFICATIONS],
    ["/usr/lib", TRIPLET, /^rubygems-integration$/, VERSION, SPECIFICATIONS],
    ["/usr/lib", TRIPLET, /^ruby$/, /^gems$/, VERSION, SPECIFICATIONS],
    ["/usr/share/gems",                SPECIFICATIONS],          // Fedora
    ["/usr/local/share/gems",          SPECIFICATIONS],
  ],
  darwin: [
    ["/Library/Ruby/Gems",             VERSION, SPECIFICATIONS],
    ["/opt/homebrew/lib/ruby/gems",    VERSION, SPECIFICATIONS],
    ["/usr/local/lib/ruby/gems",       VERSION, SPECIFICATIONS],
    ["/System/Library/Frameworks/Ruby.framework/Versions", VERSION, /^usr$/, /^lib$/, /^ruby$/, /^gems$/, VERSION, SPECIFICATIONS],
  ],
  windows: [
    ["C:/", /^Ruby\d+(?:-[a-z0-9]+)?$/i, /^lib$/, /^ruby$/, /^gems$/, VERSION, SPECIFICATIONS],
  ],
};

/** The source. */
export function gemSource(): Source {
  return {
    name: GEM_SOURCE,
    systems: ["linux", "darwin", "windows"],
    isOptional: true,
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const looking = { context, faults: new FaultList(GEM_SOURCE) };
  const places: string[] = [];
  for (const [path, ...patterns] of PLACES[context.machine.system] ?? []) {
    for (const each of await directoriesBelow(looking, path, patterns)) {
      // Gems that come with Ruby itself.
      places.push(each, `${each}/default`);
    }
  }
  return await readGemSpecifications(looking, places);
}

/** The gems specified in these directories, each once. */
export async function readGemSpecifications(
  looking: Looking,
  directories: readonly string[],
): Promise<SourceList> {
  const programs = new Map<string, ListedProgram>();
  for (const directory of await distinct(looking, directories)) {
    for (const { name } of await entriesOf(looking, directory)) {
      if (!name.endsWith(".gemspec")) continue;
      const program = await gemAt(looking, directory, name);
      if (program !== null && !programs.has(program.purl)) {
        programs.set(program.purl, program);
      }
    }
  }
  return { programs: [...programs.values()], faults: looking.faults.all() };
}

async function gemAt(
  looking: Looking,
  directory: string,
  file: string,
): Promise<ListedProgram | null> {
  const path = `${directory}/${file}`;
  const bytes = await beginningOf(looking, path, SPECIFICATION_BYTES_MAX);
  if (bytes === null) return null;
  const gem = readGemSpecification(bytes, file);
  if (gem === null) {
    looking.faults.add(`Cannot read ${describe(path)}: it names no version`);
    return null;
  }
  const { platform, ...facts } = gem;
  return listed({
    source: GEM_SOURCE,
    ...facts,
    purl: gemPurl(gem),
    architecture: platform === "ruby" ? undefined : platform,
  }, looking.faults);
}
