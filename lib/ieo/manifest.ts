/**
 * `ieo.json`, the manifest of a package: what the program is called and what
 * every file must be. It is the first entry of `A.ieo`; after an install it
 * stays beside the program, so that its files can be checked at any time.
 *
 * Compatibility: `format` is the major number. A greater one is refused, for
 * nobody can know what it asks for. Inside format 1 a field that is not known
 * is ignored, with one exception: the names in `LATER_FIELDS`. They change what
 * an install does, and an install that leaves part of itself out is a lie.
 *
 * Pure. Knows nothing of zips, disks or signatures.
 *
 * @module
 */

import { fromUtf8, utf8 } from "../trust/bytes.ts";
import { isProgramName, isVersion } from "../trust/names.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import {
  describe,
  formatOf,
  listOf,
  type Misfit,
  misfit,
  sentenceOf,
  type Shape,
  textOf,
  trueOrFalse,
  wholeNumber,
} from "../trust/shape.ts";
import { clashOf, faultOfPath } from "./paths.ts";

// Specification.

/** The longest `ieo.json`, in bytes: 65,536 files with paths of 140 bytes. */
export const MANIFEST_BYTES_MAX = 16_777_216;
/** Files of one package, and likewise directories it names. */
export const FILES_MAX = 65_536;
/** The sum of the sizes of a package's files, in bytes: 1 TiB. */
export const CONTENT_BYTES_MAX = 2 ** 40;
/** The longest title, in UTF-16 units. */
export const TITLE_CHARS_MAX = 200;
/** The longest description, in UTF-16 units. */
export const DESCRIPTION_CHARS_MAX = 4_000;

/** What a file may be: read by everybody, and run by everybody or nobody. */
export type FileMode = 0o644 | 0o755;

/** One file of a program. */
export interface ManifestFile {
  /** With slashes, relative to the program's directory; see `paths.ts`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content: 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  readonly mode: FileMode;
}

/** What `ieo.json` says, read and judged. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The publisher's counter for this name; a later package has a higher one. */
  readonly serial: number;
  /** What people call the program; the name when absent. */
  readonly title?: string;
  readonly description?: string;
  /** True when no order may remove the program (I-17). */
  readonly protected: boolean;
  readonly files: readonly ManifestFile[];
  /** Directories to make although no file is in them. */
  readonly directories: readonly string[];
}

/** Fields that format 1 keeps a place for and this version cannot honour. */
export const LATER_FIELDS: readonly string[] = [
  "agent",
  "bin",
  "config",
  "conflicts",
  "expires",
  "hooks",
  "native",
  "requires",
  "targets",
];

/** The manifest as it stands in a package: the same one, the same bytes. */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const { name, version, serial, title, description } = manifest;
  const head = { format: 1, name, version, serial, title, description };
  const fields = Object.entries(head)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  if (manifest.protected) fields.push('"protected": true');
  if (manifest.directories.length > 0) {
    fields.push(linesOf("directories", manifest.directories));
  }
  // One file a line: thousands of them must stay readable, and comparable.
  fields.push(linesOf(
    "files",
    manifest.files.map(({ path, size, sha256, mode }) => (
      { path, size, sha256, mode: spellMode(mode) }
    )),
  ));
  return utf8(`{\n${fields.join(",\n")}\n}\n`);
}

function linesOf(key: string, values: readonly unknown[]): string {
  if (values.length === 0) return `"${key}": []`;
  const lines = values.map((value) => JSON.stringify(value));
  return `"${key}": [\n${lines.join(",\n")}\n]`;
}

/**
 * Reads and judges a manifest: its fields, every path, every limit, and that
 * no two paths clash. The fault is a whole sentence.
 */
export function decodeManifest(bytes: Uint8Array): Outcome<Manifest, string> {
  if (bytes.length > MANIFEST_BYTES_MAX) {
    return fault(`The manifest is longer than ${MANIFEST_BYTES_MAX} bytes`);
  }
  const text = fromUtf8(bytes);
  if (text === null) return fault("The manifest is not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault("The manifest is not JSON");
  }
  const read = readManifest(value);
  if (!read.ok) return fault(`In the manifest: ${sentenceOf(read.fault)}`);
  const problem = faultOfWhole(read.value);
  return problem === null ? read : fault(`In the manifest: ${problem}`);
}

