/**
 * Does the system start the program at each boot?
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { CliFailure } from "../failure.ts";
import { serviceStatus } from "../service/actions.ts";
import { openPlace } from "../service/place.ts";
import { EXECUTABLES, type Service } from "../service/service.ts";
import { fail, type Finding, warn, well } from "./finding.ts";

const STEP = "service";

/** Where a package of the system puts a unit. */
const PACKAGED = ["/lib/systemd/system", "/usr/lib/systemd/system"];

/** Looks at the service that this version would make. */
export async function checkService(
  host: Host,
  serviceOf: (executable: string) => Service,
): Promise<Finding> {
  const { name } = serviceOf("");
  const service = serviceOf(`${EXECUTABLES}/${name}`);
  const install = `${name} service install`;
  try {
    const place = await openPlace(host, { root: "" });
    const { title } = place.manager;
    const bench = { host, place, tell() {} };
    const { file, isEnabled, isRunning } = await serviceStatus(bench, service);
    const isPackaged = file === "absent" && await isThere(host, name);
    if (file === "absent" && !isPackaged) {
      return warn(STEP, "nothing starts it at the next boot", install);
    }
    if (isRunning === false && !isPackaged) {
      const log = place.manager.log(name);
      return fail(
        STEP,
        `${title} has it, and it does not run`,
        `Its log says why: ${log}`,
      );
    }
    if (!isEnabled) {
      return warn(STEP, `${title} does not start it by itself`, install);
    }
    if (file === "changed") {
      return warn(
        STEP,
        `its file for ${title} is not as this version writes it`,
        `If nobody changed it on purpose: ${install}`,
      );
    }
    const runs = isRunning === null ? `; ${title} does not run here now` : "";
    return well(STEP, `${title} starts it at each boot${runs}`);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return warn(STEP, "no service manager is known here", ...error.advice);
  }
}

async function isThere({ disk }: Host, name: string): Promise<boolean> {
  for (const directory of PACKAGED) {
    const found = await disk.stat(`${directory}/${name}.service`);
    if (found !== null) return true;
  }
  return false;
}
