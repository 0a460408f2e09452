/**
 * How the fields of `ieo.toml` become those of the manifest: the short ways of
 * writing that people are given, spelt out. Values are judged afterwards, by
 * the manifest's own kinds; here only what has no place in a manifest at all
 * is refused.
 *
 * Pure. Knows nothing of TOML's text or of lines.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { HOOK_NAMES } from "../manifest/types.ts";

/** What `pack` gives a hook that names no deadline. */
export const HOOK_SECONDS_DEFAULT = 60;
/** What `pack` gives the agent's own update that names no deadline. */
const SELF_SECONDS_DEFAULT = 120;

/** The keys of a table: each with those below it, or with none. */
export interface Keys {
  readonly [key: string]: Keys | null;
}

const RELATION: Keys = { name: null, versions: null };
const HOOK: Keys = { run: null, deadline: null, user: null, shell: null };

/** Every key of `ieo.toml`. What lies below `bin` is named by its writer. */
export const IEO_TOML_KEYS: Keys = {
  name: null,
  version: null,
  serial: null,
  title: null,
  description: null,
  homepage: null,
  licence: null,
  agent: null,
  expires: null,
  targets: { os: null, architecture: null, distribution: null, versions: null },
  requires: RELATION,
  conflicts: RELATION,
  bin: null,
  config: { path: null, changed: null },
  hooks: Object.fromEntries(HOOK_NAMES.map((name) => [name, HOOK])),
  native: {
    kind: null,
    path: null,
    package: null,
    version: null,
    arguments: null,
    remove: null,
  },
  rollback: null,
  self: { path: null, deadline: null },
  protected: null,
  exclude: null,
};

/** Told what is wrong: the path of the key, and the end of the sentence. */
export type Complain = (path: string, problem: string) => void;

/** The manifest's form of one field, or the value as it is. */
export function spellOut(
  key: string,
  value: unknown,
  complain: Complain,
): unknown {
  return Object.hasOwn(SPELL_OUT, key)
    ? SPELL_OUT[key]?.(value, complain)
    : value;
}

const SPELL_OUT: Readonly<
  Record<string, (value: unknown, complain: Complain) => unknown>
> = {
  expires: momentOf,
  targets: (value) => mapList(value, targetOf),
  requires: (value) => mapList(value, relationOf),
  conflicts: (value) => mapList(value, relationOf),
  bin: commandsOf,
  config: (value) =>
    mapList(
      value,
      (entry) =>
        typeof entry === "string"
          ? { path: entry, changed: "keep" }
          : isTable(entry)
          ? { changed: "keep", ...entry }
          : entry,
    ),
  hooks: hooksOf,
  self: (value) =>
    isTable(value) ? withDeadline(value, SELF_SECONDS_DEFAULT) : value,
};

/** `"java >=17 <22"`, or `"java"` for any version of it. */
function relationOf(entry: unknown): unknown {
  if (typeof entry !== "string") return entry;
  const [name = "", ...range] = entry.trim().split(/\s+/);
  return { name, ...(range.length === 0 ? {} : { versions: range.join(" ") }) };
}

/** `"linux"`, or `"linux/x86_64"`. */
function targetOf(entry: unknown): unknown {
  if (typeof entry !== "string") return entry;
  const [os = "", ...rest] = entry.split("/");
  return { os, ...(rest.length === 0 ? {} : { architecture: rest.join("/") }) };
}

/** `{editor = "bin/editor"}` */
function commandsOf(value: unknown, complain: Complain): unknown {
  if (!isTable(value)) {
    complain(
      "bin",
      'must be a table such as { editor = "bin/editor" }, not ' +
        describe(value),
    );
    return [];
  }
  return Object.entries(value).map(([name, path]) => ({ name, path }));
}

function hooksOf(value: unknown, complain: Complain): unknown {
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, hook]) => [
      name,
      hookOf(hook, `hooks.${name}`, complain),
    ]),
  );
}

/** `check = "bin/selftest"` and `check = ["bin/editor", "--version"]` too. */
function hookOf(value: unknown, path: string, complain: Complain): unknown {
  const isShort = typeof value === "string" || Array.isArray(value);
  const table = isShort ? { run: value } : value;
  if (!isTable(table)) return value;
  const hook = withDeadline(table, HOOK_SECONDS_DEFAULT);
  const { run } = hook;
  if (typeof run !== "string") return hook;
  if (hook["shell"] === undefined && /\s/.test(run.trim())) {
    const words = run.trim().split(/\s+/).map((word) => JSON.stringify(word));
    complain(
      isShort ? path : `${path}.run`,
      `is run without a shell, so it must be a list: [${words.join(", ")}]; ` +
        'or name a shell: shell = "/bin/sh"',
    );
  }
  return { ...hook, run: [run] };
}

/** `deadline` is in seconds, as its name in the manifest says. */
function withDeadline(
  table: Readonly<Record<string, unknown>>,
  seconds: number,
): Record<string, unknown> {
  const { deadline = seconds, ...rest } = table;
  return { ...rest, deadlineSeconds: deadline };
}

/** A date of TOML's, or the text of a moment. */
function momentOf(value: unknown, complain: Complain): unknown {
  if (!(value instanceof Date)) return value;
  const date = value as
    & Date
    & Partial<{ isDate(): boolean; isLocal(): boolean }>;
  const iso = new Date(value.getTime()).toISOString();
  if (date.isDate?.() === true) return `${iso.slice(0, 10)}T23:59:59Z`;
  if (date.isLocal?.() === true) {
    complain("expires", `must say its zone: ${iso.slice(0, 19)}Z`);
  }
  return `${iso.slice(0, 19)}Z`;
}

/** A list, each entry spelt out; a single table or text is a list of one. */
function mapList(value: unknown, entryOf: (entry: unknown) => unknown) {
  if (typeof value === "string" || isTable(value)) return [entryOf(value)];
  return Array.isArray(value) ? value.map(entryOf) : value;
}

/** An object of the TOML parser's, and not a list or a date. */
export function isTable(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}
