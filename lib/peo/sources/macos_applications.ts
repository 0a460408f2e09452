/**
 * The source `macos`: the applications of a Mac, as the system itself tells
 * of them. That takes it some seconds, so it is asked again only when a
 * directory of applications changed, or after a while.
 *
 * A package URL has no type for them; `pkg:generic` is what there is.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { genericPurl } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { toolOutput } from "../tool.ts";
import { readProfile } from "./macos_profile.ts";

/** The name of this source in a list. */
export const MACOS_SOURCE = "macos";

const TOOL = "system_profiler";

/** It looks into every application; a source's own deadline is a bit later. */
const DEADLINE_MS = 28_000;

/** The source. */
export function macosSource(): Source {
  return {
    name: MACOS_SOURCE,
    systems: ["darwin"],
    // An application that replaces its own inside changes none of them: such
    // a change is found with the next list, which is always read anew.
    stamps: [
      "/Applications",
      "/Applications/Utilities",
      "/System/Library/CoreServices/SystemVersion.plist",
    ],
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(MACOS_SOURCE);
  const printed = await toolOutput(context, {
    tool: TOOL,
    args: ["-json", "SPApplicationsDataType"],
    deadlineMs: DEADLINE_MS,
  });
  const programs: ListedProgram[] = [];
  if (printed === null) faults.add(`This Mac has no ${TOOL}`);
  else if (!printed.ok) faults.add(printed.fault);
  else programs.push(...programsOf(printed.value, faults));
  return { programs, faults: faults.all() };
}

/** The programs in what the tool printed, each name and version once. */
function programsOf(printed: Uint8Array, faults: FaultList): ListedProgram[] {
  const profile = readProfile(printed);
  if (!profile.ok) {
    faults.add(`Cannot read what ${TOOL} says: ${profile.fault}`);
    return [];
  }
  const programs = new Map<string, ListedProgram>();
  for (const application of profile.value) {
    const { name, version } = application;
    const program = listed({
      source: MACOS_SOURCE,
      ...application,
      purl: genericPurl(name, version),
    }, faults);
    if (program === null) continue;
    const key = `${program.name}\0${program.version}`;
    if (!programs.has(key)) programs.set(key, program);
  }
  return [...programs.values()];
}
