/**
 * The source `cargo`, an optional one: the programs that `cargo install` built
 * and put on this machine. It knows no other place than one person's, unless
 * it is told of one; so these are the homes of this machine's people, and the
 * places that are customary for the whole machine.
 *
 * The libraries that went into those programs are in none of its accounts.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  type CargoInstalls,
  cratePurl,
  readCrates2,
  readCratesToml,
} from "./cargo_installs.ts";
import { lookingIntoHome } from "./home_files.ts";
import { bytesOf, distinct, type Looking } from "./library_files.ts";

/** The name of this source in a list. */
export const CARGO_SOURCE = "cargo";

/** Half a kilobyte for each program. */
const ACCOUNT_BYTES_MAX = 4 * 1_024 * 1_024;

/** Of one account; it takes months to build as many. */
const PROGRAMS_MAX = 2_000;

/** The first that is there counts. */
const ACCOUNTS = [
  { file: ".crates2.json", read: readCrates2 },
  { file: ".crates.toml", read: readCratesToml },
] as const;

/** `cargo install --root`, and CARGO_HOME in Rust's own containers. */
const POSIX_PLACES = ["/usr/local", "/usr/local/cargo", "/opt/cargo"];

/** The source. */
export function cargoSource(): Source {
  return {
    name: CARGO_SOURCE,
    systems: ["linux", "darwin", "windows"],
    isOptional: true,
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const looking = { context, faults: new FaultList(CARGO_SOURCE) };
  const { system } = context.machine;
  const places = await distinct(
    looking,
    system === "windows" ? [] : POSIX_PLACES,
  );
  const seen = new Set(places);
  const found: ListedProgram[] = [];
  for (const place of places) {
    found.push(...await installedAt(looking, place));
  }
  for (const home of context.homes) {
    const [place] = await distinct(looking, [`${home}/.cargo`]);
    if (place === undefined || seen.has(place)) continue;
    seen.add(place);
    const into = await lookingIntoHome(looking, home);
    found.push(...await installedAt(into, place));
  }
  return { programs: eachOnce(found), faults: looking.faults.all() };
}

function eachOnce(found: readonly ListedProgram[]): ListedProgram[] {
  const programs = new Map<string, ListedProgram>();
  for (const program of found) {
    const key = `${program.purl}\0${program.architecture ?? ""}`;
    if (!programs.has(key)) programs.set(key, program);
  }
  return [...programs.values()];
}

async function installedAt(
  looking: Looking,
  place: string,
): Promise<ListedProgram[]> {
  for (const { file, read } of ACCOUNTS) {
    const path = `${place}/${file}`;
    const bytes = await bytesOf(looking, path, ACCOUNT_BYTES_MAX);
    if (bytes === null) continue;
    const account = read(bytes);
    if (account.ok) return programsOf(looking, path, account.value);
    looking.faults.add(`Cannot read ${describe(path)}: ${account.fault}`);
  }
  return [];
}

function programsOf(
  { faults }: Looking,
  path: string,
  { installs, strange }: CargoInstalls,
): ListedProgram[] {
  for (const key of strange) {
    faults.add(
      `Cannot read ${describe(path)}: ${describe(key)} is not a name, ` +
        "a version and where it is from",
    );
  }
  if (installs.length > PROGRAMS_MAX) {
    faults.add(
      `Only ${PROGRAMS_MAX} programs of ${describe(path)} were looked at`,
    );
  }
  const programs: ListedProgram[] = [];
  for (const install of installs.slice(0, PROGRAMS_MAX)) {
    const { name, version, target } = install;
    const program = listed({
      source: CARGO_SOURCE,
      ...{ name, version, purl: cratePurl(install), architecture: target },
    }, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}
