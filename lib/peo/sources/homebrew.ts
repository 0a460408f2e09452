/**
 * The source `homebrew`: formulae and casks of Homebrew, of macOS and of Linux,
 * read from the directories that are its own account of them: one for each
 * program, and in it one for each version that is there. Every version is
 * listed, linked or not: it can be run.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  HOMEBREW_SOURCE,
  homebrewProgram,
  type Keg,
} from "./homebrew_parser.ts";
import { bytesOf, distinct, entriesOf, type Looking } from "./library_files.ts";

/** On Linux it has an account of its own, and lives there. */
const ACCOUNTS = "/home";

/** Where Homebrew may be: on Apple's processors, on Intel's, and on Linux. */
const PREFIXES = [
  "/opt/homebrew",
  "/usr/local",
  `${ACCOUNTS}/linuxbrew/.linuxbrew`,
];

/** Where the two kinds are below it, and their receipts below themselves. */
const KINDS = [
  { directory: "Cellar", receipt: (version: string) => version },
  { directory: "Caskroom", receipt: () => ".metadata" },
] as const;

const RECEIPT = "INSTALL_RECEIPT.json";

const RECEIPT_BYTES_MAX = 1_024 * 1_024;

/** The source. No file tells of each change: a new version is deep below. */
export function homebrewSource(): Source {
  return { name: HOMEBREW_SOURCE, systems: ["darwin", "linux"], read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(HOMEBREW_SOURCE);
  const looking = { context, faults };
  const programs: ListedProgram[] = [];
  for (const { directory, receipt } of KINDS) {
    const paths = PREFIXES.map((prefix) => `${prefix}/${directory}`);
    for (const path of await distinct(looking, paths)) {
      for await (const keg of kegsIn(looking, path, receipt)) {
        const program = homebrewProgram(keg, faults);
        if (program !== null) programs.push(program);
      }
    }
  }
  return { programs, faults: faults.all() };
}

async function* kegsIn(
  looking: Looking,
  path: string,
  receiptBelow: (version: string) => string,
): AsyncGenerator<Keg> {
  for (const name of await directoriesIn(looking, path)) {
    for (const version of await directoriesIn(looking, `${path}/${name}`)) {
      const receipt = `${path}/${name}/${receiptBelow(version)}/${RECEIPT}`;
      const formula = `${path}/${name}/${version}/.brew/${name}.rb`;
      yield {
        name,
        version,
        receipt: await bytesOf(looking, receipt, RECEIPT_BYTES_MAX),
        formula: await bytesOf(looking, formula, RECEIPT_BYTES_MAX),
      };
    }
  }
}

/** Their names; what begins with a dot is Homebrew's own. */
async function directoriesIn(looking: Looking, path: string) {
  return (await entriesOf(looking, path))
    .filter(({ name, kind }) => kind === "directory" && !name.startsWith("."))
    .map(({ name }) => name);
}
