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

/** Files and directories that are looked at altogether. */
const LOOKS_MAX = 50_000;

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
  const walk = new Walk({ context, faults: new FaultList(APPIMAGE_SOURCE) });
  for (const place of PLACES) await walk.into(place);
  for (const home of context.homes) {
    for (const { path, depth } of PLACES_OF_HOMES) {
      await walk.into({ path: `${home}/${path}`, depth });
    }
  }
  return walk.found();
}

class Walk {
  readonly #looking: Looking;
  readonly #programs: ListedProgram[] = [];
  readonly #seen = new Set<string>();
  #looks = 0;

  constructor(looking: Looking) {
    this.#looking = looking;
  }

  found(): SourceList {
    const { faults } = this.#looking;
    if (this.#looks > LOOKS_MAX) {
      faults.add(`Only ${LOOKS_MAX} files were looked at`);
    }
    return { programs: this.#programs, faults: faults.all() };
  }

  async into({ path, depth }: Place): Promise<void> {
    if (this.#seen.has(path)) return; // Two people with one home.
    this.#seen.add(path);
    // Not even the place itself may be a link: people could point anywhere.
    if (await this.#kindOf(path) !== "directory") return;
    const files: string[] = [];
    for (const { name, kind } of await entriesOf(this.#looking, path)) {
      if (++this.#looks > LOOKS_MAX) break;
      if (kind === "file" && !OTHER_KIND.test(name)) files.push(name);
      if (kind !== "directory" || depth === 0 || name.startsWith(".")) continue;
      await this.into({ path: `${path}/${name}`, depth: depth - 1 });
    }
    await this.#those(path, files);
  }

  async #those(path: string, files: readonly string[]): Promise<void> {
    const { context: { disk, root } } = this.#looking;
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
        await this.#look(`${path}/${name}`, name, stat.size);
      }
    }
  }

  async #look(path: string, file: string, sizeBytes: number): Promise<void> {
    const head = await beginningOf(this.#looking, path, APPIMAGE_HEAD_BYTES);
    const architecture = head === null ? null : appImageArchitecture(head);
    if (architecture === null) return;
    const { name, version } = appImageName(file);
    const program = listed({
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
    }, this.#looking.faults);
    if (program !== null) this.#programs.push(program);
  }

  async #kindOf(path: string): Promise<EntryKind | undefined> {
    const { context: { disk, root }, faults } = this.#looking;
    try {
      return (await disk.stat(root + path))?.kind;
    } catch (error) {
      faults.add(`Cannot look at ${describe(path)}: ${sentenceOf(error)}`);
      return undefined;
    }
  }
}
