/**
 * `machines`, `approve`, `revoke`, `rename`: who belongs to the fleet.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import {
  configOption,
  jsonFlag,
  needing,
  optionalWhere,
  PLAIN,
  wordArgument,
} from "../arguments.ts";
import { type Command, defineCommand } from "../command.ts";
import type { ApiClient } from "../api_client.ts";
import { openClient } from "../fleet.ts";
import { printMachines } from "../machine_table.ts";

const GROUP = "Machines";
const MACHINE_SAYS = "A machine's name, its identifier or the beginning of it";

/** `flottille-server machines`. */
export const machinesCommand = defineCommand({
  name: "machines",
  group: GROUP,
  summary: "List the machines",
  usage: "[--on WHERE]... [--json]",
  about: [
    "Lists the machines of the fleet: alive; dead (silent for three pings); " +
    "pending (waiting for approve); revoked; conflict (one key seen in two " +
    "places, such as a cloned disk).",
  ],
  examples: [
    ["machines", ""],
    ["machines --on 'room-3-*'", "one room"],
  ],
  parser: object({
    on: optionalWhere(),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { on, config, json }) {
    const client = await openClient(host, config);
    const answer = await client.machines(on);
    if (json) output.json(answer);
    else printMachines(output, answer.machines, host.clock.wallMs());
    return "ok";
  },
});

/** `flottille-server approve M`. */
export const approveCommand = membershipCommand({
  name: "approve",
  summary: "Take a pending machine into the fleet",
  about: "Takes a machine that waits for approval, or that was revoked, " +
    "into the fleet.",
  change: (client, machine) => client.approve([machine]),
});

/** `flottille-server revoke M`. */
export const revokeCommand = membershipCommand({
  name: "revoke",
  summary: "Put a machine out of the fleet",
  about: "Puts a machine out of the fleet: it gets no order, no package and " +
    "no answer any more. What is installed on it stays.",
  change: (client, machine) => client.revoke([machine]),
});

function membershipCommand(spec: {
  readonly name: "approve" | "revoke";
  readonly summary: string;
  readonly about: string;
  readonly change: (
    client: ApiClient,
    machine: string,
  ) => ReturnType<ApiClient["approve"]>;
}): Command {
  const { name, summary, about, change } = spec;
  return defineCommand({
    name,
    group: GROUP,
    summary,
    usage: "MACHINE",
    about: [about],
    examples: [[`${name} workshop-3`, ""]],
    parser: object({
      machine: wordArgument("MACHINE", `${MACHINE_SAYS}, or a pattern`),
      config: configOption(),
      json: jsonFlag(),
    }, needing("MACHINE")),
    async run({ host, output }, { machine, config, json }) {
      const client = await openClient(host, config);
      const answer = await change(client, machine);
      if (json) output.json(answer);
      else printMachines(output, answer.machines, host.clock.wallMs());
      return "ok";
    },
  });
}

/** `flottille-server rename M NAME`. */
export const renameCommand = defineCommand({
  name: "rename",
  group: GROUP,
  summary: "Give a machine another name",
  usage: "MACHINE NAME",
  about: [
    "Gives a machine another name. The machine itself need not be on: a name " +
    "is the server's, the identifier is the machine's.",
  ],
  examples: [["rename q7Jx9fTa workshop-3", ""]],
  parser: object({
    machine: wordArgument("MACHINE", MACHINE_SAYS),
    name: wordArgument("NAME", "Its new name"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("MACHINE")),
  async run({ host, output }, { machine, name, config, json }) {
    const client = await openClient(host, config);
    const view = await client.rename(machine, name);
    if (json) output.json(view);
    else printMachines(output, [view], host.clock.wallMs());
    return "ok";
  },
});
