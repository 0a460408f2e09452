/**
 * The parts of a document that a script writes: each stands between
 * `<!-- NAME -->` and `<!-- end of NAME -->`. The rest is written by people.
 *
 * @module
 */

/** Name and text of each part; the text is Markdown without outer newlines. */
export type Parts = ReadonlyMap<string, string>;

/**
 * The document with its parts as they should be.
 *
 * @throws {Error} when a part has no place in the document, or two.
 */
export function withParts(document: string, parts: Parts): string {
  let whole = document;
  for (const [name, text] of parts) {
    const begin = `<!-- ${name} -->`;
    const end = `<!-- end of ${name} -->`;
    const pieces = whole.split(begin);
    const [before = "", rest = ""] = pieces;
    const [, after] = rest.split(end);
    if (pieces.length !== 2 || after === undefined) {
      throw new Error(
        `Cannot place "${name}": the document must hold "${begin}" and ` +
          `"${end}" once each`,
      );
    }
    whole = `${before}${begin}\n\n${text}\n\n${end}${after}`;
  }
  return whole;
}

/**
 * What `--write` and `--check` do, and printing when neither is asked for.
 *
 * @returns the exit code: 1 when `--check` finds the document stale.
 */
export async function keepParts(
  path: string,
  parts: Parts,
  args: readonly string[],
): Promise<number> {
  if (!args.includes("--write") && !args.includes("--check")) {
    for (const [name, text] of parts) console.log(`${name}\n\n${text}\n`);
    return 0;
  }
  const document = await Deno.readTextFile(path);
  const whole = withParts(document, parts);
  if (whole === document) return 0;
  if (args.includes("--check")) {
    console.error(`${path} is stale: write it anew with --write`);
    return 1;
  }
  await Deno.writeTextFile(path, whole);
  return 0;
}

/** A table with its columns aligned, as the formatter leaves it. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const cells = rows.map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|"))
  );
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0))
  );
  const line = (row: readonly string[]) =>
    `| ${
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")
    } |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const [first = "", ...rest] = cells.map(line);
  return [first, rule, ...rest].join("\n");
}
