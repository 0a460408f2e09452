/**
 * Where a value stands in a TOML text, so that an error can name its line. The
 * parser does not tell, so this looks for the key as people write it: tables
 * as `[table]`, one key a line. Pure.
 *
 * @module
 */

/**
 * The line (from 1) of the key, or else of the nearest thing above it that is
 * found: its table, or line 1.
 */
export function lineOf(
  text: string,
  path: readonly PropertyKey[],
): number {
  const keys = path.filter((key) => typeof key === "string");
  const lines = text.split(/\r?\n/);
  for (let depth = keys.length; depth > 0; depth--) {
    const line = lineOfKey(lines, keys.slice(0, depth).join("."));
    if (line !== null) return line;
  }
  return 1;
}

function lineOfKey(lines: readonly string[], wanted: string): number | null {
  let table = "";
  for (const [index, line] of lines.entries()) {
    const header = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) table = bare(header);
    const key = /^\s*([\w."'-]+)\s*=/.exec(line)?.[1];
    const name = key === undefined
      ? null
      : table === ""
      ? bare(key)
      : `${table}.${bare(key)}`;
    if (name === wanted || header !== undefined && table === wanted) {
      return index + 1;
    }
  }
  return null;
}

/** Without quotes and white space. */
function bare(key: string): string {
  return key.replace(/["'\s]/g, "");
}
