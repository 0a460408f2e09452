/**
 * Which test shows which fault: `deno task coverage --write` makes
 * `tests/COVERAGE.md` of the faults in `tests/faults.ts` and of the tests and
 * scenes that name them; `--check` fails when a fault has neither a test nor a
 * reason, when a test names a fault that is none, or when the file is stale.
 *
 * A test, or a scene of a script, names a fault by its identifier in a string
 * of its code: in the name of a test, in a row of a table, in what a scene
 * tells when it has ended. Comments name nothing.
 *
 * @module
 */

import { FAULTS, SECTIONS, WITHOUT_TEST } from "../tests/faults.ts";
import { readSources, type Source } from "./sources.ts";

const DOCUMENT = "tests/COVERAGE.md";

/** The table of faults names them all, and shows none. */
const NOT_A_TEST = new Set(["tests/faults.ts", "scripts/coverage.ts"]);

const IDENTIFIER = new RegExp(
  `\\b[${Object.keys(SECTIONS).join("")}]-\\d\\d\\b`,
  "g",
);

/** A fault that a string of a test or a scene names. */
export interface Naming {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  /** The string without identifiers; empty when there is nothing else. */
  readonly says: string;
}

/** Every naming of a fault in the code of tests and scripts. */
export function namingsIn(sources: readonly Source[]): Naming[] {
  return sources
    .filter(({ path }) => /^(tests|scripts)\/.*\.ts$/.test(path))
    .filter(({ path }) => !NOT_A_TEST.has(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((code, index) =>
        stringsIn(code).flatMap((string) =>
          [...new Set(string.match(IDENTIFIER) ?? [])].map((id) => ({
            id,
            path,
            line: index + 1,
            says: shortOf(string),
          }))
        )
      )
    );
}

/** What is wrong with the namings, as sentences; empty when nothing is. */
export function faultsOf(namings: readonly Naming[]): string[] {
  const shown = new Set(namings.map(({ id }) => id));
  const unknown = namings
    .filter(({ id }) => !Object.hasOwn(FAULTS, id))
    .map(({ id, path, line }) => `${path}:${line}: There is no fault ${id}`);
  const holes = Object.keys(FAULTS)
    .filter((id) => !shown.has(id) && !Object.hasOwn(WITHOUT_TEST, id))
    .map((id) => `${id} has no test: write one, or the reason why not`);
  const needless = Object.keys(WITHOUT_TEST)
    .filter((id) => shown.has(id) || !Object.hasOwn(FAULTS, id))
    .map((id) => `${id} has a test, or is none: take its reason away`);
  return [...unknown, ...holes, ...needless];
}

/** The document: each fault with the tests that show it, or why none does. */
export function documentOf(namings: readonly Naming[]): string {
  const shown = Map.groupBy(namings, ({ id }) => id);
  const ids = Object.keys(FAULTS);
  const reasons = Object.keys(WITHOUT_TEST).length;
  const head = [
    "<!-- deno-fmt-ignore-file -->",
    "",
    "# Faults, and the tests that show them",
    "",
    "Made by `deno task coverage --write` of `tests/faults.ts` and of the",
    `identifiers in the strings of tests and scripts: of ${ids.length} faults`,
    `${shown.size} have a test, and ${reasons} a reason why not.`,
    "",
  ];
  const sections = Object.entries(SECTIONS).map(([letter, title]) => [
    `## ${letter}: ${title}`,
    "",
    ...ids.filter((id) => id.startsWith(letter)).flatMap((id) => [
      `**${id}** ${FAULTS[id]}`,
      "",
      ...linesOf(id, shown.get(id) ?? []),
      "",
    ]),
  ]);
  return [...head, ...sections.flat()].join("\n").trimEnd() + "\n";
}

const FILES_IN_FULL = 6;
const NAMES_OF_FILE = 3;

function linesOf(id: string, namings: readonly Naming[]): string[] {
  if (namings.length === 0) return [`- No test: ${WITHOUT_TEST[id]}`];
  const files = [...Map.groupBy(namings, ({ path }) => path)];
  const rest = files.slice(FILES_IN_FULL).map(([path]) => `\`${path}\``);
  return [
    ...files.slice(0, FILES_IN_FULL).map(([path, all]) => {
      const names = [...new Set(all.map(({ says }) => says))].filter(Boolean);
      const more = names.length - NAMES_OF_FILE;
      return [
        `- \`${path}\``,
        ...names.slice(0, NAMES_OF_FILE).map((name) => `  - ${plain(name)}`),
        ...(more > 0 ? [`  - and ${more} more`] : []),
      ].join("\n");
    }),
    ...(rest.length > 0 ? [`- and in ${rest.join(", ")}`] : []),
  ];
}

/** The strings on one line of code; none of a comment. */
function stringsIn(code: string): string[] {
  if (/^\s*(\*|\/\/|\/\*)/.test(code)) return [];
  return [...code.matchAll(/(["'`])((?:\\.|(?!\1).)*)\1/g)]
    .map((match) => match[2] ?? "");
}

const NAME_LENGTH_MAX = 100;

/** A test's name without its identifiers, and without what is put into it. */
function shortOf(string: string): string {
  const words = string
    .replaceAll(/\$\{[^}]*\}/g, "…")
    .replaceAll(IDENTIFIER, "")
    .replaceAll(/[\s,()]+$/g, "")
    .trim();
  if (!/\p{L}/u.test(words)) return "";
  return words.length <= NAME_LENGTH_MAX
    ? words
    : `${words.slice(0, NAME_LENGTH_MAX)}…`;
}

/** As text that Markdown leaves as it is. */
function plain(text: string): string {
  return text.replaceAll(/[\\*_`<>|]/g, "\\$&");
}

async function main(option: string | undefined): Promise<number> {
  if (option !== "--write" && option !== "--check") {
    console.error("coverage: say --write or --check");
    return 2;
  }
  const namings = namingsIn(await readSources(".", [".ts"]));
  const document = documentOf(namings);
  const faults = faultsOf(namings);
  if (option === "--write") await Deno.writeTextFile(DOCUMENT, document);
  else if (await textOf(DOCUMENT) !== document) {
    faults.push(`${DOCUMENT} is stale: run deno task coverage --write`);
  }
  for (const fault of faults) console.error(`coverage: ${fault}`);
  const shown = new Set(namings.map(({ id }) => id)).size;
  console.log(
    `coverage: ${shown} of ${Object.keys(FAULTS).length} faults have a test`,
  );
  return faults.length === 0 ? 0 : 1;
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args[0]));
