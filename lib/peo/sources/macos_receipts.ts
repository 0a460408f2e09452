/**
 * The source `pkgutil`: what installer packages (`.pkg`) put on a Mac, by the
 * receipts that the system keeps of them. Some of it is applications, which
 * the source `macos` lists as well; the rest is drivers, tools and agents that
 * nothing else tells of.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { genericPurl } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { toolOutput } from "../tool.ts";
import { isOthers, readReceipts } from "./macos_receipts_parser.ts";

/** The name of this source in a list. */
export const PKGUTIL_SOURCE = "pkgutil";

/** The source. */
export function pkgutilSource(): Source {
  return {
    name: PKGUTIL_SOURCE,
    systems: ["darwin"],
    // Each receipt is two files of it.
    stamps: ["/private/var/db/receipts"],
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(PKGUTIL_SOURCE);
  const printed = await toolOutput(context, {
    tool: "pkgutil",
    // The name is a pattern: so one run tells of all.
    args: ["--regexp", "--pkg-info-plist", ".*"],
  });
  const programs: ListedProgram[] = [];
  if (printed === null) faults.add("This Mac has no pkgutil");
  else if (!printed.ok) faults.add(printed.fault);
  else programs.push(...programsOf(printed.value, faults));
  return { programs, faults: faults.all() };
}

function programsOf(printed: Uint8Array, faults: FaultList): ListedProgram[] {
  const { receipts, broken } = readReceipts(printed);
  if (broken > 0) {
    faults.add(`${broken} of the receipts that pkgutil told were broken`);
  }
  const programs: ListedProgram[] = [];
  for (const receipt of receipts.filter(isOthers)) {
    const { id: name, version, installedAtS } = receipt;
    const program = listed({
      source: PKGUTIL_SOURCE,
      ...{ name, version, installedAtS, purl: genericPurl(name, version) },
    }, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}
