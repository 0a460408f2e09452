/**
 * `list`: the programs of one machine, as its last list says.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { configOption, jsonFlag, needing, wordArgument } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import { printFaults, printListed } from "../listed_table.ts";
import { counted, showMoment } from "../units.ts";

/** `flottille-server list MACHINE`. */
export const listCommand = defineCommand({
  name: "list",
  group: "Machines",
  summary: "Show the programs of a machine",
  usage: "MACHINE [--json]",
  about: [
    "Shows the last program list that the machine sent: what Flottille " +
    "installed, and what the system's own package manager did. collect asks " +
    "for a new one.",
  ],
  examples: [
    ["list workshop-3", ""],
    ["list workshop-3 --json", "for a program"],
  ],
  parser: object({
    machine: wordArgument("MACHINE", "A machine's name or identifier"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("MACHINE")),
  async run({ host, output, program }, { machine, config, json }) {
    const client = await openClient(host, config);
    const list = await client.list(machine);
    if (json) {
      output.json(list);
      return "ok";
    }
    const { name } = list.machine;
    if (list.at === null) {
      output.note(`${name} has sent no list yet`);
      output.note(`  Ask for it with: ${program} collect --on ${name} --wait`);
      return "ok";
    }
    printListed(output, list.programs);
    printFaults(output, list.faults);
    const when = showMoment(list.at, host.clock.wallMs());
    output.note(
      `${counted(list.programs.length, "program")} on ${name}, listed ${when}`,
    );
    return "ok";
  },
});
