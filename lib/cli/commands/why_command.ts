/**
 * `why`: a machine's story, and with it why something was not done.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { storyOf } from "../api_story.ts";
import { configOption, jsonFlag, needing, wordArgument } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";
import { LOCAL_ZONE } from "../local_time.ts";
import { storyLines } from "../story_lines.ts";

/** `flottille-server why MACHINE`. */
export const whyCommand = defineCommand({
  name: "why",
  group: "Orders",
  summary: "Say how a machine is, what waits for it, and why",
  usage: "MACHINE [--json]",
  about: [
    "Tells a machine's story: whether it answers, when it may be worked on, " +
    "each order that is not done and what it waits for, the next try and the " +
    "expiry, what became of the last ones, how old its list is, and what " +
    "somebody should look at.",
  ],
  examples: [["why room-3-01", ""]],
  parser: object({
    machine: wordArgument("MACHINE", "Its name, or its identifier's beginning"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("MACHINE")),
  async run({ host, output, program }, { machine, config, json }) {
    const story = await storyOf(await openClient(host, config), machine);
    if (json) {
      output.json(story);
      return "ok";
    }
    const nowMs = host.clock.wallMs();
    const context = { nowMs, zone: LOCAL_ZONE, program };
    for (const { text, style } of storyLines(story, context)) {
      output.line(text, style);
    }
    return "ok";
  },
});
