/**
 * The source `snap`: snaps, asked of snapd through its own command. snapd's
 * state is a file that it alone may understand; the command's table is what it
 * promises to people and scripts.
 *
 * The table names the revision in use of each snap, the disabled ones too: they
 * are installed. What snapd keeps of older revisions is not listed.
 *
 * @module
 */

import { FaultList } from "../faults.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { toolOutput } from "../tool.ts";
import { entriesOf } from "./library_files.ts";
import { parseSnapList, SNAP_SOURCE } from "./snap_parser.ts";

/** Where snapd keeps the snaps themselves. */
const SNAPS = "/var/lib/snapd/snaps";

/** Changes whenever snapd does anything. */
const STATE = "/var/lib/snapd/state.json";

/** The source. */
export function snapSource(): Source {
  return {
    name: SNAP_SOURCE,
    systems: ["linux"],
    stamps: [STATE, SNAPS],
    read,
  };
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(SNAP_SOURCE);
  const entries = await entriesOf({ context, faults }, SNAPS);
  // A snapd that nobody uses is often switched off, and need not be asked.
  if (!entries.some(({ name }) => name.endsWith(".snap"))) {
    return { programs: [], faults: faults.all() };
  }
  const output = await toolOutput(context, {
    tool: "snap",
    args: ["list", "--color=never", "--unicode=never"],
  });
  if (output?.ok) {
    const programs = parseSnapList(output.value, faults);
    return { programs, faults: faults.all() };
  }
  faults.add(
    output?.fault ?? `There are snaps in ${SNAPS}, and no snap to ask for them`,
  );
  return { programs: [], faults: faults.all() };
}
