/**
 * Where a value stands in a TOML text, so that an error can name its line. The
 * parser does not tell, so this looks for the key as people write it: tables
 * as `[table]`, lists of tables as `[[table]]`, one key a line. Pure.
 *
 * @module
 */

/**
 * The line (from 1) of a key of this text, or else of the nearest thing above
 * it that is found: its table, or line 1. The text is looked through once.
 */
export function linesOf(
  text: string,
): (path: readonly PropertyKey[]) => number {
  let places: Map<string, number> | null = null;
  return (path) => {
    places ??= placesOf(text);
    for (let depth = path.length; depth > 0; depth--) {
      const line = places.get(nameOf(path.slice(0, depth)));
      if (line !== undefined) return line;
    }
    return 1;
  };
}

/** The same, of one key alone. */
export function lineOf(
  text: string,
  path: readonly PropertyKey[],
): number {
  return linesOf(text)(path);
}

/** The parts of `hooks.check.run[0]`, as `lineOf` takes them. */
export function pathParts(name: string): PropertyKey[] {
  return [...name.matchAll(/[^.[\]]+/g)].map(([part]) =>
    /^\d+$/.test(part) ? Number(part) : part
  );
}

/** Tables inside one another, of which a line is told; ours have four. */
const DEPTH_MAX = 16;

/** `network.machines[2]` */
function nameOf(path: readonly PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : String(key))
    .join(".").replaceAll(".[", "[");
}

/** The line of every table and key, by its name; the first one counts. */
function placesOf(text: string): Map<string, number> {
  const places = new Map<string, number>();
  const lists = new Map<string, number>();
  let table = "";
  let quotes: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const found = (name: string) => {
      if (!places.has(name)) places.set(name, index + 1);
    };
    const wasText = quotes !== null;
    quotes = quotesAfter(line, quotes);
    if (wasText) continue; // Inside a text of several lines.
    const [, brackets, header] = /^\s*(\[\[?)([^\]]+)\]/.exec(line) ??
      [];
    if (header !== undefined) {
      table = bare(header);
      // `[hooks.check]` is also where `hooks` begins.
      const parts = table.split(".");
      parts.slice(0, DEPTH_MAX)
        .forEach((_, at) => found(parts.slice(0, at + 1).join(".")));
      if (brackets === "[[") {
        const count = lists.get(table) ?? 0;
        lists.set(table, count + 1);
        table = `${table}[${count}]`;
        found(table);
      }
    }
    const key = /^\s*([\w."'-]+)\s*=/.exec(line)?.[1];
    if (key !== undefined) {
      found(table === "" ? bare(key) : `${table}.${bare(key)}`);
    }
  }
  return places;
}

/** The quotes of a text of several lines that goes on after this line. */
function quotesAfter(line: string, open: string | null): string | null {
  let quotes = open;
  for (const [found] of line.matchAll(/"""|'''/g)) {
    if (quotes === null) quotes = found;
    else if (quotes === found) quotes = null;
  }
  return quotes;
}

/** Without quotes and white space. */
function bare(key: string): string {
  return key.replace(/["'\s]/g, "");
}
