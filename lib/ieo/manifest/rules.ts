/**
 * What no single field of a manifest shows: that the paths it speaks of are
 * files that it brings, that nothing is named twice, that the sums stay in
 * their limits. One rule, one function; each gives a sentence or null.
 *
 * Pure. Single fields were judged before (`manifest/fields.ts`).
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import {
  AGENT_PACKAGE_NAME,
  CONTENT_BYTES_MAX,
  HOOK_NAMES,
  isMachinePath,
  type Manifest,
  type ManifestFile,
} from "./types.ts";
import { clashOf, foldPath } from "../paths.ts";

/** A manifest, and those of its files that it speaks of, by their paths. */
interface Whole {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, ManifestFile>;
}

const RULES: readonly ((whole: Whole) => string | null)[] = [
  faultOfSize,
  ({ manifest: { files, directories } }) =>
    clashOf(files.values().map((file) => file.path), directories),
  faultOfRelations,
  faultOfCommands,
  faultOfConfig,
  faultOfHooks,
  faultOfNative,
  faultOfSelf,
];

/** The first thing that does not fit together, as a sentence; or null. */
export function faultOfWhole(manifest: Manifest): string | null {
  // Of thousands a few are spoken of, and a map of all of them takes memory.
  const spokenOf = textsIn({ ...manifest, files: [], directories: [] });
  const files = new Map<string, ManifestFile>();
  for (const file of manifest.files) {
    if (spokenOf.has(file.path)) files.set(file.path, file);
  }
  const whole = { manifest, files };
  for (const rule of RULES) {
    const problem = rule(whole);
    if (problem !== null) return problem;
  }
  return null;
}

/** Every text in a value, however deep. */
export function textsIn(
  value: unknown,
  found = new Set<string>(),
): Set<string> {
  if (typeof value === "string") found.add(value);
  else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) textsIn(inner, found);
  }
  return found;
}

/** The sum of the sizes of the files, in bytes. */
export function contentBytesOf(manifest: Manifest): number {
  return manifest.files.reduce((sum, file) => sum + file.size, 0);
}

function faultOfSize({ manifest }: Whole): string | null {
  return contentBytesOf(manifest) > CONTENT_BYTES_MAX
    ? `Its files hold more than ${CONTENT_BYTES_MAX} bytes together`
    : null;
}

/** A package may speak of another program once in each list, never of itself. */
function faultOfRelations({ manifest }: Whole): string | null {
  for (const field of ["requires", "conflicts"] as const) {
    const names = manifest[field].map(({ name }) => name);
    if (names.includes(manifest.name)) {
      return `"${field}" names the program itself`;
    }
    const twice = repeated(names);
    if (twice !== null) {
      return `"${field}" names ${describe(twice)} twice; one range holds both`;
    }
  }
  return null;
}

function faultOfCommands({ manifest: { bin }, files }: Whole): string | null {
  for (const [index, { path }] of bin.entries()) {
    const problem = faultOfRunFile(files, path);
    if (problem !== null) return `"bin[${index}].path" ${problem}`;
  }
  // Folded: two commands that differ by case are one on some systems.
  const twice = repeated(bin.map(({ name }) => foldPath(name)));
  return twice === null ? null : `"bin" has the command "${twice}" twice`;
}

function faultOfConfig({ manifest: { config }, files }: Whole): string | null {
  for (const [index, { path }] of config.entries()) {
    const problem = faultOfFile(files, path);
    if (problem !== null) return `"config[${index}].path" ${problem}`;
  }
  const twice = repeated(config.map(({ path }) => path));
  return twice === null ? null : `"config" has ${describe(twice)} twice`;
}

function faultOfHooks({ manifest: { hooks }, files }: Whole): string | null {
  for (const name of HOOK_NAMES) {
    const hook = hooks[name];
    if (hook === undefined || hook.shell !== undefined) continue;
    const problem = faultOfProgram(files, hook.run[0]);
    if (problem !== null) return `"hooks.${name}.run[0]" ${problem}`;
  }
  return null;
}

function faultOfNative({ manifest: { native }, files }: Whole): string | null {
  for (const [index, { path, remove }] of native.entries()) {
    const problem = faultOfFile(files, path);
    if (problem !== null) return `"native[${index}].path" ${problem}`;
    const program = remove?.[0];
    if (program === undefined) continue;
    const fault = faultOfProgram(files, program);
    if (fault !== null) return `"native[${index}].remove[0]" ${fault}`;
  }
  const names = native.map((one) => `${one.kind} ${one.package}`);
  const twice = repeated(names);
  return twice === null ? null : `"native" has the ${twice} twice`;
}

function faultOfSelf(
  { manifest: { self, name }, files }: Whole,
): string | null {
  if (self === undefined) {
    return name === AGENT_PACKAGE_NAME
      ? `"self" is missing: "${AGENT_PACKAGE_NAME}" is the agent itself`
      : null;
  }
  if (name !== AGENT_PACKAGE_NAME) {
    return `"self" is only for the package "${AGENT_PACKAGE_NAME}"`;
  }
  const problem = faultOfRunFile(files, self.path);
  return problem === null ? null : `"self.path" ${problem}`;
}

function faultOfProgram(
  files: Whole["files"],
  program: string,
): string | null {
  return isMachinePath(program) ? null : faultOfRunFile(files, program);
}

function faultOfRunFile(files: Whole["files"], path: string): string | null {
  const problem = faultOfFile(files, path);
  if (problem !== null) return problem;
  return files.get(path)?.mode === 0o755
    ? null
    : `is ${describe(path)}, whose mode is not 0755, so it cannot be run`;
}

function faultOfFile(files: Whole["files"], path: string): string | null {
  return files.has(path)
    ? null
    : `is ${describe(path)}, which is not among "files"`;
}

/** The first text that is there a second time; null when there is none. */
function repeated(texts: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return null;
}
