/**
 * `flottille-agent seal`, for a person: what was sealed, and what comes next.
 *
 * @module
 */

import { EXAM_FILE } from "../agent/person/presence.ts";
import { seal } from "../agent/seal.ts";
import type { Host } from "../host/host.ts";
import type { Given } from "./agent_arguments.ts";
import { stateDirectoryOf } from "./agent_options.ts";
import type { ExitName } from "./exit_codes.ts";
import type { Output } from "./output.ts";

/** Seals the state directory. */
export async function sealMachine(
  { host, output }: { readonly host: Host; readonly output: Output },
  given: Given,
): Promise<ExitName> {
  const directory = stateDirectoryOf(given);
  const sealed = await seal(host, directory, given.get("--join")?.at(0));
  if (given.has("--json")) {
    output.json(sealed);
    return "ok";
  }
  const { machine, results, hasExam } = sealed;
  output.line(`Sealed ${directory}: each copy makes a key of its own`);
  if (machine !== null) output.line(`It was machine ${machine}`);
  if (results > 0) output.line(`Forgot the results of its orders: ${results}`);
  if (hasExam) {
    output.note(
      `There is an exam on this disk, and on each copy of it: rm ` +
        `"${directory}/${EXAM_FILE}"`,
    );
  }
  output.note(
    "Shut this machine down and copy its disk; an agent that starts here " +
      "before makes a key again",
  );
  return "ok";
}
