/**
 * The kernel's settings, for a fleet of this size (F-12).
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { KernelSettings } from "../../host/kernel.ts";
import type { ServerConfig } from "../../server/config/config.ts";
import { kernelWarnings } from "../../server/machines/kernel_settings.ts";
import type { StatusView } from "../../server/shapes/api_schema.ts";
import { counted } from "../units.ts";
import { said } from "./commands.ts";
import { type Finding, warn, well } from "./finding.ts";

const STEP = "kernel settings";

/** Looks at them, with the fleet that the running server knows. */
export async function checkKernel(
  host: Pick<Host, "kernel" | "processes" | "machine">,
  { sip }: Pick<ServerConfig, "sip">,
  { machines }: Pick<StatusView, "machines">,
): Promise<Finding[]> {
  const settings = await settingsOf(host);
  const isTold = Object.values(settings).some((setting) => setting !== null);
  if (!isTold) return [];
  const count = Object.values(machines).reduce((sum, one) => sum + one, 0);
  const warnings = kernelWarnings(settings, {
    machines: count,
    neighbours: count,
    openFiles: 2 * sip.transfersMax,
  });
  if (warnings.length === 0) {
    return [well(STEP, `large enough for ${counted(count, "machine")}`)];
  }
  return warnings.map(({ message, fields }) =>
    warn(
      STEP,
      `${message}: ${fields.is}, and ${fields.needed} are needed`,
      fields.now,
      fields.always,
    )
  );
}

/** An executable may not read /proc: there sysctl tells them. */
async function settingsOf(
  host: Pick<Host, "kernel" | "processes" | "machine">,
): Promise<KernelSettings> {
  const { openFilesMax, ...told } = host.kernel.settings();
  const ask = async (name: string, known: number | null) => {
    if (known !== null || host.machine.facts().system !== "linux") return known;
    const { code, text } = await said(host, ["sysctl", "-n", name]);
    return code === 0 && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
  };
  const { receiveBufferBytes, neighboursMax } = told;
  return {
    openFilesMax,
    receiveBufferBytes: await ask("net.core.rmem_default", receiveBufferBytes),
    neighboursMax: await ask(
      "net.ipv4.neigh.default.gc_thresh3",
      neighboursMax,
    ),
  };
}
