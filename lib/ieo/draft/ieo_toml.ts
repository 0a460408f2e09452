/**
 * `ieo.toml`: what a program's directory says of the package it becomes. The
 * fields are the manifest's, written for people (`ieo_toml_fields.ts`), and
 * judged by the manifest's own kinds; `exclude` says what is not packed.
 *
 * An error names the line, the key, what was found and what may be; several are
 * told at once. What the fields must be together with the files is not known
 * here: the files are not.
 *
 * @module
 */

import { parse, TomlError } from "smol-toml";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { describe, sentenceOf } from "../../trust/shape.ts";
import { faultOfGlob } from "./globs.ts";
import {
  type Complain,
  IEO_TOML_KEYS,
  isTable,
  type Keys,
  spellOut,
} from "./ieo_toml_fields.ts";
import { MANIFEST_FIELDS } from "../manifest/fields.ts";
import { HOOK_NAMES, type HookName, type Manifest } from "../manifest/types.ts";
import { linesOf, pathParts } from "./toml_lines.ts";

/** The file's name, at the root of a program's directory. */
export const IEO_TOML_NAME = "ieo.toml";
/** The longest such file, in bytes. */
export const IEO_TOML_BYTES_MAX = 1_048_576;
/** Patterns of `exclude`. */
export const EXCLUDE_MAX = 256;

/** Errors told at once. */
const ERRORS_MAX = 10;

/** What a person may say of a package before its files are known. */
export type GivenFields = Partial<
  Omit<Manifest, "files" | "directories" | "native">
>;

/** A package of the system's manager; what is left out its file may tell. */
export type GivenNative = Readonly<Record<string, unknown>>;

/** An `ieo.toml`, read and judged. */
export interface IeoToml {
  readonly fields: GivenFields;
  readonly native: readonly GivenNative[];
  /** Patterns of paths that are not packed. */
  readonly exclude: readonly string[];
  /** They get the default. */
  readonly hooksWithoutDeadline: readonly HookName[];
  /** The line (from 1) of `hooks.check.run[0]`, or of what is above it. */
  lineOf(path: string): number;
}

/** Nothing but what the directory's name says. */
export const NO_IEO_TOML: IeoToml = {
  fields: {},
  native: [],
  exclude: [],
  hooksWithoutDeadline: [],
  lineOf: () => 1,
};

/** Reads the file's text; the faults are sentences that begin with a line. */
export function parseIeoToml(text: string): Outcome<IeoToml, string[]> {
  const table = parseToml(text);
  if (!table.ok) return fault([table.fault]);
  const lineAt = linesOf(text);
  const errors = new Errors(lineAt);
  refuseUnknown(table.value, IEO_TOML_KEYS, "", errors.add);
  const { exclude, native, ...others } = table.value;
  const fields = readFields(others, errors);
  const read: IeoToml = {
    fields,
    native: readNative(native, errors),
    exclude: readExclude(exclude, errors),
    hooksWithoutDeadline: HOOK_NAMES.filter((name) =>
      fields.hooks?.[name] !== undefined && !hasDeadline(others["hooks"], name)
    ),
    lineOf: (path) => lineAt(pathParts(path)),
  };
  return errors.isEmpty ? ok(read) : fault(errors.sentences());
}

function parseToml(text: string): Outcome<Record<string, unknown>, string> {
  try {
    return ok(parse(text.replace(/^\ufeff/, "")));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "it is malformed"] = error.message
      .replace(/^Invalid TOML document: /, "").split("\n");
    return fault(
      `line ${error.line}, column ${error.column}: this is not TOML: ${what}`,
    );
  }
}

/** Keys that mean nothing, at any depth. */
function refuseUnknown(
  table: Readonly<Record<string, unknown>>,
  keys: Keys,
  path: string,
  complain: Complain,
): void {
  for (const [key, value] of Object.entries(table)) {
    const at = path === "" ? key : `${path}.${key}`;
    const below = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (below === undefined) {
      const near = nearest(key, Object.keys(keys));
      const hint = near.length > 0
        ? didYouMean(near)
        : `; known are ${Object.keys(keys).join(", ")}`;
      complain(at, `is no field of ieo.toml${hint}`);
    } else if (below !== null) {
      const tables = Array.isArray(value) ? value : [value];
      tables.forEach((one, index) => {
        if (!isTable(one)) return;
        const here = Array.isArray(value) ? `${at}[${index}]` : at;
        refuseUnknown(one, below, here, complain);
      });
    }
  }
}

function readFields(
  table: Readonly<Record<string, unknown>>,
  errors: Errors,
): GivenFields {
  const fields: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(table)) {
    const field = fieldOf(key);
    if (field === undefined) continue; // Complained of already.
    const value = spellOut(key, given, errors.add);
    const read = field.kind.read(value, key);
    if (read.ok) fields[key] = read.value;
    else errors.add(asWritten(read.fault.path, given), read.fault.problem);
  }
  return fields;
}

function fieldOf(key: string) {
  if (!Object.hasOwn(IEO_TOML_KEYS, key)) return undefined;
  return MANIFEST_FIELDS[key as keyof GivenFields];
}

/** The path as it stands in the file: `bin.editor`, not `bin[0].path`. */
function asWritten(path: string, given: unknown): string {
  const [, index = "", below] = /^bin\[(\d+)\]\.(\w+)$/.exec(path) ?? [];
  if (below !== undefined && isTable(given)) {
    return `bin.${Object.keys(given)[Number(index)] ?? ""}`;
  }
  return path.replace(/\bdeadlineSeconds$/, "deadline");
}

/** They are judged when their files have told the rest. */
function readNative(value: unknown, errors: Errors): GivenNative[] {
  if (value === undefined) return [];
  const list = isTable(value) ? [value] : value;
  if (Array.isArray(list) && list.every(isTable)) return list;
  errors.add("native", "must be tables that begin with [[native]]");
  return [];
}

function readExclude(value: unknown, errors: Errors): string[] {
  if (value === undefined) return [];
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list) || list.length > EXCLUDE_MAX) {
    errors.add("exclude", `must be a list of at most ${EXCLUDE_MAX} patterns`);
    return [];
  }
  for (const glob of list) {
    const problem = typeof glob === "string" ? faultOfGlob(glob) : "is no text";
    if (problem !== null) errors.add("exclude", `${describe(glob)} ${problem}`);
  }
  return list;
}

function hasDeadline(hooks: unknown, name: HookName): boolean {
  const hook = isTable(hooks) ? hooks[name] : undefined;
  return isTable(hook) && "deadline" in hook;
}

/** What is wrong in one text, with its lines. */
class Errors {
  readonly #lineAt: ReturnType<typeof linesOf>;
  readonly #errors: { line: number; sentence: string }[] = [];

  constructor(lineAt: ReturnType<typeof linesOf>) {
    this.#lineAt = lineAt;
  }

  readonly add: Complain = (path, problem) => {
    const line = this.#lineAt(pathParts(path));
    this.#errors.push({ line, sentence: sentenceOf({ path, problem }) });
  };

  get isEmpty(): boolean {
    return this.#errors.length === 0;
  }

  sentences(): string[] {
    return this.#errors.sort((a, b) => a.line - b.line).slice(0, ERRORS_MAX)
      .map(({ line, sentence }) => `line ${line}: ${sentence}`);
  }
}
