/**
 * `status`: the running server in a few lines.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { configOption, jsonFlag, PLAIN } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import { showMoment } from "../units.ts";

/** `flottille-server status`. */
export const statusCommand = defineCommand({
  name: "status",
  group: "The fleet",
  summary: "Say how the fleet is",
  usage: "[--json]",
  about: ["Prints how many machines are in which state, and what waits."],
  examples: [["status", ""]],
  parser: object({ config: configOption(), json: jsonFlag() }, PLAIN),
  async run({ host, output }, { config, json }) {
    const client = await openClient(host, config);
    const status = await client.status();
    if (json) {
      output.json(status);
      return "ok";
    }
    const { machines } = status;
    output.table([{ title: "" }, { title: "" }], [
      ["Fleet", status.fleet],
      ["Server", `flottille-server ${status.version}`],
      ["Started", showMoment(status.startedAt, host.clock.wallMs())],
      ...Object.entries(machines).map(([state, count]) => [
        `Machines ${state}`,
        String(count),
      ]),
      ["Orders waiting", String(status.ordersWaiting)],
      ...(status.alarms ?? []).map((alarm) => ["ALARM", alarm]),
    ]);
    return "ok";
  },
});
