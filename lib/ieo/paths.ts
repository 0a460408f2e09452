/**
 * Which names a package may hold. A package is made once and opened on every
 * system, so a name must mean the same file everywhere: what one target would
 * refuse, shorten, or read as another file is refused for all of them, when
 * the package is made and again when it is opened (Z-01 to Z-10).
 *
 * Pure. Knows nothing of zips or disks.
 *
 * @module
 */

/** The longest part between two slashes, in UTF-8 bytes: ext4, APFS, NTFS. */
export const PART_BYTES_MAX = 255;
/** The longest path inside a package, in UTF-8 bytes. */
export const PATH_BYTES_MAX = 1_024;
/** Parts of a path, the file's own name included (Z-24). */
export const DEPTH_MAX = 32;

/** The manifest's name: the first entry of every package. */
export const MANIFEST_NAME = "ieo.json";
/** The installer's own record, which it puts beside the manifest. */
export const RECORD_NAME = "ieo.installed.json";

/** Names at the root of a package that no file of the program may bear. */
const RESERVED_NAMES: readonly string[] = [MANIFEST_NAME, RECORD_NAME];

// Windows takes these for devices, in every directory and whatever extension
// follows ("Naming Files, Paths, and Namespaces", Microsoft). The superscript
// digits count as digits there.
const DEVICE_NAME =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

// Windows refuses these in a name; a colon opens an alternate stream, and a
// backslash is a separator there and a letter elsewhere.
const FORBIDDEN_CHAR = /[<>:"|?*\\]/;

/**
 * What is wrong with the path of a file or directory inside a package, as the
 * end of a sentence that begins with the path; null when it may be used.
 */
export function faultOfPath(path: string): string | null {
  if (path === "") return "is empty";
  if (!path.isWellFormed()) return "is not valid Unicode";
  if (path.startsWith("/")) return "begins with a slash";
  if (isLonger(path, PATH_BYTES_MAX)) {
    return `is longer than ${PATH_BYTES_MAX} bytes`;
  }
  const parts = path.split("/");
  if (parts.length > DEPTH_MAX) return `is more than ${DEPTH_MAX} levels deep`;
  for (const part of parts) {
    const problem = faultOfPart(part);
    if (problem !== null) return problem;
  }
  return isReserved(parts) ? "is a name that Flottille keeps for itself" : null;
}

function faultOfPart(part: string): string | null {
  if (part === "") return "has an empty part";
  if (part === "." || part === "..") return `has the part "${part}"`;
  if (isLonger(part, PART_BYTES_MAX)) {
    return `has a part longer than ${PART_BYTES_MAX} bytes`;
  }
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f-\x9f]/.test(part)) return "has a control character";
  const forbidden = FORBIDDEN_CHAR.exec(part);
  if (forbidden !== null) {
    return `has the character ${forbidden[0]}, which Windows refuses or ` +
      "reads otherwise";
  }
  if (/[. ]$/.test(part)) {
    return "has a part that ends in a dot or a space, which Windows drops";
  }
  if (DEVICE_NAME.test(part)) return "is the name of a device on Windows";
  return null;
}

/**
 * The form under which two paths are the same file on some target: letter
 * case does not count on Windows and macOS, nor composed against decomposed
 * accents on macOS.
 */
export function foldPath(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** The directories a path goes through, outermost first, without the path. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/**
 * The first clash among the paths of a package, as a sentence; null when there
 * is none. A clash is a file twice, two files whose paths differ only by case
 * or composition, or a file where another path needs a directory (Z-06, Z-08).
 *
 * Directories that differ only by case are no clash: some systems make one of
 * them, and no file of theirs is lost. Programs have such (`pod` and `Pod`).
 */
export function clashOf(
  files: Iterable<string>,
  directories: Iterable<string>,
): string | null {
  const seenDirectories = new Map<string, string>();
  const seenFiles = new Map<string, string>();

  for (const path of directories) {
    for (const each of [...ancestorsOf(path), path]) {
      seenDirectories.set(foldPath(each), each);
    }
  }
  let lastParent = "";
  for (const path of files) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    // Most files lie beside the one before them.
    for (const each of parent === lastParent ? [] : ancestorsOf(path)) {
      seenDirectories.set(foldPath(each), each);
    }
    lastParent = parent;
    const folded = foldPath(path);
    const other = seenFiles.get(folded);
    if (other === path) return `"${path}" is there twice`;
    if (other !== undefined) {
      return `"${other}" and "${path}" are one name on some systems`;
    }
    seenFiles.set(folded, path);
  }
  for (const [key, path] of seenFiles) {
    const directory = seenDirectories.get(key);
    if (directory === path) return `"${path}" is a file and a directory`;
    if (directory !== undefined) {
      return `"${path}" and "${directory}/" are one name on some systems`;
    }
  }
  return null;
}

function isReserved(parts: readonly string[]): boolean {
  const [first] = parts;
  return first !== undefined && RESERVED_NAMES.includes(foldPath(first));
}

const ENCODER = new TextEncoder();

/** In UTF-8; one UTF-16 unit is 1 to 3 bytes of it. */
function isLonger(text: string, bytesMax: number): boolean {
  if (3 * text.length <= bytesMax) return false;
  return text.length > bytesMax || ENCODER.encode(text).length > bytesMax;
}
