/**
 * Steps that the server and a machine have in common.
 *
 * @module
 */

import { refuseEnvironment, WIDENING } from "../../host/environment.ts";
import type { Host } from "../../host/host.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { troubleOf } from "./trouble.ts";

const MIB = 1_048_576;

/** Variables that would make other certificates trusted (K-14). */
export function checkEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Finding {
  const step = "environment";
  try {
    refuseEnvironment(environment);
    return well(step, "nothing widens the trust in certificates");
  } catch (error) {
    const set = WIDENING.filter((name) => environment[name]);
    return fail(step, troubleOf(error), `unset ${set.join(" ")}`);
  }
}

/** SeP and SiP speak IPv4 (N-16). */
export function checkInterfaces({ machine }: Pick<Host, "machine">): Finding {
  const step = "network";
  const { interfaces, ipv6 = [] } = machine.facts();
  const own = interfaces.filter(({ loopback }) => !loopback);
  if (own.length > 0) {
    const shown = own.map(({ name, address }) => `${name} ${address}`);
    const more = own.length > 5 ? `, and ${own.length - 5} more` : "";
    return well(step, shown.slice(0, 5).join(", ") + more);
  }
  const [first] = ipv6;
  return first === undefined
    ? fail(
      step,
      "no interface but loopback has an IPv4 address",
      "Plug this computer in, or give it an address",
    )
    : fail(
      step,
      `this computer has IPv6 only (${first})`,
      "SeP and SiP speak IPv4: give it an IPv4 address, too",
    );
}

/** Room on the disk of a directory. */
export async function checkRoom(
  { disk }: Pick<Host, "disk">,
  step: string,
  directory: string,
): Promise<Finding> {
  try {
    const mib = Math.floor(await disk.spaceFree(directory) / MIB);
    const found = `${mib} MiB are free below "${directory}"`;
    if (mib < 100) return fail(step, found, "Make room on this disk");
    if (mib < 1_024) return warn(step, found, "Make room on this disk soon");
    return well(step, found);
  } catch (error) {
    return fail(step, troubleOf(error), `Is "${directory}" there, and yours?`);
  }
}
