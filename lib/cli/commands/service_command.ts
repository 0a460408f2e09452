/**
 * `service`: the server, started by the system at each boot.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import { resolve } from "node:path";
import {
  configOption,
  jsonFlag,
  needing,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openFleet } from "../fleet.ts";

/** `flottille-server service install|uninstall|status`. */
export const serviceCommand = defineCommand({
  name: "service",
  group: "The fleet",
  summary: "Have the system start the server at each boot",
  usage: "install|uninstall|status [--config FILE]",
  about: [
    "service install copies this program to /usr/local/bin, makes a service of " +
    "it for systemd, OpenRC, launchd or the task scheduler, and starts it. Under " +
    "systemd the server may write its fleet's directory and nothing else, and " +
    "does not see the fleet's key. Done again, it changes only what is not as " +
    "it should be: a new version of the program is put into place like that.",
    "service uninstall ends it and takes its files away; the fleet stays.",
  ],
  examples: [
    ["service install --config /etc/flottille/flottille.toml", ""],
    ["service status", ""],
  ],
  parser: object({
    action: wordArgument("ACTION", "install, uninstall or status"),
    config: configOption(),
    root: optional(textOption(
      "--root",
      "DIRECTORY",
      "Into the system that lies there; nothing is started",
    )),
    manager: optional(textOption(
      "--manager",
      "NAME",
      "systemd, openrc, launchd or windows; else the one that runs here",
    )),
    json: jsonFlag(),
  }, needing("ACTION")),
  async run(context, { action, config, ...request }) {
    // Loaded for this command alone: the others start faster without it.
    const { actionOf, serviceCommand } = await import(
      "../service/service_command.ts"
    );
    const { serverService } = await import("../service/service.ts");
    actionOf(action);
    const fleet = await openFleet(context.host.disk, config);
    const { directory } = fleet.config;
    const paths = { config: resolve(fleet.configPath), directory };
    return await serviceCommand({
      ...context,
      prepare: () => Promise.resolve(),
      serviceOf: (executable) => serverService(executable, paths),
      left: [`${directory}, the fleet itself`],
    }, { action, ...request });
  },
});
