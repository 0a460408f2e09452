/**
 * `forget` and `replace`: the end of a machine, and who comes in its place.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { lifeCalls } from "../api_life.ts";
import {
  configOption,
  jsonFlag,
  needing,
  PLAIN,
  whereOption,
  wordArgument,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { openClient } from "../fleet.ts";

const GROUP = "Machines";

/** `flottille-server forget --on WHERE`. */
export const forgetCommand = defineCommand({
  name: "forget",
  group: GROUP,
  summary: "Forget machines that are gone for good",
  usage: "--on WHERE...",
  about: [
    "The machines are no machines of the fleet any more: their lists, names, " +
    "addresses, groups and tags are deleted, what waits for them ends. Orders " +
    "that they took part in stay, and so does the journal, which is never " +
    "changed. What is installed on them stays too.",
    "A machine that is alive cannot be forgotten: revoke it first, or turn it " +
    "off and wait until it is dead. One that comes back all the same is not " +
    "of the fleet: it joins anew, with a new state directory and the join file.",
  ],
  examples: [["forget --on workshop-3", "it was thrown away"]],
  parser: object({
    on: whereOption(),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { on, config, json }) {
    const answer = await lifeCalls(await openClient(host, config)).forget(on);
    if (json) output.json(answer);
    else {for (const name of answer.machines) {
        output.line(`${name} is forgotten`);
      }}
    return "ok";
  },
});

/** `flottille-server replace OLD NEW`. */
export const replaceCommand = defineCommand({
  name: "replace",
  group: GROUP,
  summary: "Give the place of a broken computer to another one",
  usage: "OLD NEW",
  about: [
    "NEW gets the name, the groups and the tags of OLD, and the orders that " +
    "wait for it. OLD is revoked, and called like before with -old behind. NEW " +
    "must have come to the server already (machines shows it under the name " +
    "that it gave itself); it is approved if it was pending.",
  ],
  examples: [["replace room-101-4 pc-neuf", "its board has burnt"]],
  parser: object({
    old: wordArgument("OLD", "The machine that is gone"),
    young: wordArgument("NEW", "The machine that comes instead"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("OLD")),
  async run({ host, output }, { old, young, config, json }) {
    const client = lifeCalls(await openClient(host, config));
    const answer = await client.replace(old, young);
    if (json) {
      output.json(answer);
      return "ok";
    }
    output.line(
      `The new computer is ${answer.machine} now; the old one is revoked, ` +
        `and called ${answer.old}`,
    );
    for (const { id, verb, name } of answer.moved) {
      output.line(`Given to it: ${`${verb} ${name}`.trim()} (was order ${id})`);
    }
    for (const { id, verb, name, why } of answer.left) {
      output.line(
        `Not given to it: ${`${verb} ${name}`.trim()} (order ${id}): ${why}`,
      );
    }
    return answer.left.length === 0 ? "ok" : "failed";
  },
});
