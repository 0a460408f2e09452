/**
 * The source `pip`, an optional one: the Python packages that are installed
 * for the whole machine, as `pip list` lists them. They are found by their
 * metadata, whoever put them there: pip, a distribution's package manager or
 * a setup script.
 *
 * Not listed are the packages of virtual environments and of single people
 * (`pip install --user`): they are no part of the system.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  beginningOf,
  directoriesBelow,
  distinct,
  entriesOf,
  type Looking,
  placeOf,
} from "./library_files.ts";
import { pypiPurl, readPythonMetadata } from "./pip_metadata.ts";

/** The name of this source in a list. */
export const PIP_SOURCE = "pip";

/** Headers come first, and a whole licence may be one of them. */
const METADATA_BYTES_MAX = 256 * 1_024;

const PYTHON = /^python[23](?:\.\d+)?$/;
const SITE = /^(?:dist|site)-packages$/;
const VERSION = /^\d+\.\d+$/;

/** Where packages for the whole machine are, step by step. */
type Where = readonly [string, ...RegExp[]];

// deno-fmt-ignore
const PLACES: Readonly<Record<string, readonly Where[]>> = {
  linux: [
    ["/usr/lib",         PYTHON, SITE],
    ["/usr/lib64",       PYTHON, SITE],
    ["/usr/local/lib",   PYTHON, SITE],
    ["/usr/local/lib64", PYTHON, SITE],
  ],
  darwin: [
    ["/Library/Frameworks/Python.framework/Versions", VERSION, /^lib$/, PYTHON, SITE],
    ["/Library/Python",   VERSION, SITE],
    ["/opt/homebrew/lib", PYTHON, SITE],
    ["/usr/local/lib",    PYTHON, SITE],
  ],
  windows: [
    ["C:/Program Files",       /^Python\d+(?:-\d+)?$/i, /^Lib$/i, SITE],
    ["C:/Program Files (x86)", /^Python\d+(?:-\d+)?$/i, /^Lib$/i, SITE],
    ["C:/",                    /^Python\d+(?:-\d+)?$/i, /^Lib$/i, SITE],
  ],
};

/** The source. */
export function pipSource(): Source {
  return {
    name: PIP_SOURCE,
    systems: ["linux", "darwin", "windows"],
    isOptional: true,
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const looking = { context, faults: new FaultList(PIP_SOURCE) };
  const places: string[] = [];
  for (const [path, ...patterns] of PLACES[context.machine.system] ?? []) {
    places.push(...await directoriesBelow(looking, path, patterns));
  }
  return await readPythonSites(looking, places);
}

/** The packages in these `site-packages`, each name and version once. */
export async function readPythonSites(
  looking: Looking,
  sites: readonly string[],
): Promise<SourceList> {
  const programs = new Map<string, ListedProgram>();
  for (const site of await distinct(looking, sites)) {
    for (const { name } of await entriesOf(looking, site)) {
      if (!isMetadata(name)) continue;
      const program = await packageAt(looking, `${site}/${name}`);
      if (program === null) continue;
      const key = `${program.purl}\0${program.version}`;
      if (!programs.has(key)) programs.set(key, program);
    }
  }
  return { programs: [...programs.values()], faults: looking.faults.all() };
}

/** pip renames what it could not remove to `~name`, and lists it no more. */
function isMetadata(name: string): boolean {
  return /^[^~.].*\.(?:dist-info|egg-info|egg)$/is.test(name);
}

/** What the metadata of that name tells; null and a fault when it is none. */
async function packageAt(
  looking: Looking,
  path: string,
): Promise<ListedProgram | null> {
  const file = await metadataFile(looking, path);
  if (file === null) {
    looking.faults.add(`Cannot read ${describe(path)}: it has no metadata`);
    return null;
  }
  const bytes = await beginningOf(looking, file, METADATA_BYTES_MAX);
  if (bytes === null) return null;
  const read = readPythonMetadata(bytes);
  if (!read.ok) {
    looking.faults.add(`Cannot read ${describe(file)}: ${read.fault}`);
    return null;
  }
  const { name, version } = read.value;
  return listed({
    source: PIP_SOURCE,
    ...read.value,
    purl: pypiPurl(name, version),
  }, looking.faults);
}

/** Oldest last: an egg-info may be the file itself. */
const FILES = ["METADATA", "PKG-INFO", "EGG-INFO/PKG-INFO"];

async function metadataFile(
  looking: Looking,
  path: string,
): Promise<string | null> {
  const place = await placeOf(looking, path);
  if (place?.kind === "file" && path.endsWith(".egg-info")) return path;
  if (place?.kind !== "directory") return null;
  for (const file of FILES) {
    const inner = `${path}/${file}`;
    if ((await placeOf(looking, inner))?.kind === "file") return inner;
  }
  return null;
}
