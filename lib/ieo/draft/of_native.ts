/**
 * From what a `.deb` or `.rpm` says of itself to what a manifest says: the
 * draft of a package that holds that one file, and the gaps in `[[native]]` of
 * an `ieo.toml`.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { isProgramName, isVersion } from "../../trust/names.ts";
import { describe, sentenceOf } from "../../trust/shape.ts";
import { readDeb } from "./deb_reader.ts";
import type { PackSource } from "./pack_source.ts";
import type { GivenFields, IeoToml } from "./ieo_toml.ts";
import {
  DESCRIPTION_CHARS_MAX,
  LICENCE_CHARS_MAX,
  MANIFEST_FIELDS,
  TITLE_CHARS_MAX,
} from "../manifest/fields.ts";
import {
  NATIVE_KINDS,
  type NativeKind,
  type NativePackage,
} from "../manifest/types.ts";
import { webAddress } from "../manifest/values.ts";
import type { NativeFacts } from "./native_file.ts";
import { faultOfPath } from "../paths.ts";
import { readRpm } from "./rpm_reader.ts";
import { PackError } from "../pack/walk.ts";

/** The systems' names of architectures: ours, and whether it is another's. */
const ARCHITECTURES: Readonly<
  Record<string, { readonly ours: string | null; readonly foreign?: true }>
> = {
  all: { ours: null },
  noarch: { ours: null },
  amd64: { ours: "x86_64" },
  x86_64: { ours: "x86_64" },
  arm64: { ours: "aarch64" },
  aarch64: { ours: "aarch64" },
  // The 32-bit programs that a 64-bit machine can be told to take.
  i386: { ours: "x86_64", foreign: true },
  i486: { ours: "x86_64", foreign: true },
  i586: { ours: "x86_64", foreign: true },
  i686: { ours: "x86_64", foreign: true },
  armhf: { ours: "aarch64", foreign: true },
  armv7hl: { ours: "aarch64", foreign: true },
};

/** The kind of a native package by its file's name, or null. */
export function nativeKindOf(path: string): NativeKind | null {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  return NATIVE_KINDS.find((kind) => kind === ending) ?? null;
}

/** Reads what a package's file says of itself; null for kinds that say less. */
export async function readNativeFacts(
  disk: Disk,
  path: string,
): Promise<NativeFacts | null> {
  const kind = nativeKindOf(path);
  if (kind === "deb") return await readDeb(disk, path);
  return kind === "rpm" ? await readRpm(disk, path) : null;
}

/** What the command line says of the package, over what its file says. */
export type GivenOfNative = GivenFields & { readonly serial: number };

/**
 * The draft of a package that holds a `.deb` or `.rpm` and nothing else.
 *
 * @throws {PackError} when it cannot become one, with what to do.
 */
export async function draftOfNative(
  disk: Disk,
  path: string,
  facts: NativeFacts,
  given: GivenOfNative,
): Promise<PackSource> {
  const file = basename(path);
  const refuse = (found: string) =>
    new PackError(`Cannot pack "${path}": ${found}`);
  const problem = faultOfPath(file);
  if (problem !== null) throw refuse(`its name ${problem}; rename it`);
  const architecture = Object.hasOwn(ARCHITECTURES, facts.architecture)
    ? ARCHITECTURES[facts.architecture]
    : undefined;
  if (architecture === undefined) {
    throw refuse(
      `it is for ${describe(facts.architecture)}, and agents run on x86_64 ` +
        "and aarch64 only",
    );
  }
  const { ours, foreign } = architecture;
  const target = {
    os: "linux",
    ...(ours === null ? {} : { architecture: ours }),
  };
  const stat = await disk.stat(path);
  if (stat === null) throw refuse("it is gone");
  const { size, mode: bits, changedMs } = stat;
  return {
    directory: dirname(path),
    draft: {
      ...textsOf(facts),
      targets: [target],
      native: [judge({ ...ownFields(facts), path: file }, 0, refuse)],
      ...given,
      name: given.name ?? nameOf(facts, refuse),
      version: given.version ?? versionOf(facts, refuse),
    },
    found: {
      files: [{ path: file, mode: 0o644, size, bits, changedMs }],
      directories: [],
    },
    remarks: {
      hooksWithoutDeadline: [],
      madeExecutable: [],
      idlePatterns: [],
      ...(foreign === true ? { foreignArchitecture: facts.architecture } : {}),
    },
  };
}

