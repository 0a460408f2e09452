/**
 * The source `local`: programs under /opt and /usr/local that no package
 * manager brought, which is what most inventories miss (hier(7), FHS 3.0).
 * Unpacked archives are known by a file that tells their version or by what
 * they hold to run; single executables by what they are made of. Scripts are
 * left out: in /usr/local/bin they are people's own or a library's.
 *
 * Nothing that is found is ever run.
 *
 * @module
 */

import type { Disk, Entry } from "../../host/disk.ts";
import { fromUtf8 } from "../../trust/bytes.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { genericPurl } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  APPIMAGE_HEAD_BYTES,
  appImageArchitecture,
} from "./appimage_parser.ts";
import { ownedByPackages } from "./local_owners.ts";
import {
  type LocalVersion,
  nameAndVersionOf,
  VERSION_FILE_BYTES_MAX,
  VERSION_FILES,
} from "./local_versions.ts";

/** The name of this source in a list. */
export const LOCAL_SOURCE = "local";

/** Where archives are unpacked to, and what there is never one of them. */
// deno-fmt-ignore
const HOMES = [
  { path: "/opt",       never: new Set(["flottille", "containerd"]) },
  { path: "/usr/local", never: new Set(["bin", "etc", "games", "include", "lib", "lib64", "libexec", "man", "sbin", "share", "src"]) },
] as const;

/** Where single executables are put. */
const COMMANDS = ["/usr/local/bin", "/usr/local/sbin", "/usr/local/games"];

/** Entries of one directory that are looked at. */
const ENTRIES_MAX = 2_000;

/** The source. */
export function localSource(): Source {
  return {
    name: LOCAL_SOURCE,
    systems: ["linux"],
    stamps: [...HOMES.map(({ path }) => path), ...COMMANDS],
    read,
  };
}

/** A program, and the path that a package manager may know it by. */
interface Found {
  readonly path: string;
  readonly program: LocalVersion & { readonly name: string };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(LOCAL_SOURCE);
  const found: Found[] = [];
  for (const { path, never } of HOMES) {
    for (const entry of await entriesOf(context, path, faults)) {
      if (entry.kind !== "directory" || never.has(entry.name)) continue;
      found.push(...await unpacked(context, `${path}/${entry.name}`, faults));
    }
  }
  for (const path of COMMANDS) {
    found.push(...await executables(context, path, faults));
  }
  const paths = found.map(({ path }) => path);
  const owned = await ownedByPackages(context, paths.filter(mayBeOwned));
  const programs: ListedProgram[] = [];
  for (const { path, program } of found) {
    if (owned.has(path)) continue;
    const line = listed({
      source: LOCAL_SOURCE,
      ...program,
      purl: genericPurl(program.name, program.version),
    }, faults);
    if (line !== null) programs.push(line);
  }
  return { programs: withoutTwins(programs), faults: faults.all() };
}

/**
 * Packages may put things below /opt, and nothing below /usr/local (FHS 3.0,
 * 4.9.1): asking costs a process.
 */
function mayBeOwned(path: string): boolean {
  return path.startsWith("/opt/");
}

/** A program, or a maker's directory with one for each of his programs. */
async function unpacked(
  context: SourceContext,
  path: string,
  faults: FaultList,
): Promise<Found[]> {
  const program = await programOf(context, path, faults);
  if (program !== null) return [{ path, program }];
  const found: Found[] = [];
  for (const { name, kind } of await entriesOf(context, path, faults)) {
    if (kind !== "directory" || name === "bin") continue;
    const inner = `${path}/${name}`;
    const one = await programOf(context, inner, faults, "version file");
    if (one !== null) found.push({ path: inner, program: one });
  }
  return found;
}

/** What the directory is, by its version file or by what it holds to run. */
async function programOf(
  context: SourceContext,
  path: string,
  faults: FaultList,
  needs: "version file" | "anything to run" = "anything to run",
): Promise<Found["program"] | null> {
  const directory = nameAndVersionOf(path.slice(path.lastIndexOf("/") + 1));
  for (const file of VERSION_FILES) {
    const text = await textAt(context, path, file.path);
    const told = text === null ? null : file.read(text);
    if (told === null) continue;
    return { ...told, name: told.name ?? directory.name };
  }
  if (needs === "version file") return null;
  const runs = await executables(context, `${path}/bin`, faults);
  if (runs.length > 0) return directory;
  return (await executables(context, path, faults)).length > 0
    ? directory
    : null;
}

/** The native programs of a directory, links left out. */
async function executables(
  context: SourceContext,
  path: string,
  faults: FaultList,
): Promise<Found[]> {
  const { disk, root } = context;
  const found: Found[] = [];
  for (const { name, kind } of await entriesOf(context, path, faults)) {
    if (kind !== "file") continue;
    const inner = `${path}/${name}`;
    const stat = await disk.stat(`${root}${inner}`).catch(() => null);
    // Gone by now, not for us to look at, or not to be run.
    if (stat === null || (stat.mode & 0o111) === 0) continue;
    if (!await isElf(disk, `${root}${inner}`)) continue;
    found.push({ path: inner, program: { name, version: "" } });
  }
  return found;
}

const ELF = [0x7f, 0x45, 0x4c, 0x46];

async function isElf(disk: Disk, path: string): Promise<boolean> {
  const magic = await disk.readPlain(path, { bytesMax: APPIMAGE_HEAD_BYTES })
    .catch(() => null);
  if (magic === null) return false; // Gone by now, or not for us to read.
  // Those have a source of their own, which knows more of them.
  if (appImageArchitecture(magic) !== null) return false;
  return ELF.every((byte, place) => magic[place] === byte);
}

/** A file some directories below, none of which is a link to elsewhere. */
async function textAt(
  { disk, root }: SourceContext,
  directory: string,
  file: string,
): Promise<string | null> {
  try {
    const steps = file.split("/");
    let at = `${root}${directory}`;
    for (const step of steps.slice(0, -1)) {
      at += `/${step}`;
      if ((await disk.stat(at))?.kind !== "directory") return null;
    }
    at += `/${steps.at(-1)}`;
    if ((await disk.stat(at))?.kind !== "file") return null;
    const bytesMax = VERSION_FILE_BYTES_MAX + 1;
    const bytes = await disk.readPlain(at, { bytesMax });
    return bytes.length === bytesMax ? null : fromUtf8(bytes);
  } catch {
    return null; // Not for us to read, or no file any more.
  }
}

/** In the order of their names; none where there is no such directory. */
async function entriesOf(
  { disk, root }: SourceContext,
  path: string,
  faults: FaultList,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    if ((await disk.stat(`${root}${path}`))?.kind !== "directory") return [];
    for await (const entry of disk.list(`${root}${path}`)) {
      entries.push(entry);
      if (entries.length > ENTRIES_MAX) {
        faults.add(`Only ${ENTRIES_MAX} entries of ${path} were looked at`);
        break;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    faults.add(`Cannot look into ${path}: ${reason}`);
  }
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Of several of one name and version, the first path's. */
function withoutTwins(programs: readonly ListedProgram[]): ListedProgram[] {
  const seen = new Set<string>();
  return programs.filter(({ name, version }) => {
    const key = `${name}\0${version}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}
