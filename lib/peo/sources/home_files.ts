/**
 * What people have in their own directories, where they may put anything: a
 * link to what is none of theirs, which the administrator's eyes would tell
 * them of, or a tree without an end, which would cost all others their lines.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { Allowance } from "./allowance.ts";
import { type Looking, placeOf } from "./library_files.ts";

/** Entries of one person's directories that one source looks at. */
const ENTRIES_OF_HOME_MAX = 10_000;

/** Looks into one person's home: at so many entries, and at that person's files. */
export async function lookingIntoHome(
  looking: Looking,
  home: string,
): Promise<Looking> {
  const { context: { disk, root }, faults } = looking;
  const place = await placeOf(looking, home);
  const stat = place === null
    ? null
    : await disk.stat(root + place.path).catch(() => null);
  const of = `what is in ${describe(home)}`;
  return {
    ...looking,
    owner: stat?.owner,
    allowance: new Allowance(faults, of, ENTRIES_OF_HOME_MAX),
  };
}
