/**
 * What the owner wants of the fleet, as he writes it: for each group the
 * programs that shall be there, and those that shall not.
 *
 * @module
 */

import { parse, TomlError } from "smol-toml";
import { ANY_VERSION, isProgramName, isVersion } from "../../trust/names.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** A program that shall be there. */
export interface Wanted {
  readonly name: string;
  /** `*`: whichever. */
  readonly version: string;
}

/** What is wanted of a group's machines. */
export interface DesiredGroup {
  /** Of the group; `EVERYBODY`: of every machine. */
  readonly group: string;
  readonly programs: readonly Wanted[];
  /** Names of programs that shall not be there. */
  readonly absent: readonly string[];
}

/** The table that means every machine. */
export const EVERYBODY = "all";

/** Characters of such a file. */
export const DESIRED_CHARS_MAX = 256 * 1_024;

/** Programs of one group, wanted or not. */
const PROGRAMS_MAX = 1_000;

const KEYS: ReadonlySet<string> = new Set(["programs", "absent"]);

type Table = Readonly<Record<string, unknown>>;

/** What the text says; the fault is a sentence that names the place. */
export function readDesired(text: string): Outcome<DesiredGroup[], string> {
  if (text.length > DESIRED_CHARS_MAX) {
    return fault(`it has more than ${DESIRED_CHARS_MAX} characters`);
  }
  let document: Table;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ""] = error.message.split("\n");
    return fault(
      `line ${error.line}, column ${error.column}: this is not TOML: ` +
        what.replace("Invalid TOML document: ", ""),
    );
  }
  const groups: DesiredGroup[] = [];
  for (const [key, value] of Object.entries(document)) {
    const tables = key === EVERYBODY
      ? [[EVERYBODY, value] as const]
      : key === "group" && isTable(value)
      ? Object.entries(value)
      : null;
    if (tables === null) {
      return fault(
        `"${key}" is neither [${EVERYBODY}] nor a group such as [group.room-101]`,
      );
    }
    for (const [group, table] of tables) {
      const place = key === EVERYBODY ? `[${key}]` : `[group.${group}]`;
      if (!isTable(table)) return fault(`${place} is no table`);
      const read = readGroup(group, table);
      if (!read.ok) return fault(`${place}: ${read.fault}`);
      groups.push(read.value);
    }
  }
  return ok(groups);
}

function readGroup(group: string, table: Table): Outcome<DesiredGroup, string> {
  const unknown = Object.keys(table).find((key) => !KEYS.has(key));
  if (unknown !== undefined) {
    return fault(`there is no "${unknown}"; there are programs and absent`);
  }
  const { programs = [], absent = [] } = table;
  if (!isTexts(programs) || !isTexts(absent)) {
    return fault('programs and absent are lists of texts, as in ["gimp *"]');
  }
  const wanted: Wanted[] = [];
  for (const text of programs) {
    const [name = "", version = ANY_VERSION, ...rest] = text.trim()
      .split(/\s+/);
    if (!isProgramName(name) || rest.length > 0) {
      return fault(`"${text}" is no program; write "NAME VERSION" or "NAME *"`);
    }
    if (version !== ANY_VERSION && !isVersion(version)) {
      return fault(`"${text}": "${version}" is no version`);
    }
    wanted.push({ name, version });
  }
  const wrong = absent.find((name) => !isProgramName(name));
  if (wrong !== undefined) return fault(`absent: "${wrong}" is no program`);
  const names = [...wanted.map(({ name }) => name), ...absent];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return fault(`"${twice}" is there twice`);
  return ok({ group, programs: wanted, absent });
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= PROGRAMS_MAX &&
    value.every((one) => typeof one === "string");
}
