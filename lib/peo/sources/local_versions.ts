/**
 * Where programs that no package manager brought say which version they are:
 * one row for each kind of file that is known. Nothing is run to find it out:
 * `PROGRAM --version` as administrator would be somebody else's code.
 *
 * Pure.
 *
 * @module
 */

/** What such a file tells. */
export interface LocalVersion {
  /** Null where it tells none: the directory's name is the program's then. */
  readonly name: string | null;
  readonly version: string;
  readonly supplier?: string | undefined;
}

/** One kind of file. */
interface VersionFile {
  /** Below the program's directory. */
  readonly path: string;
  /** Null: it is not a file of this kind after all. */
  readonly read: (text: string) => LocalVersion | null;
}

/** Longer files are none of these. */
export const VERSION_FILE_BYTES_MAX = 65_536;

/** In the order in which they are looked for: the surest first. */
// deno-fmt-ignore
export const VERSION_FILES: readonly VersionFile[] = [
  { path: "product-info.json",          read: fromProductInfo },      // JetBrains
  { path: "application.ini",            read: fromApplicationIni },   // Mozilla
  { path: ".eclipseproduct",            read: fromEclipseProduct },
  { path: "resources/app/package.json", read: fromPackageJson },      // Electron
  { path: "release",                    read: fromJavaRelease },      // JDKs
  { path: "version.json",               read: fromVersionJson },      // CUDA
  { path: "package.json",               read: fromPackageJson },
  { path: "VERSION",                    read: fromPlainText },        // Go and many others
  { path: "version.txt",                read: fromPlainText },
];

/** `idea-IU-233.11799`, `cuda-13.0`, `go1.22.1`: name and version. */
export function nameAndVersionOf(
  directory: string,
): { readonly name: string; readonly version: string } {
  const [, name, version] =
    /^(.+?)[-_ ]?v?(\d+(?:\.[0-9A-Za-z]+)+(?:[-+~][0-9A-Za-z.]+)?)$/
      .exec(directory) ?? [];
  return name === undefined || version === undefined
    ? { name: directory, version: "" }
    : { name, version };
}

function fromProductInfo(text: string): LocalVersion | null {
  const value = jsonOf(text);
  const version = textOf(value, "version");
  if (version === null) return null;
  return {
    name: textOf(value, "name"),
    version,
    supplier: textOf(value, "productVendor") ?? undefined,
  };
}

function fromApplicationIni(text: string): LocalVersion | null {
  const app = text.split(/^\[/m).find((part) => part.startsWith("App]")) ?? "";
  const version = lineOf(app, "Version");
  if (version === null) return null;
  return {
    name: lineOf(app, "Name"),
    version,
    supplier: lineOf(app, "Vendor") ?? undefined,
  };
}

function fromEclipseProduct(text: string): LocalVersion | null {
  const version = lineOf(text, "version");
  return version === null ? null : { name: lineOf(text, "name"), version };
}

function fromPackageJson(text: string): LocalVersion | null {
  const value = jsonOf(text);
  const version = textOf(value, "version");
  if (version === null) return null;
  return {
    name: textOf(value, "productName") ?? textOf(value, "name"),
    version,
  };
}

function fromJavaRelease(text: string): LocalVersion | null {
  const version = lineOf(text, "JAVA_VERSION");
  if (version === null) return null;
  return {
    name: null,
    version,
    supplier: lineOf(text, "IMPLEMENTOR") ?? undefined,
  };
}

/** `{"cuda": {"name": "CUDA SDK", "version": "13.0.0"}}`: the first of them. */
function fromVersionJson(text: string): LocalVersion | null {
  const value = jsonOf(text);
  const own = textOf(value, "version");
  if (own !== null) return { name: textOf(value, "name"), version: own };
  const [first] = typeof value === "object" && value !== null
    ? Object.values(value)
    : [];
  const version = textOf(first, "version");
  return version === null ? null : { name: textOf(first, "name"), version };
}

/** The first line alone, when it looks like a version: `go1.22.1`, `v2.3`. */
function fromPlainText(text: string): LocalVersion | null {
  const [line = ""] = text.trim().split("\n");
  const [, version] = /^(?:[A-Za-z]+ ?|v)?(\d[0-9A-Za-z.+~-]{0,63})$/
    .exec(line.trim()) ?? [];
  return version === undefined ? null : { name: null, version };
}

/** The value of `KEY=VALUE` on a line of its own, without quotes. */
function lineOf(text: string, key: string): string | null {
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals === -1 || line.slice(0, equals).trim() !== key) continue;
    const value = line.slice(equals + 1).trim().replace(/^"(.*)"$/, "$1");
    return value === "" ? null : value;
  }
  return null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Another file of that name.
  }
}

function textOf(value: unknown, key: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Object.hasOwn(value, key)) return null;
  const text: unknown = Reflect.get(value, key);
  return typeof text === "string" && text.trim() !== "" ? text : null;
}
