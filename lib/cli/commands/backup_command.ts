/**
 * `backup`: a copy of the fleet's server, while it runs or when it is off.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { join, resolve } from "node:path";
import type { Host } from "../../host/host.ts";
import { API_FILE } from "../../server/fleet/fleet_files.ts";
import { ApiClient } from "../api_client.ts";
import { configOption, jsonFlag, needing, wordArgument } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { openFleet } from "../fleet.ts";

/** `flottille-server backup DIRECTORY`. */
export const backupCommand = defineCommand({
  name: "backup",
  group: "The fleet",
  summary:
    "Copy the server's keys, store, packages and lists, as it runs or not",
  usage: "DIRECTORY",
  about: [
    "Makes a directory with everything that makes this server, as it is at " +
    "one moment, while the server goes on, or from a server that is off. " +
    "restore makes a server of it again; started where it is (run --config " +
    "DIRECTORY/flottille.toml), it is the server too: machines obey it, and " +
    "no number of an order comes twice. It holds the private keys: keep it as " +
    "safe as these.",
  ],
  examples: [["backup /srv/backup/flottille-2026-11-23", ""]],
  parser: object({
    directory: wordArgument("DIRECTORY", "Is made; must not be there"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("DIRECTORY")),
  async run({ host, output }, { directory: to, config: given, json }) {
    const { disk } = host;
    // Loaded for this command alone: the others start in half the time.
    const { copyFleet } = await import("../../server/fleet/fleet_copy.ts");
    const { config, configPath } = await openFleet(disk, given);
    if (await disk.stat(to) !== null) {
      throw new CliFailure("config", `"${to}" is there already`, {
        advice: ["Name a directory that is not there yet"],
      });
    }
    const { directory } = config;
    await copyStore(host, directory);
    const files = await withConfigFailures(
      copyFleet({ disk, configPath, directory, to: resolve(to) }),
    );
    if (json) output.json({ directory: to, files });
    else output.line(`${files} files are in ${to}; it holds private keys`);
    return "ok";
  },
});

/** By the running server, or from the store of one that does not run. */
async function copyStore(host: Host, directory: string): Promise<void> {
  try {
    await new ApiClient(host, join(directory, API_FILE)).copyStore();
  } catch (error) {
    const isOff = error instanceof CliFailure && error.exit === "notRunning";
    if (!isOff) throw error;
    const { copyStoreAtRest } = await import(
      "../../server/fleet/fleet_copy.ts"
    );
    await withConfigFailures(copyStoreAtRest(host, directory));
  }
}