type Refuse = (found: string) => PackError;

/** Capital letters are lawful in an RPM's name, and small here. */
function nameOf(facts: NativeFacts, refuse: Refuse): string {
  const name = facts.package.toLowerCase();
  if (isProgramName(name)) return name;
  throw refuse(
    `its name ${describe(facts.package)} cannot be a program's name here; ` +
      "give one with --name",
  );
}

/**
 * Without the epoch, and with + for the ^ of an RPM: neither may be in the name
 * of a directory everywhere, and + keeps nearly the same order.
 */
function versionOf(facts: NativeFacts, refuse: Refuse): string {
  const version = facts.version.replace(/^\d+:/, "").replaceAll("^", "+");
  if (isVersion(version)) return version;
  throw refuse(
    `its version ${describe(facts.version)} cannot be a version here; give ` +
      "one with --version",
  );
}

/** What is for people: cut to what a manifest takes, and never a refusal. */
function textsOf(facts: NativeFacts): GivenFields {
  const title = oneLine(facts.title, TITLE_CHARS_MAX);
  const description = cut(
    clean(facts.description).trim(),
    DESCRIPTION_CHARS_MAX,
  );
  const licence = oneLine(facts.licence, LICENCE_CHARS_MAX);
  const homepage = webAddress.read(facts.homepage, "homepage");
  return {
    ...(title === "" ? {} : { title }),
    ...(description === "" ? {} : { description }),
    ...(licence === "" ? {} : { licence }),
    ...(homepage.ok ? { homepage: homepage.value } : {}),
  };
}

function oneLine(text: string, charsMax: number): string {
  return cut(clean(text).replace(/\s+/g, " ").trim(), charsMax);
}

/** A tab and other controls have no place in a manifest's texts. */
function clean(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, " ");
}

function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text.slice(0, charsMax - 3).toWellFormed().trimEnd()}...`;
}

function ownFields({ kind, package: name, version }: NativeFacts) {
  return { kind, package: name, version };
}

/**
 * The `[[native]]` of an `ieo.toml`, with what the files themselves tell.
 *
 * @throws {PackError} when one of them is not whole even so.
 */
export async function completeNative(
  disk: Disk,
  directory: string,
  toml: IeoToml,
): Promise<NativePackage[]> {
  const whole: NativePackage[] = [];
  for (const [index, table] of toml.native.entries()) {
    const refuse = (found: string) =>
      new PackError(
        `Cannot pack "${directory}": line ${toml.lineOf(`native[${index}]`)} ` +
          `of ieo.toml: ${found}`,
      );
    const path = typeof table["path"] === "string" ? table["path"] : "";
    const facts = isUntold(table) && faultOfPath(path) === null
      ? await readNativeFacts(disk, `${directory}/${path}`)
      : null;
    const kind = nativeKindOf(path);
    whole.push(judge(
      {
        ...(kind === null ? {} : { kind }),
        ...(facts === null ? {} : ownFields(facts)),
        ...table,
      },
      index,
      refuse,
    ));
  }
  return whole;
}

function isUntold(table: Readonly<Record<string, unknown>>): boolean {
  return !("package" in table && "version" in table);
}

/** One native package, judged as an agent will judge it. */
function judge(table: unknown, index: number, refuse: Refuse): NativePackage {
  const read = MANIFEST_FIELDS.native.kind.read([table], "native");
  const [native] = read.ok ? read.value : [];
  if (native !== undefined) return native;
  const misfit = read.ok ? { path: "native", problem: "is empty" } : read.fault;
  const path = misfit.path.replace("native[0]", `native[${index}]`);
  throw refuse(sentenceOf({ path, problem: misfit.problem }));
}
