/**
 * Which texts may name a program or a version, and patterns over names. A name
 * becomes a directory on every system that an agent runs on, so what one of
 * them forbids is forbidden everywhere (Z-09, Z-10, S-15).
 *
 * @module
 */

/** Characters of a program's name, and of a pattern over names. */
export const NAME_CHARS_MAX = 64;
/** Characters of a version. */
export const VERSION_CHARS_MAX = 64;

/** The version that stands for any in `[possede]` and `[suppression]`. */
export const ANY_VERSION = "*";

/**
 * Lower-case letters, digits and `.+_-`, beginning with a letter or a digit,
 * at most 64 characters, and a directory's name on every system. Lower case
 * only, because two names that differ in case are one on some systems.
 */
export function isProgramName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.+_-]{0,63}$/.test(text) && isDirectoryName(text);
}

/**
 * Letters, digits and `.+~_-`, beginning with a letter or a digit, at most 64
 * characters, and a directory's name on every system. Not `current`: that is
 * the link beside the versions. Not `:` either: Windows reads it as an
 * alternate stream, so the epoch of a Debian version is left out by who packs.
 */
export function isVersion(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.+~_-]{0,63}$/.test(text) &&
    isDirectoryName(text) && text.toLowerCase() !== "current";
}

/**
 * A pattern over program names: their characters, `*` and `?`, at most 64.
 * `globToRegExp` says what it means.
 */
export function isNamePattern(text: string): boolean {
  return /^[a-z0-9.+_*?-]{1,64}$/.test(text);
}

/**
 * The expression that matches what the glob does: `*` is any run of
 * characters, `?` is one character, everything else is itself, and the whole
 * text must match.
 *
 * A `*` is never tried twice: what follows it is taken at its first place, and
 * a look-ahead with a back-reference keeps the engine from going back there.
 * That is enough for globs, and it makes matching take time proportional to
 * the text and the glob, where `a*a*a*a*b` as `a.*a.*a.*a.*b` takes for ever.
 */
export function globToRegExp(glob: string): RegExp {
  const [first = "", ...rest] = glob.split(/\*+/).map(literalPart);
  const last = rest.pop();
  if (last === undefined) return new RegExp(`^${first}$`, "su");
  const between = rest.map((part, index) => `(?=(.*?${part}))\\${index + 1}`);
  return new RegExp(`^${first}${between.join("")}.*${last}$`, "su");
}

function literalPart(text: string): string {
  return text.replace(/[\\^$.+()[\]{}|/]/g, "\\$&").replaceAll("?", ".");
}

/**
 * Windows' devices: it opens them whatever the extension, in any directory.
 * (Its `CONIN$`, `COM¹` and the like have characters that no name may have.)
 */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

function isDirectoryName(text: string): boolean {
  // Windows drops a dot at the end: `a.` would be another name of `a`.
  return !text.includes("..") && !text.endsWith(".") &&
    !WINDOWS_DEVICE.test(text);
}
