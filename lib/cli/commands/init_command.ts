/**
 * `init`: makes a fleet.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { withDefault } from "@optique/core/modifiers";
import { jsonFlag, PLAIN, textOption } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { withConfigFailures } from "../failure.ts";

/** `flottille-server init [--dir D]`. */
export const initCommand = defineCommand({
  name: "init",
  group: "The fleet",
  summary: "Make a new fleet: keys, config file, join file",
  usage: "[--dir DIRECTORY]",
  about: [
    "Makes a new fleet in a directory: its private keys, the config file " +
    "flottille.toml with comments, and join.json, the one file that a machine " +
    "needs beside the agent's executable. Nothing that is there already is " +
    "ever overwritten.",
  ],
  examples: [
    ["init", "in this directory"],
    ["init --dir /etc/flottille", "in another one"],
  ],
  parser: object({
    directory: withDefault(
      textOption("--dir", "DIRECTORY", "Where the fleet lives; else here"),
      ".",
    ),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { directory, json }) {
    // Loaded for this command alone: the others start in half the time.
    const { initFleet } = await import("../../server/fleet/init.ts");
    const made = await withConfigFailures(initFleet({ host, directory }));
    if (json) {
      output.json(made);
      return "ok";
    }
    output.line(`The fleet ${made.fleet} is made:`);
    output.table(
      [{ title: "" }, { title: "", cutTo: 20 }],
      made.files.map(
        ({ path, gloss }) => [`  ${path}`, gloss],
      ),
    );
    output.line("");
    for (const reminder of made.reminders) output.line(`- ${reminder}`);
    return "ok";
  },
});
