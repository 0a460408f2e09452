/**
 * `delegate`: a new server key, in place of one that was lost or stolen.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { configOption, jsonFlag, PLAIN } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { withConfigFailures } from "../failure.ts";
import { openFleet } from "../fleet.ts";

/** `flottille-server delegate`. */
export const delegateCommand = defineCommand({
  name: "delegate",
  group: "The fleet",
  summary: "Replace the server's key and certificate; needs the fleet key",
  usage: "[--config FILE]",
  about: [
    "Makes a new server key and certificate, and has the fleet key sign them " +
    "with a higher serial. Machines take them by that serial, each when it " +
    "next hears the server, and refuse the old ones from then on: no machine " +
    "has to be touched. The fleet key (keys/fleet.key) must be in its place " +
    "for this, and may be taken away again afterwards. A server that runs " +
    "must be started again.",
  ],
  examples: [["delegate", "for the fleet of ./flottille.toml"]],
  parser: object({ config: configOption(), json: jsonFlag() }, PLAIN),
  async run({ host, output }, { config, json }) {
    // Loaded for this command alone: the others start in half the time.
    const { delegateAnew } = await import("../../server/fleet/delegate.ts");
    const { directory } = (await openFleet(host.disk, config)).config;
    const made = await withConfigFailures(delegateAnew({ host, directory }));
    if (json) {
      output.json(made);
      return "ok";
    }
    output.line(
      `The server has a new key and certificate, serial ${made.serial}:`,
    );
    for (const path of made.files) output.line(`  ${path}`);
    output.line("");
    for (const reminder of made.reminders) output.line(`- ${reminder}`);
    return "ok";
  },
});
