/**
 * The source `flottille`: the programs that Flottille itself installed. The
 * installer's own table says which they are; here they only become lines of a
 * list. It is no `Source` as the others are, because it needs that table.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { isProgramName, isVersion } from "../../trust/names.ts";
import { FaultList } from "../faults.ts";
import type { ListedProgram } from "../program.ts";
import { genericPurl } from "../purl.ts";
import type { SourceList } from "../source.ts";

/** The name of this source in a list. */
export const FLOTTILLE_SOURCE = "flottille";

/** What the list needs of an installed program. */
export interface InstalledProgramLike {
  readonly name: string;
  readonly version: string;
}

/** The lines of the programs that Flottille installed. */
export function flottilleSource(
  installed: readonly InstalledProgramLike[],
): SourceList {
  const faults = new FaultList(FLOTTILLE_SOURCE);
  const programs: ListedProgram[] = [];
  for (const { name, version } of installed) {
    if (!isProgramName(name) || !isVersion(version)) {
      faults.add(
        `Cannot list ${describe(name)} ${describe(version)}: ` +
          "not a name and version that Flottille installs",
      );
      continue;
    }
    const purl = genericPurl(name, version);
    programs.push({ name, version, purl, source: FLOTTILLE_SOURCE });
  }
  return { programs, faults: faults.all() };
}
