/**
 * `plan` and `apply`: what is wanted of the fleet, in a file.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import type { Disk } from "../../host/disk.ts";
import { DESIRED_CHARS_MAX } from "../../server/state/desired.ts";
import { stateCalls } from "../api_state.ts";
import {
  configOption,
  jsonFlag,
  optionalWord,
  PLAIN,
  switchOf,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { showMoment } from "../units.ts";
import { hasTrouble, printState } from "../state_words.ts";

const GROUP = "Desired state";

const FILE_SAYS =
  "The file is TOML: a table for each group, [group.room-101], " +
  'with programs = ["firefox 128.0", "gimp *"] and absent = ["oldtool"]; * is ' +
  "whichever version, and the newest one where there is none. [all] means " +
  "every machine.";

/** `flottille-server plan [FILE]`. */
export const planCommand = defineCommand({
  name: "plan",
  group: GROUP,
  summary: "Say what a file would change, or what is not yet as it shall be",
  usage: "[FILE] [--json]",
  about: [
    "Says what apply FILE would change on which machine; nothing is changed. " +
    "Without FILE: what is kept now, what is not so yet, and why.",
    FILE_SAYS,
    "Ends with 1 when something that is wanted cannot be done.",
  ],
  examples: [
    ["plan school.toml", ""],
    ["plan", "how far is it?"],
  ],
  parser: object({
    file: optionalWord("FILE", "What is wanted"),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { file, config, json }) {
    const text = file === undefined ? null : await readFile(host.disk, file);
    const client = stateCalls(await openClient(host, config));
    const state = text === null ? await client.held() : await client.plan(text);
    if (json) output.json(state);
    else if (text === null && state.appliedAt === null) {
      output.note("Nothing is kept: no file was applied");
    } else {
      if (text === null) {
        const when = showMoment(state.appliedAt, host.clock.wallMs());
        output.line(`Applied ${when}`);
      }
      printState(output, state);
    }
    return hasTrouble(state) ? "failed" : "ok";
  },
});

/** `flottille-server apply FILE`. */
export const applyCommand = defineCommand({
  name: "apply",
  group: GROUP,
  summary: "Bring machines to what a file says, and keep them so",
  usage: "FILE | --nothing [--json]",
  about: [
    "From now on the server keeps the machines as the file says, in place of " +
    "what was applied before: it gives the orders that are missing, at once, " +
    "when a machine comes back or joins a group, and when its list shows that " +
    "something has changed. Maintenance windows hold for these orders too. An " +
    "order that fails is given again after a quarter of an hour, then ever more " +
    "seldom, at last once a day.",
    FILE_SAYS,
    "--nothing ends it: nothing is kept any more, and nothing is removed.",
  ],
  examples: [
    ["apply school.toml", ""],
    ["apply --nothing", ""],
  ],
  parser: object({
    file: optionalWord("FILE", "What is wanted"),
    nothing: switchOf("--nothing", "Keep nothing any more"),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { file, nothing, config, json }) {
    if ((file === undefined) !== nothing) {
      throw new CliFailure("usage", "FILE is missing, or it is --nothing", {
        advice: ["plan FILE says first what would change"],
      });
    }
    const text = file === undefined ? "" : await readFile(host.disk, file);
    const client = stateCalls(await openClient(host, config));
    const state = await client.apply(text);
    if (json) output.json(state);
    else if (nothing) output.line("Nothing is kept any more");
    else {
      printState(output, state);
      output.note("It is kept from now on; plan says how far it is");
    }
    return hasTrouble(state) ? "failed" : "ok";
  },
});

async function readFile(disk: Disk, file: string): Promise<string> {
  const found = await disk.stat(file);
  if (found?.kind !== "file") {
    throw new CliFailure("notFound", `There is no file "${file}"`);
  }
  const bytesMax = 4 * DESIRED_CHARS_MAX;
  if (found.size > bytesMax) {
    throw new CliFailure("usage", `"${file}" is too big`, {
      advice: [`It may have ${DESIRED_CHARS_MAX} characters`],
    });
  }
  return new TextDecoder().decode(await disk.readFile(file, bytesMax));
}
