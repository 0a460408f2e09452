/**
 * What a package will be, before anything of it is written: the manifest
 * without its hashes, and the files that go in. Made from a directory with an
 * `ieo.toml` or without one; `draft/of_native.ts` makes one from a `.deb` or
 * `.rpm`. Whoever makes a package shows it to a person, and hands it to `pack`.
 *
 * It knows the disk, and nothing of keys, zips or the command line.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fromUtf8 } from "../trust/bytes.ts";
import { didYouMean, nearest } from "../trust/nearest.ts";
import { describe } from "../trust/shape.ts";
import { completeNative } from "./draft/of_native.ts";
import { globOf } from "./draft/globs.ts";
import {
  type GivenFields,
  IEO_TOML_BYTES_MAX,
  IEO_TOML_NAME,
  type IeoToml,
  NO_IEO_TOML,
  parseIeoToml,
} from "./draft/ieo_toml.ts";
import { isMachinePath, type Manifest } from "./manifest/types.ts";
import type { PackageDraft } from "./pack.ts";
import type { PackSource } from "./draft/pack_source.ts";
import {
  type Found,
  type FoundFile,
  PackError,
  walkProgram,
} from "./pack/walk.ts";

/** Reads a directory's `ieo.toml`; says nothing when there is none. */
export async function readIeoToml(
  disk: Disk,
  directory: string,
): Promise<IeoToml> {
  const path = `${directory}/${IEO_TOML_NAME}`;
  const stat = await disk.stat(path);
  if (stat === null) return NO_IEO_TOML;
  const refuse = (found: string) =>
    new PackError(`Cannot use "${path}": ${found}`);
  if (stat.kind !== "file") throw refuse(`it is a ${stat.kind}`);
  const text = fromUtf8(await disk.readFile(path, IEO_TOML_BYTES_MAX));
  if (text === null) throw refuse("it is not UTF-8");
  const read = parseIeoToml(text);
  if (read.ok) return read.value;
  throw refuse(read.fault.join("\n"));
}

/** What `draftOfDirectory` is given. */
export interface DirectoryOptions {
  readonly disk: Disk;
  readonly directory: string;
  /** What `readIeoToml` read there. */
  readonly toml: IeoToml;
  /** Wins over `toml`. */
  readonly given: GivenFields & Pick<Manifest, "name" | "version" | "serial">;
}

/**
 * The draft of a directory.
 *
 * @throws {PackError} when it cannot become a package, with what to do.
 */
export async function draftOfDirectory(
  { disk, directory, toml, given }: DirectoryOptions,
): Promise<PackSource> {
  const fields = { ...toml.fields, ...given };
  const excludes = new Excludes(toml.exclude);
  const walked = await walkProgram(disk, directory, {
    isLeftOut: (path) => path === IEO_TOML_NAME || excludes.leaveOut(path),
    mayBeEmpty: doesSomething(fields),
  });
  const native = await completeNative(disk, directory, toml);
  const draft = { ...fields, ...(native.length === 0 ? {} : { native }) };
  const { found, madeExecutable } = checkNamedFiles(draft, walked, {
    directory,
    toml,
    excludes,
  });
  return {
    directory,
    draft,
    found,
    remarks: {
      hooksWithoutDeadline: toml.hooksWithoutDeadline,
      madeExecutable,
      idlePatterns: excludes.idle(),
    },
  };
}

/** A package without files is worth making when it demands or runs something. */
function doesSomething(
  { requires = [], conflicts = [], hooks = {} }: GivenFields,
): boolean {
  return requires.length + conflicts.length + Object.keys(hooks).length > 0;
}

/** A place in a draft that names a file. */
interface Naming {
  /** As it is written in `ieo.toml`. */
  readonly at: string;
  readonly path: string;
  readonly isRun: boolean;
}

function* namingsOf(draft: PackageDraft): Generator<Naming> {
  const { bin = [], config = [], hooks = {}, native = [], self } = draft;
  for (const { name, path } of bin) {
    yield { at: `bin.${name}`, path, isRun: true };
  }
  for (const [name, hook] of Object.entries(hooks)) {
    if (hook === undefined || hook.shell !== undefined) continue;
    const [path] = hook.run;
    const at = `hooks.${name}.run[0]`;
    if (!isMachinePath(path)) yield { at, path, isRun: true };
  }
  for (const [index, { path }] of config.entries()) {
    yield { at: `config[${index}].path`, path, isRun: false };
  }
  for (const [index, { path, remove }] of native.entries()) {
    yield { at: `native[${index}].path`, path, isRun: false };
    const [program] = remove ?? [];
    if (program === undefined || isMachinePath(program)) continue;
    yield { at: `native[${index}].remove[0]`, path: program, isRun: true };
  }
  if (self !== undefined) {
    yield { at: "self.path", path: self.path, isRun: true };
  }
}

/**
 * Every file that is named must be there, and what is run must be a program:
 * Windows has no bit for that, and on other systems the bit is easily lost.
 */
function checkNamedFiles(
  draft: PackageDraft,
  found: Found,
  { directory, toml, excludes }: {
    readonly directory: string;
    readonly toml: IeoToml;
    readonly excludes: Excludes;
  },
): { found: Found; madeExecutable: string[] } {
  const files = new Map(found.files.map((file) => [file.path, file]));
  const made = new Map<string, FoundFile>();
  for (const { at, path, isRun } of namingsOf(draft)) {
    const file = files.get(path);
    if (file === undefined) {
      const near = nearest(path, files.keys());
      const why = excludes.patternFor(path) === null
        ? `which is not among the files${didYouMean(near)}`
        : `which is left out by the pattern "${excludes.patternFor(path)}"`;
      throw new PackError(
        `Cannot pack "${directory}": line ${toml.lineOf(at)} of ` +
          `${IEO_TOML_NAME}: "${at}" is ${describe(path)}, ${why}`,
      );
    }
    if (isRun && file.mode !== 0o755) made.set(path, { ...file, mode: 0o755 });
  }
  return {
    found: {
      ...found,
      files: found.files.map((file) => made.get(file.path) ?? file),
    },
    madeExecutable: [...made.keys()],
  };
}

/** The patterns of `exclude`, and which of them were of use. */
class Excludes {
  readonly #globs;
  readonly #used = new Set<string>();

  constructor(patterns: readonly string[]) {
    this.#globs = patterns.map(globOf);
  }

  leaveOut(path: string): boolean {
    const pattern = this.patternFor(path);
    if (pattern !== null) this.#used.add(pattern);
    return pattern !== null;
  }

  /** The first pattern that leaves out the path or a directory it is in. */
  patternFor(path: string): string | null {
    const parts = path.split("/");
    for (let depth = 1; depth <= parts.length; depth++) {
      const part = parts.slice(0, depth).join("/");
      const glob = this.#globs.find((one) => one.matches(part));
      if (glob !== undefined) return glob.text;
    }
    return null;
  }

  idle(): string[] {
    return this.#globs.map(({ text }) => text)
      .filter((text) => !this.#used.has(text));
  }
}
