/**
 * `group`: machines that are meant together, by hand or by a rule.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { multiple, optional } from "@optique/core/modifiers";
import type { GroupBody, GroupView } from "../../server/shapes/api_schema.ts";
import { groupCalls } from "../api_groups.ts";
import {
  configOption,
  jsonFlag,
  optionalWord,
  PLAIN,
  switchOf,
  textOption,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { wrapped } from "../help.ts";
import { nameRuns } from "../name_runs.ts";
import { suggestion } from "../suggestion.ts";
import { counted } from "../units.ts";

/** The heading of the help under which machines are put together. */
export const GROUPS_GROUP = "Groups and tags";

const ACTIONS = ["new", "change", "show", "delete"] as const;

const COLUMNS_MAX = 80;

interface Values {
  readonly name: string | undefined;
  readonly rule: string | undefined;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly window: readonly string[];
  readonly anytime: boolean;
  readonly rename: string | undefined;
}

/** `flottille-server group [new|change|show|delete NAME]`. */
export const groupCommand = defineCommand({
  name: "group",
  group: GROUPS_GROUP,
  summary: "Show, make or change groups of machines",
  usage: "[new NAME | change NAME | show NAME | delete NAME] [OPTIONS]",
  about: [
    "Without more, lists the groups. A group's machines are those that its " +
    "rule means at this moment, and those that were added by hand. Wherever " +
    "--on WHERE is taken, a group's name means all of them.",
    "A rule is a selector, as after --on: names and patterns; tag:exam, " +
    "os:debian, arch:x86_64, ip:10.0.1.0/24, name:room-*, group:room-101, " +
    "has:firefox, has:'firefox < 128', needs:reboot; ! is not, & is and, | is or, with " +
    "parentheses. In most shells it needs quotes.",
    "A window is when the machines may be worked on: 'Sat 20:00-23:00 " +
    "Europe/Paris'. delete takes the group away, not its machines.",
  ],
  examples: [
    ["group", ""],
    ["group new room-101 --rule 'name:room-101-*'", ""],
    ["group new loans --add laptop-7 --add 'spare-*'", "by hand"],
    ["group change room-101 --window 'Sat 20:00-23:00 Europe/Paris'", ""],
    ["group show room-101", "who is in it"],
  ],
  parser: object({
    action: optionalWord("ACTION", "new, change, show or delete; else a list"),
    name: optionalWord("NAME", "The group's name"),
    rule: optional(textOption(
      "--rule",
      "SELECTOR",
      "Whom it means is in the group; '' for nobody",
    )),
    add: multiple(textOption(
      "--add",
      "WHERE",
      "Machines that are in it by hand, as after --on; may be given often",
    )),
    remove: multiple(textOption(
      "--remove",
      "WHERE",
      "Machines that are in it by hand no more; may be given often",
    )),
    window: multiple(textOption(
      "--window",
      "WINDOW",
      "When its machines may be worked on, instead of those it had; may be " +
        "given often",
    )),
    anytime: switchOf("--any-time", "It has no windows any more"),
    rename: optional(textOption("--rename", "NAME", "Its new name")),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { action, config, json, ...values }) {
    const { host, output } = context;
    checkWords(action, values);
    const client = groupCalls(await openClient(host, config));
    const name = values.name ?? "";
    if (action === undefined) {
      const answer = await client.groups();
      if (json) output.json(answer);
      else printGroups(context, answer.groups);
      return "ok";
    }
    const view = action === "show"
      ? await client.group(name)
      : action === "delete"
      ? await client.remove(name)
      : await client.put(bodyOf(action === "new", name, values));
    if (json) output.json(view);
    else if (action === "delete") {
      const had = counted(view.members, "machine");
      output.note(`The group ${view.name} is gone; it had ${had}`);
    } else printGroup(context, view);
    return "ok";
  },
});

function bodyOf(isNew: boolean, name: string, values: Values): GroupBody {
  const { rule, add, remove, window, anytime, rename } = values;
  return {
    ...{ name, isNew, add: [...add], remove: [...remove] },
    ...(rename === undefined ? {} : { to: rename }),
    ...(rule === undefined ? {} : { rule }),
    ...(window.length > 0 || anytime ? { windows: [...window] } : {}),
  };
}

/** What each action needs, and what it has no use for. */
function checkWords(action: string | undefined, values: Values): void {
  const refuse = (sentence: string, ...advice: string[]) => {
    throw new CliFailure("usage", sentence, { advice });
  };
  const { name, rule, add, remove, window, anytime, rename } = values;
  const changes = [add, remove, window].flat().length > 0 || anytime ||
    rule !== undefined || rename !== undefined;
  if (action === undefined) {
    if (changes) refuse("Which group?", "group change NAME has these options");
    return;
  }
  if (!ACTIONS.some((known) => known === action)) {
    const near = suggestion(action, [...ACTIONS]);
    refuse(
      `group ${action} is nothing to do${near === null ? "" : `; ${near}`}`,
      "There are: group, group new NAME, change NAME, show NAME, delete NAME; " +
        `for a group that is called so: group show ${action}`,
    );
  }
  if (name === undefined) refuse("NAME is missing", "group lists the groups");
  const mayChange = action === "new" || action === "change";
  if (!mayChange && changes) {
    refuse(
      `group ${action} changes nothing in a group`,
      "Leave the options out",
    );
  }
  if (action === "change" && !changes) {
    refuse(
      "Nothing is to be changed",
      "flottille-server group --help says what",
    );
  }
  if (action === "new" && (remove.length > 0 || rename !== undefined)) {
    refuse("--remove and --rename are for group change", "Leave them out");
  }
  if (anytime && window.length > 0) {
    refuse("--any-time and --window exclude each other");
  }
}

function printGroups({ output }: Context, groups: readonly GroupView[]): void {
  if (groups.length === 0) {
    output.note("There are no groups yet");
    output.note("  Make one with: flottille-server group new NAME --rule ...");
    return;
  }
  output.table(
    [
      { title: "GROUP", cutTo: 12 },
      { title: "MACHINES", right: true },
      { title: "RULE", cutTo: 12 },
      { title: "WINDOWS", cutTo: 12 },
    ],
    groups.map(({ name, members, rule, windows }) => [
      name,
      String(members),
      rule === "" ? "-" : rule,
      windows.length === 0 ? "any time" : windows.join("; "),
    ]),
  );
}

function printGroup({ output }: Context, group: GroupView): void {
  const { name, rule, windows, members, hand = [], machines = [] } = group;
  output.line(`${name}: ${counted(members, "machine")}`);
  output.line(`  Rule: ${rule === "" ? "none; by hand only" : rule}`);
  output.line(
    `  Worked on: ${windows.length === 0 ? "at any time" : windows.join("; ")}`,
  );
  const list = (title: string, names: readonly string[]) => {
    if (names.length === 0) return;
    output.line(`  ${title}:`);
    const line = `    ${nameRuns(names).join(", ")}`;
    output.text(wrapped(line, COLUMNS_MAX, "    "));
  };
  list("By hand", hand);
  list("Machines", machines);
}
