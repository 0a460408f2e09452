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
import { bytesOf, distinct, type Looking } from "./library_files.ts";

/** The name of this source in a list. */
export const CARGO_SOURCE = "cargo";

/** Half a kilobyte for each program. */
const ACCOUNT_BYTES_MAX = 4 * 1_024 * 1_024;

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
  const places = [
    ...(system === "windows" ? [] : POSIX_PLACES),
    ...context.homes.map((home) => `${home}/.cargo`),
  ];
  const programs = new Map<string, ListedProgram>();
  for (const place of await distinct(looking, places)) {
    for (const program of await installedAt(looking, place)) {
      const key = `${program.purl}\0${program.architecture ?? ""}`;
      if (!programs.has(key)) programs.set(key, program);
    }
  }
  return { programs: [...programs.values()], faults: looking.faults.all() };
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
  const programs: ListedProgram[] = [];
  for (const install of installs) {
    const { name, version, target } = install;
    const program = listed({
      source: CARGO_SOURCE,
      ...{ name, version, purl: cratePurl(install), architecture: target },
    }, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}
