/**
 * The source `flatpak`: apps and runtimes of the system's installation and of
 * each person's own, read from the directories in which flatpak keeps them.
 * flatpak itself is not asked: for a person's installation it would have to be
 * run as that person, or would leave files of the administrator there.
 *
 * All that `flatpak list --all` lists is, translations included.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  type Deployed,
  FLATPAK_SOURCE,
  flatpakProgram,
} from "./flatpak_parser.ts";
import { lookingIntoHome } from "./home_files.ts";
import { bytesOf, entriesOf, type Looking, placeOf } from "./library_files.ts";

/** The system's installation, and each person's below the home. */
const SYSTEM = "/var/lib/flatpak";
const OF_HOMES = ".local/share/flatpak";

const KINDS = ["app", "runtime"];

/** It holds the app's own descriptions in every language. */
const DEPLOY_BYTES_MAX = 4 * 1_024 * 1_024;

/** The source. No file tells of each change: every person may have one. */
export function flatpakSource(): Source {
  return { name: FLATPAK_SOURCE, systems: ["linux"], read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(FLATPAK_SOURCE);
  const looking = { context, faults };
  const found = await installedAt(looking, SYSTEM);
  for (const home of context.homes) {
    const into = await lookingIntoHome(looking, home);
    for (const one of await installedAt(into, `${home}/${OF_HOMES}`)) {
      found.push(one);
    }
  }
  return { programs: apart(found), faults: faults.all() };
}

async function installedAt(
  looking: Looking,
  installation: string,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const kind of KINDS) {
    for await (const one of deployedIn(looking, `${installation}/${kind}`)) {
      const program = flatpakProgram(one, looking.faults);
      if (program !== null) found.push({ program, branch: one.branch });
    }
  }
  return found;
}

interface Found {
  readonly program: ListedProgram;
  readonly branch: string;
}

/**
 * Some runtimes are there in several branches of one version, and a list holds
 * one program of a name and a version: those have the branch in their names,
 * as flatpak itself writes it, `org.freedesktop.Platform.GL.default//23.08`.
 */
function apart(found: readonly Found[]): ListedProgram[] {
  const branches = new Map<string, Set<string>>();
  const keyOf = ({ name, version, architecture = "" }: ListedProgram) =>
    `${name} ${version} ${architecture}`;
  for (const { program, branch } of found) {
    const key = keyOf(program);
    branches.set(key, (branches.get(key) ?? new Set()).add(branch));
  }
  return found.map(({ program, branch }) =>
    branches.get(keyOf(program))?.size === 1
      ? program
      : { ...program, name: `${program.name}//${branch}` }
  );
}

/** Below it are name, architecture, branch, and `active`, a link to what is. */
async function* deployedIn(
  looking: Looking,
  path: string,
): AsyncGenerator<Deployed> {
  for (const id of await directoriesIn(looking, path)) {
    for (const architecture of await directoriesIn(looking, `${path}/${id}`)) {
      const below = `${path}/${id}/${architecture}`;
      for (const branch of await directoriesIn(looking, below)) {
        const active = `${below}/${branch}/active`;
        if (await placeOf(looking, active) === null) continue;
        const deploy = await bytesOf(
          looking,
          `${active}/deploy`,
          DEPLOY_BYTES_MAX,
        );
        yield { id, architecture, branch, deploy };
      }
    }
  }
}

async function directoriesIn(looking: Looking, path: string) {
  return (await entriesOf(looking, path))
    .filter(({ kind }) => kind === "directory")
    .map(({ name }) => name);
}
