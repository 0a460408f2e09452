/**
 * The parser of an entry of pacman's local database: a file of blocks, each
 * a name between percent signs, its values on a line each, and a blank line.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { type Distribution, distroOf, purl } from "../purl.ts";
import { personIn, quoted, rawOf, textOf, wholeIn } from "./raw_text.ts";

/** The name of this source in a list. */
export const PACMAN_SOURCE = "pacman";

const NOTHING = new Uint8Array(0);

/** What makepkg writes where nobody told it a name. */
const NOBODY = "Unknown Packager";

/**
 * The package that the file `desc` of a directory tells of; `null`: the file
 * is not there, because pacman was cut off or is at work.
 */
export function parsePacmanDesc(
  bytes: Uint8Array | null,
  directory: string,
  distribution: Distribution,
  faults: FaultList,
): ListedProgram | null {
  const values = blocksOf(rawOf(bytes ?? NOTHING));
  const told = (block: string) =>
    textOf((values.get(block) ?? []).join(", ")) || undefined;
  const [name, version] = [told("NAME"), told("VERSION")];
  if (name === undefined || version === undefined) {
    faults.add(
      `The entry ${quoted(directory)} of pacman's database tells no ` +
        `${name === undefined ? "name" : "version"}; ` +
        '"pacman -Dk" on the machine says more',
    );
    return null;
  }
  const [architecture, base] = [told("ARCH"), told("BASE")];
  const packager = told("PACKAGER");
  return listed({
    source: PACMAN_SOURCE,
    name,
    version,
    purl: purl({
      type: "alpm",
      namespace: distribution.id,
      name,
      version,
      qualifiers: { arch: architecture, distro: distroOf(distribution) },
    }),
    architecture,
    supplier: packager === NOBODY ? undefined : personIn(packager),
    licence: told("LICENSE"),
    sourcePackage: base === name ? undefined : base,
    installedAtS: wholeIn(told("INSTALLDATE")),
    // A package without files has no size of zero, it has none.
    sizeBytes: values.has("SIZE") ? wholeIn(told("SIZE")) : 0,
  }, faults);
}

/** Values by the names of their blocks; of two of one name the first. */
function blocksOf(text: string): ReadonlyMap<string, readonly string[]> {
  const blocks = new Map<string, string[]>();
  let block: string[] | null = null;
  // What is after the last newline was cut off in its middle.
  for (const line of text.split("\n").slice(0, -1)) {
    const [, name] = /^%([A-Z0-9_]+)%$/.exec(line) ?? [];
    if (line === "") block = null;
    else if (block !== null) block.push(line);
    else if (name !== undefined) {
      block = [];
      if (!blocks.has(name)) blocks.set(name, block);
    }
  }
  return blocks;
}
