/**
 * The source `pacman`: the packages of Arch Linux and its relatives, and of
 * SteamOS, read from pacman's own local database: a directory for each package.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { bytesOf, distinct, entriesOf } from "./library_files.ts";
import { PACMAN_SOURCE, parsePacmanDesc } from "./pacman_parser.ts";

/** Where pacman keeps it; on SteamOS, whose /var is the owner's, the second. */
const DIRECTORIES = ["/var/lib/pacman/local", "/usr/lib/holo/pacmandb/local"];

/** What a package says of itself; its files are in another file. */
const DESC_BYTES_MAX = 1_024 * 1_024;

/** Entries that are read at once. */
const AT_ONCE = 32;

/** The source. */
export function pacmanSource(): Source {
  return { name: PACMAN_SOURCE, systems: ["linux"], stamps: DIRECTORIES, read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(PACMAN_SOURCE);
  const looking = { context, faults };
  const programs: ListedProgram[] = [];
  for (const directory of await distinct(looking, DIRECTORIES)) {
    const entries = await entriesOf(looking, directory);
    const names = entries.filter(({ kind }) => kind === "directory")
      .map(({ name }) => name);
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE).map(async (name) => {
        const path = `${directory}/${name}/desc`;
        const bytes = await bytesOf(looking, path, DESC_BYTES_MAX);
        return { name, bytes };
      });
      for (const { name, bytes } of await Promise.all(some)) {
        const program = parsePacmanDesc(
          bytes,
          name,
          context.distribution,
          faults,
        );
        if (program !== null) programs.push(program);
      }
    }
  }
  return { programs, faults: faults.all() };
}
