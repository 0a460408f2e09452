/**
 * `wake`: magic packets for machines that sleep.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { wakeSchema } from "../../server/shapes/wake_schema.ts";
import { configOption, jsonFlag, PLAIN, whereOption } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";

/** `flottille-server wake --on WHERE`. */
export const wakeCommand = defineCommand({
  name: "wake",
  group: "Machines",
  summary: "Wake machines that are off, by their network cards",
  usage: "--on WHERE...",
  about: [
    "Sends magic packets (wake-on-LAN) to the MAC addresses of the machines, on " +
    "every network that the server calls machines on. It works where a " +
    "machine's firmware and network card allow it, and where no router stands " +
    "between. Nobody answers such a packet: machines says when a machine is " +
    "there. An order for a machine that is off waits for it in any case.",
  ],
  examples: [["wake --on room-101", "the evening before an update"]],
  parser: object({
    on: whereOption(),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { on, config, json }) {
    const client = await openClient(host, config);
    const answer = await client.post("/v1/machines/wake", { on }, wakeSchema);
    if (json) {
      output.json(answer);
      return "ok";
    }
    for (const { name, macs, isAwake } of answer.machines) {
      const what = isAwake
        ? "is awake"
        : macs.length === 0
        ? "cannot be woken: it has told no MAC address"
        : `called by ${macs.join(", ")}`;
      output.line(`${name}: ${what}`);
    }
    return "ok";
  },
});
