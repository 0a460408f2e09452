/**
 * `tag`: words that machines bear, for selectors and for people.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { groupCalls } from "../api_groups.ts";
import {
  configOption,
  jsonFlag,
  optionalWhere,
  optionalWord,
  PLAIN,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { printMachines } from "../machine_table.ts";
import { suggestion } from "../suggestion.ts";
import { GROUPS_GROUP } from "./group_command.ts";

/** `flottille-server tag [add TAG --on WHERE | remove TAG --on WHERE]`. */
export const tagCommand = defineCommand({
  name: "tag",
  group: GROUPS_GROUP,
  summary: "Show the tags, or put them on machines",
  usage: "[add TAG --on WHERE... | remove TAG --on WHERE...] [--json]",
  about: [
    "Without more, lists the tags and how many machines bear each. Wherever " +
    "--on WHERE is taken, tag:exam means the machines that bear exam, and " +
    "'all & !tag:exam' everybody else.",
  ],
  examples: [
    ["tag", ""],
    ["tag add exam --on 'room-101-*'", ""],
    ["tag remove exam --on tag:exam", "the exam is over"],
  ],
  parser: object({
    action: optionalWord("ACTION", "add or remove; else a list"),
    tag: optionalWord("TAG", "Letters, digits and . _ -"),
    on: optionalWhere(),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { action, tag, on, config, json }) {
    checkWords(action, tag, on);
    const client = groupCalls(await openClient(host, config));
    if (action === undefined || tag === undefined) {
      const answer = await client.tags();
      if (json) output.json(answer);
      else if (answer.tags.length === 0) output.note("There are no tags yet");
      else {
        output.table(
          [{ title: "TAG" }, { title: "MACHINES", right: true }],
          answer.tags.map(({ tag, machines }) => [tag, String(machines)]),
        );
      }
      return "ok";
    }
    const isGone = action === "remove";
    const answer = await client.tag({ tag, on: [...on], isGone });
    if (json) output.json(answer);
    else printMachines(output, answer.machines, host.clock.wallMs());
    return "ok";
  },
});

function checkWords(
  action: string | undefined,
  tag: string | undefined,
  on: readonly string[],
): void {
  const refuse = (sentence: string, advice: string) => {
    throw new CliFailure("usage", sentence, { advice: [advice] });
  };
  if (action === undefined) {
    if (on.length > 0) {
      refuse("What is to be done to them?", "tag add TAG --on WHERE tags them");
    }
    return;
  }
  if (action !== "add" && action !== "remove") {
    const near = suggestion(action, ["add", "remove"]);
    refuse(
      `There is no tag ${action}${near === null ? "" : `; ${near}`}`,
      "There are: tag, tag add TAG --on WHERE, tag remove TAG --on WHERE",
    );
  }
  if (tag === undefined) refuse("TAG is missing", "tag lists the tags");
  if (on.length === 0) {
    refuse("--on WHERE is missing", "To mean every machine: --on all");
  }
}
