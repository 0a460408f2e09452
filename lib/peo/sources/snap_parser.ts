/**
 * The parser of the table that `snap list` prints: a line of headings and one
 * for each snap, in columns parted by two spaces or more. No field may hold a
 * space: snapd refuses such names and versions, and writes `-` for none.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { purl } from "../purl.ts";
import { quoted, rawOf, textOf } from "./raw_text.ts";

/** The name of this source in a list. */
export const SNAP_SOURCE = "snap";

/** The columns that are read, by their headings. */
const HEADINGS = ["Name", "Version", "Rev", "Publisher"] as const;

type Heading = typeof HEADINGS[number];

/** The snaps in the table. */
export function parseSnapList(
  bytes: Uint8Array,
  faults: FaultList,
): ListedProgram[] {
  const [first = "", ...lines] = rawOf(bytes).split("\n");
  // Nothing installed: that is said on the other output.
  if (first.trim() === "") return [];
  const headings = first.trim().split(/ +/);
  if (HEADINGS.some((heading) => !headings.includes(heading))) {
    faults.add(`"snap list" has other columns than known: ${quoted(first)}`);
    return [];
  }
  if (lines.pop() !== "") faults.add('What "snap list" says is cut off');
  const programs: ListedProgram[] = [];
  for (const line of lines) {
    const fields = line.trim().split(/ +/);
    const column = (heading: Heading) => fields[headings.indexOf(heading)];
    if (fields.length !== headings.length) {
      faults.add(
        `Cannot read the line ${quoted(line)} of "snap list": it has ` +
          `${fields.length} columns in place of ${headings.length}`,
      );
      continue;
    }
    const program = programOf(column, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}

function programOf(
  column: (heading: Heading) => string | undefined,
  faults: FaultList,
): ListedProgram | null {
  const told = (heading: Heading) => {
    const text = textOf(column(heading) ?? "");
    return text === "-" ? undefined : text;
  };
  const [name, version = ""] = [told("Name"), told("Version")];
  if (name === undefined) {
    faults.add(`Cannot list ${quoted(column("Name") ?? "")}: it is not UTF-8`);
    return null;
  }
  return listed({
    source: SNAP_SOURCE,
    name,
    version,
    purl: purl({
      type: "snap",
      name,
      version,
      qualifiers: { rev: told("Rev") },
    }),
    // A publisher whom Canonical vouches for has a star or two behind him.
    supplier: told("Publisher")?.replace(/[*^✓✪]+$/, ""),
  }, faults);
}
