/**
 * `doctor`: every step of the server's way, and what to do about it.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { configOption, jsonFlag, PLAIN, switchOf } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { findConfig, openFleet } from "../fleet.ts";

/** `flottille-server doctor`. */
export const doctorCommand = defineCommand({
  name: "doctor",
  group: "The fleet",
  summary: "Look at each step of the server's way, and say what to do",
  usage: "[--config FILE] [--repair [--yes]] [--json]",
  about: [
    "Looks at the environment, the clock, the config, the keys and their " +
    "modes, the disk, the networks and their broadcast addresses, the " +
    "firewall, the service, the server that runs (called as a machine calls " +
    "it) or the ports that it would have and its store, the kernel's settings " +
    "and the backup. Each step is a line; below one that is wrong stands what " +
    "to do. Nothing is changed.",
    "--repair looks at the store of a server that is off. If it is broken, " +
    "what can be saved and what is lost is said, and nothing is changed; with " +
    "--yes, what was saved takes its place, and the broken one is kept beside " +
    "it. A young backup is better: restore.",
  ],
  examples: [
    ["doctor", ""],
    ["doctor --repair", "what would a repair of the store lose?"],
  ],
  parser: object({
    config: configOption(),
    repair: switchOf("--repair", "Say what can be saved of a broken store"),
    yes: switchOf("--yes", "With --repair: do it"),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output, process }, { config, repair, yes, json }) {
    if (yes && !repair) {
      throw new CliFailure("usage", "--yes is for --repair");
    }
    if (repair) {
      const { repairStore } = await import("../doctor/repair.ts");
      const fleet = await openFleet(host.disk, config);
      return await repairStore({
        ...{ host, output, yes, json, config: fleet.config },
      });
    }
    const { examineServer } = await import("../doctor/server_checks.ts");
    const { report } = await import("../doctor/report.ts");
    const configPath = await findConfig(host.disk, config);
    const { environment = {} } = process;
    const findings = await examineServer({ host, configPath, environment });
    return report(output, findings, json);
  },
});