function readManifest(value: unknown): Outcome<Manifest, Misfit> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return misfit("", `must be an object, not ${describe(value)}`);
  }
  const fields = new Fields(value);
  // First, because a newer format explains every other misfit.
  fields.need("format", formatOf(1));
  const later = LATER_FIELDS.find((field) => Object.hasOwn(value, field));
  if (later !== undefined) {
    fields.refuse(later, "asks for what this version cannot do; update it");
  }
  const name = fields.need("name", textOf("a program name", isProgramName));
  const version = fields.need("version", textOf("a version", isVersion));
  const serial = fields.need(
    "serial",
    wholeNumber(1, Number.MAX_SAFE_INTEGER),
  );
  const title = fields.may("title", line(TITLE_CHARS_MAX));
  const description = fields.may("description", prose(DESCRIPTION_CHARS_MAX));
  const isProtected = fields.may("protected", trueOrFalse) ?? false;
  const files = fields.need("files", listOf(fileShape, FILES_MAX));
  const directories = fields.may("directories", listOf(pathShape, FILES_MAX));
  if (
    name === undefined || version === undefined || serial === undefined ||
    files === undefined || fields.misfit !== null
  ) return fault(fields.misfit ?? { path: "", problem: "is incomplete" });
  return ok({
    name,
    version,
    serial,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    protected: isProtected,
    files,
    directories: directories ?? [],
  });
}

/** Reads fields one by one and keeps the first misfit. */
class Fields {
  misfit: Misfit | null = null;
  readonly #of: object;
  readonly #path: string;

  constructor(of: object, path = "") {
    this.#of = of;
    this.#path = path;
  }

  need<T>(key: string, shape: Shape<T>): T | undefined {
    if (Object.hasOwn(this.#of, key)) return this.may(key, shape);
    this.refuse(key, "is missing");
    return undefined;
  }

  may<T>(key: string, shape: Shape<T>): T | undefined {
    if (!Object.hasOwn(this.#of, key)) return undefined;
    const read = shape(Reflect.get(this.#of, key), this.#pathOf(key));
    if (read.ok) return read.value;
    this.misfit ??= read.fault;
    return undefined;
  }

  refuse(key: string, problem: string): void {
    this.misfit ??= { path: this.#pathOf(key), problem };
  }

  #pathOf(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }
}

const fileShape: Shape<ManifestFile> = (value, path) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return misfit(path, `must be an object, not ${describe(value)}`);
  }
  const fields = new Fields(value, path);
  const filePath = fields.need("path", pathShape);
  const size = fields.need("size", wholeNumber(0, CONTENT_BYTES_MAX));
  const sha256 = fields.need("sha256", textOf("64 hexadecimal digits", isHash));
  const mode = fields.need("mode", modeShape);
  if (
    filePath === undefined || size === undefined || sha256 === undefined ||
    mode === undefined
  ) return fault(fields.misfit ?? { path, problem: "is incomplete" });
  return ok({ path: filePath, size, sha256, mode });
};

const pathShape: Shape<string> = (value, path) => {
  if (typeof value !== "string") {
    return misfit(path, `must be text, not ${describe(value)}`);
  }
  const problem = faultOfPath(value);
  return problem === null
    ? ok(value)
    : misfit(path, `is ${describe(value)}, which ${problem}`);
};

const modeShape: Shape<FileMode> = (value, path) => {
  if (value === "0644") return ok(0o644);
  if (value === "0755") return ok(0o755);
  return misfit(path, `must be "0644" or "0755", not ${describe(value)}`);
};

/** The mode as the manifest spells it; setuid and the like have no spelling. */
function spellMode(mode: FileMode): string {
  return mode === 0o755 ? "0755" : "0644";
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function line(charsMax: number): Shape<string> {
  return textOf(
    `one line of 1 to ${charsMax} characters`,
    (text) =>
      // deno-lint-ignore no-control-regex
      text.isWellFormed() && /^[^\x00-\x1f\x7f-\x9f]+$/.test(text) &&
      text.length <= charsMax,
  );
}

function prose(charsMax: number): Shape<string> {
  return textOf(
    `text of at most ${charsMax} characters without control characters`,
    (text) =>
      text.isWellFormed() && text.length <= charsMax &&
      // deno-lint-ignore no-control-regex
      !/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text),
  );
}

/** What only the whole can show: the sum of the sizes, and clashing paths. */
function faultOfWhole(manifest: Manifest): string | null {
  if (contentBytesOf(manifest) > CONTENT_BYTES_MAX) {
    return `Its files hold more than ${CONTENT_BYTES_MAX} bytes together`;
  }
  return clashOf(
    manifest.files.map((file) => file.path),
    manifest.directories,
  );
}

/** The sum of the sizes of the files, in bytes. */
export function contentBytesOf(manifest: Manifest): number {
  return manifest.files.reduce((sum, file) => sum + file.size, 0);
}
