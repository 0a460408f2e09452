/**
 * The parser of apk's database of installed packages (apk-installed(5) of
 * apk-tools 3; the older tools write the same): paragraphs of lines, each a
 * letter, a colon and a value, then those of the package's files, and a blank
 * line at the end of each.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { type Distribution, distroOf, purl } from "../purl.ts";
import { personIn, quoted, rawOf, textOf, wholeIn } from "./raw_text.ts";

/** The name of this source in a list. */
export const APK_SOURCE = "apk";

/** The letters that are read. */
const FIELDS = {
  P: "name",
  V: "version",
  A: "architecture",
  L: "licence",
  m: "maintainer",
  o: "origin",
  I: "size",
  // What went wrong with the package: f its files, s its script, x attributes.
  f: "flags",
} as const;

type Field = typeof FIELDS[keyof typeof FIELDS];

/** An entry as it was found: a character a byte. */
interface Entry {
  readonly line: number;
  readonly fields: { [K in Field]?: string };
  /** The first thing wrong with it, the end of a sentence. */
  problem: string | null;
}

/** The packages in apk's database. */
export function parseApkInstalled(
  bytes: Uint8Array,
  distribution: Distribution,
  faults: FaultList,
): ListedProgram[] {
  const programs: ListedProgram[] = [];
  let entry: Entry | null = null;
  for (const { text, line, isWhole } of linesOf(rawOf(bytes))) {
    if (text !== "") {
      entry ??= { line, fields: {}, problem: null };
      if (!isWhole) break;
      readLine(entry, text, line);
    } else if (entry !== null) {
      const program = programOf(entry, distribution, faults);
      if (program !== null) programs.push(program);
      entry = null;
    }
  }
  if (entry !== null) faults.add(`${said(entry)} is cut off`);
  return programs;
}

function* linesOf(text: string) {
  let begin = 0;
  for (let line = 1; begin < text.length; line++) {
    const end = text.indexOf("\n", begin);
    const last = end === -1 ? text.length : end;
    yield { text: text.slice(begin, last), line, isWhole: end !== -1 };
    begin = last + 1;
  }
}

function readLine(entry: Entry, text: string, line: number): void {
  if (text[1] !== ":") {
    entry.problem ??= `has no field in line ${line}`;
    return;
  }
  const [letter = ""] = text;
  if (!isField(letter)) return;
  const field = FIELDS[letter];
  if (entry.fields[field] === undefined) entry.fields[field] = text.slice(2);
  else if (letter === "P" || letter === "V") {
    entry.problem ??= `gives its ${field} a second time in line ${line}`;
  }
}

function isField(letter: string): letter is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, letter);
}

function programOf(
  entry: Entry,
  distribution: Distribution,
  faults: FaultList,
): ListedProgram | null {
  const { fields, problem } = entry;
  if (problem !== null) {
    faults.add(`${said(entry)} ${problem}`);
    return null;
  }
  const told = (field: Field) => textOf(fields[field] ?? "") || undefined;
  const [name, version] = [told("name"), told("version")];
  if (name === undefined || version === undefined) {
    const what = name === undefined ? "name" : "version";
    faults.add(`${said(entry)} has no ${what} that can be read`);
    return null;
  }
  if (/[fsx]/.test(fields.flags ?? "")) {
    faults.add(
      `${said(entry)} is not wholly installed; "apk fix" on the machine ` +
        "mends it",
    );
  }
  const [architecture, origin] = [told("architecture"), told("origin")];
  return listed({
    source: APK_SOURCE,
    name,
    version,
    purl: purl({
      type: "apk",
      namespace: distribution.id,
      name,
      version,
      qualifiers: { arch: architecture, distro: distroOf(distribution) },
    }),
    architecture,
    supplier: personIn(told("maintainer")),
    licence: told("licence"),
    sourcePackage: origin === name ? undefined : origin,
    sizeBytes: wholeIn(told("size")),
  }, faults);
}

/** `The package "musl" in line 12`. */
function said({ line, fields: { name } }: Entry): string {
  return name === undefined
    ? `The entry in line ${line}`
    : `The package ${quoted(name)} in line ${line}`;
}
