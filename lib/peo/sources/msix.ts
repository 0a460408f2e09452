/**
 * The source `msix`: programs from the store of Windows, and others that come
 * as MSIX or AppX packages, for whichever person. Windows keeps a key for each
 * in its registry; the name of the key is the package's full name.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import {
  isMsixProgram,
  msixPurl,
  msixSupplier,
  readMsixName,
} from "./msix_name.ts";
import { subkeysOf } from "./windows_registry.ts";

/** The name of this source in a list. */
export const MSIX_SOURCE = "msix";

const PACKAGES = "HKLM\\SOFTWARE\\Classes\\Local Settings\\Software" +
  "\\Microsoft\\Windows\\CurrentVersion\\AppModel\\PackageRepository\\Packages";

/** The source. */
export function msixSource(): Source {
  return { name: MSIX_SOURCE, systems: ["windows"], read };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(MSIX_SOURCE);
  const names = await subkeysOf(context, PACKAGES);
  if (!names.ok) {
    faults.add(`Cannot read the repository of packages: ${names.fault}`);
    return { programs: [], faults: faults.all() };
  }
  return { programs: programsOf(names.value, faults), faults: faults.all() };
}

/** The programs among these packages. */
export function programsOf(
  fullNames: readonly string[],
  faults: FaultList,
): ListedProgram[] {
  const programs = new Map<string, ListedProgram>();
  for (const text of fullNames) {
    const parts = readMsixName(text);
    if (parts === null) {
      faults.add(`Cannot list ${describe(text)}: it is no package's full name`);
      continue;
    }
    if (!isMsixProgram(parts)) continue;
    const { name, version, architecture } = parts;
    const program = listed({
      source: MSIX_SOURCE,
      ...{ name, version, architecture },
      supplier: msixSupplier(parts),
      purl: msixPurl(parts),
    }, faults);
    if (program !== null) programs.set(program.purl, program);
  }
  return [...programs.values()];
}
