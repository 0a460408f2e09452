/**
 * What a package's targets are compared with: this machine's system and, on
 * Linux, its distribution. Hints of the system about itself; nothing is
 * trusted because of them.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { TargetFacts } from "../ieo/fit/targets.ts";
import {
  OS_RELEASE_PATH,
  readDistribution,
  UNKNOWN_DISTRIBUTION,
} from "../peo/os_release.ts";

/**
 * The facts of this machine, or of the system below `root`; what is not known
 * is empty, and fits no target that asks for it.
 */
export async function readTargetFacts(
  { machine, disk }: Pick<Host, "machine" | "disk">,
  root = "",
): Promise<TargetFacts> {
  const { system, architecture } = machine.facts();
  const found = await readDistribution(disk, `${root}${OS_RELEASE_PATH}`);
  const isKnown = found.id !== UNKNOWN_DISTRIBUTION.id;
  // A distribution without numbers (Debian unstable) has a name there, which
  // is in no range.
  const isNumber = /^\d/.test(found.version);
  return {
    os: system,
    architecture,
    distribution: isKnown ? found.id : "",
    distributionVersion: isKnown && isNumber ? found.version : "",
  };
}
