/**
 * The rules of this house that no formatter, linter or compiler knows. Each is
 * a row of one table: what it looks at, what it finds, and what to do about
 * it. Run by `deno task tidy`; ends with code 1 when something is found.
 *
 * @module
 */

import { readSources, type Source } from "./sources.ts";

/** One thing to mend, at one place. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  /** What is wrong, and what to do. */
  readonly message: string;
}

interface Rule {
  readonly concerns: RegExp;
  /** The lines (from 1) where the rule is broken. */
  readonly find: (source: Source) => number[];
  readonly message: string;
}

const LINES_MAX = 300;

/** Directories of somebody's machine, which no other machine has. */
const FOREIGN_DIRECTORIES = ["work", "root", "home", "Users", "farm"];

const RULES: readonly Rule[] = [
  {
    concerns: /\.ts$/,
    find: ({ text }) =>
      text.trimEnd().split("\n").length > LINES_MAX ? [LINES_MAX + 1] : [],
    message: `The file is longer than ${LINES_MAX} lines: find the second ` +
      "idea in it and give that a file of its own",
  },
  {
    concerns: /\.ts$/,
    find: ({ text }) => /^(#!.*\n)?\/\*\*/.test(text) ? [] : [1],
    message: "The file has no header: begin it with /** and say what it is, " +
      "what it implements, and what it does not know",
  },
  {
    concerns: /\.(ts|md|json|toml|sh)$|(^|\/)[^.]+$/,
    find: everyLine(
      new RegExp(`(?<![\\w.~}-])/(${FOREIGN_DIRECTORIES.join("|")})/`),
    ),
    message: "A path of one machine: take it from an option, or make a " +
      "temporary directory",
  },
  {
    concerns: /^lib\/.*\.ts$/,
    find: everyLine(/(?<![\w.])\/tmp\//),
    message: "A path that is not ours to know: let the caller give it",
  },
  {
    concerns: /\.(ts|md)$/,
    find: everyLine(/\b(TO[D]O|FIX[M]E|X[X]X)\b/),
    message: "Left undone: do it, or open an issue and take the mark away",
  },
  {
    concerns: /\.ts$/,
    find: everyLine(/^(?!\s*(\*|\/\/)).*\bas any\b/),
    message: "A type thrown away: name the type, or take `unknown` and check",
  },
  {
    concerns: /\.ts$/,
    find: everyLine(/deno-lint-ignore.*no-explicit-an[y]/),
    message: "The linter is silenced about a missing type: name the type, or " +
      "take `unknown` and check",
  },
  {
    concerns: /(^|\/)index\.ts$/,
    find: () => [1],
    message: "Name the file after what it exports; nothing here is an index",
  },
  {
    concerns: /^(?!.*(^|\/)[a-z0-9_]+\.ts$).*\.ts$/,
    find: () => [1],
    message: "Name the file in snake_case: small letters, digits and _",
  },
  {
    concerns: /_test\.ts$/,
    find: unnamedTests,
    message: "The test's name does not begin with the thing under test: " +
      "write it as a sentence about something that the file uses",
  },
];

/** Everything in one file that breaks a rule. */
export function tidyFindings(source: Source): Finding[] {
  return RULES
    .filter(({ concerns }) => concerns.test(source.path))
    .flatMap(({ find, message }) =>
      find(source).map((line) => ({ path: source.path, line, message }))
    );
}

function everyLine(pattern: RegExp): Rule["find"] {
  return ({ text }) =>
    text.split("\n").flatMap((line, index) =>
      pattern.test(line) ? [index + 1] : []
    );
}

/**
 * Tests whose first word is neither in the file's path nor in its code: the
 * thing under test would be there. A name that begins with `${` is built, and
 * judged by nobody.
 */
function unnamedTests({ path, text }: Source): number[] {
  const code = text.replaceAll(TEST_NAME, "");
  const known = (path + code).toLowerCase();
  return [...text.matchAll(TEST_NAME)].flatMap((match) => {
    const thing = firstWord(match[1] ?? "");
    if (thing.startsWith("$")) return [];
    const named = !EMPTY.has(thing.toLowerCase()) &&
      partsOf(thing).some((part) => known.includes(part));
    return named ? [] : [lineOf(text, match.index)];
  });
}

const TEST_NAME = /\bDeno\.test\(\s*["'`]([^"'`]*)/g;

/** Words that begin a sentence about nothing. */
const EMPTY = new Set(["it", "should", "test", "works", "can", "does", "when"]);

/** `Clock` of "Clock.after fires", `install` of "An [install] is sent". */
function firstWord(name: string): string {
  return /^(?:(?:An?|The) )?[^\w$]*([\w$]*)/.exec(name)?.[1] ?? "";
}

/** `serve` and `sip` of `serveSip`; `lock` of `Locks`. */
function partsOf(thing: string): string[] {
  return (thing.match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [])
    .map((part) => part.toLowerCase().replace(/s$/, ""))
    .filter((part) => part.length > 1);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

if (import.meta.main) {
  const extensions = [".ts", ".md", ".json", ".toml", ".sh", "/run"];
  const sources = await readSources(".", extensions);
  const findings = sources.flatMap(tidyFindings);
  for (const { path, line, message } of findings) {
    console.error(`${path}:${line}: ${message}`);
  }
  console.log(
    `tidy: ${sources.length} files, ${
      findings.length === 0 ? "all tidy" : `${findings.length} to mend`
    }`,
  );
  Deno.exit(findings.length === 0 ? 0 : 1);
}
