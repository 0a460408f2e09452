/**
 * Patterns over the paths of a program's directory, as `exclude` writes them
 * (the ways of gitignore(5) that people know, and no more):
 *
 * - without a slash, the pattern is for a name at any depth: `*.o`;
 * - with one, for a path from the directory's root: `/build`, `doc/*.pdf`;
 * - `*` and `?` stay inside a name, `**` goes through directories;
 * - a slash at the end means nothing: what is left out is left out whole.
 *
 * Pure.
 *
 * @module
 */

import { globToRegExp } from "../../trust/names.ts";

/** The longest pattern, in UTF-16 units. */
const GLOB_CHARS_MAX = 1_024;
/** Parts of a pattern between slashes. */
const GLOB_PARTS_MAX = 32;

/** What is wrong with a pattern, as the end of a sentence; null when nothing. */
export function faultOfGlob(glob: string): string | null {
  if (glob.length > GLOB_CHARS_MAX) {
    return `is longer than ${GLOB_CHARS_MAX} characters`;
  }
  const parts = partsOf(glob);
  if (parts.length === 0) return "names nothing";
  if (parts.length > GLOB_PARTS_MAX) {
    return `has more than ${GLOB_PARTS_MAX} parts`;
  }
  if (glob.startsWith("!")) return "begins with !, which is not known here";
  if (glob.includes("\\")) return "has a backslash; use slashes";
  return null;
}

/** A pattern that is ready to be compared with paths. */
export interface Glob {
  readonly text: string;
  /** Is this path, with slashes and from the root, what the pattern names? */
  matches(path: string): boolean;
}

/** Makes a pattern ready; `faultOfGlob` found nothing wrong with it. */
export function globOf(text: string): Glob {
  const parts = partsOf(text);
  const isName = !text.replace(/\/+$/, "").includes("/");
  const tests = parts.map((part) => part === "**" ? null : globToRegExp(part));
  return {
    text,
    matches(path) {
      const names = path.split("/");
      return isName
        ? tests[0]?.test(names.at(-1) ?? "") ?? true
        : fits(tests, names);
    },
  };
}

function partsOf(glob: string): string[] {
  return glob.split("/").filter((part) => part !== "");
}

/** `null` among the tests stands for any number of names. */
function fits(
  tests: readonly (RegExp | null)[],
  names: readonly string[],
): boolean {
  // Row by row: which beginnings of the path the parts so far can be.
  let reached = [true, ...names.map(() => false)];
  for (const test of tests) {
    const next: boolean[] = [test === null && reached[0] === true];
    for (const [index, name] of names.entries()) {
      const before = reached[index] === true;
      next.push(
        test === null
          ? next[index] === true || before || reached[index + 1] === true
          : before && test.test(name),
      );
    }
    reached = next;
  }
  return reached.at(-1) === true;
}
