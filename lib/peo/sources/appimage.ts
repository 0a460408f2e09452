/**
 * The source `appimage`: AppImages, looked for where their makers, their
 * helpers and the people of a machine put them: /opt, the directories of
 * commands, "Applications" (the place that AppImage's own tools make), and
 * where browsers leave what they download, because an AppImage that may be run
 * there is as good as installed. Whole homes are not searched: that would read
 * people's documents, and take minutes.
 *
 * Only files that may be run are opened, and no link is followed: its target
 * is found where it is, or is none of ours.
 *
 * @module
 */

import type { EntryKind } from "../../host/disk.ts";
import { sentenceOf } from "../../host/log.ts";
import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { purl } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  APPIMAGE_HEAD_BYTES,
  APPIMAGE_SOURCE,
  appImageArchitecture,
  appImageName,
} from "./appimage_parser.ts";
import { Allowance } from "./allowance.ts";
import { lookingIntoHome } from "./home_files.ts";
import { beginningOf, entriesOf, type Looking } from "./library_files.ts";

/** A place, and how many directories below it are looked into. */
interface Place {
  readonly path: string;
  readonly depth: number;
}

const PLACES: readonly Place[] = [
  { path: "/opt", depth: 1 },
  { path: "/usr/local/bin", depth: 0 },
  { path: "/Applications", depth: 1 },
];

/** The same, of each home. */
const PLACES_OF_HOMES: readonly Place[] = [
  { path: "Applications", depth: 1 },
  { path: "AppImages", depth: 1 },
  { path: ".local/bin", depth: 0 },
  { path: "bin", depth: 0 },
  { path: "Downloads", depth: 0 },
  { path: "Desktop", depth: 0 },
];

/** Files and directories that are looked at in all places but people's. */
const ENTRIES_MAX = 50_000;

/** The smallest has the runtime in it, which has more. */
const SIZE_MIN = 4_096;

/** Files that are looked at at once. */
const AT_ONCE = 32;

/**
 * Names that end in what some other kind of file ends in, `.so` or `.json`:
 * most files of /opt, and looking at each costs more than all else here.
 */
const OTHER_KIND = /\.(?!app$|bin$|run$)[a-z][a-z0-9]{0,4}$/i;

/** The source. No file tells of each change: the places are many. */
export function appImageSource(): Source {
  return { name: APPIMAGE_SOURCE, systems: ["linux"], read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(APPIMAGE_SOURCE);
  const looking = { context, faults };
  const walk = new Walk();
  const allowance = new Allowance(faults, "the places of all", ENTRIES_MAX);
  for (const place of PLACES) await walk.into({ ...looking, allowance }, place);
  for (const home of context.homes) {
    const into = await lookingIntoHome(looking, home);
    for (const { path, depth } of PLACES_OF_HOMES) {
      await walk.into(into, { path: `${home}/${path}`, depth });
    }
  }
  return { programs: walk.programs, faults: faults.all() };
}

class Walk {
  readonly programs: ListedProgram[] = [];
  readonly #seen = new Set<string>();

  async into(looking: Looking, { path, depth }: Place): Promise<void> {
    if (this.#seen.has(path)) return; // Two people with one home.
    this.#seen.add(path);
    // Not even the place itself may be a link: people could point anywhere.
    if (await kindOf(looking, path) !== "directory") return;
    const files: string[] = [];
    for (const { name, kind } of await entriesOf(looking, path)) {
      if (kind === "file" && !OTHER_KIND.test(name)) files.push(name);
      if (kind !== "directory" || depth === 0 || name.startsWith(".")) continue;
      await this.into(looking, { path: `${path}/${name}`, depth: depth - 1 });
    }
    await this.#those(looking, path, files);
  }

  async #those(
    looking: Looking,
    path: string,
    files: readonly string[],
  ): Promise<void> {
    const { context: { disk, root } } = looking;
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const some = files.slice(at, at + AT_ONCE).map(async (name) => {
        const stat = await disk.stat(`${root}${path}/${name}`)
          .catch(() => null);
        return { name, stat };
      });
      for (const { name, stat } of await Promise.all(some)) {
        // Gone since, or not to be run.
        if (stat === null || (stat.mode & 0o111) === 0) continue;
        if (stat.size < SIZE_MIN) continue;
        const program = await programAt(looking, path, name, stat.size);
        if (program !== null) this.programs.push(program);
      }
    }
  }
}

async function programAt(
  looking: Looking,
  directory: string,
  file: string,
  sizeBytes: number,
): Promise<ListedProgram | null> {
  const path = `${directory}/${file}`;
  const head = await beginningOf(looking, path, APPIMAGE_HEAD_BYTES);
  const architecture = head === null ? null : appImageArchitecture(head);
  if (architecture === null) return null;
  const { name, version } = appImageName(file);
  return listed({
    source: APPIMAGE_SOURCE,
    name,
    version,
    purl: purl({
      type: "generic",
      name,
      version,
      qualifiers: { arch: architecture },
    }),
    architecture,
    sizeBytes,
  }, looking.faults);
}

async function kindOf(
  { context: { disk, root }, faults }: Looking,
  path: string,
): Promise<EntryKind | undefined> {
  try {
    return (await disk.stat(root + path))?.kind;
  } catch (error) {
    faults.add(`Cannot look at ${describe(path)}: ${sentenceOf(error)}`);
    return undefined;
  }
}
