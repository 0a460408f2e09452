/**
 * `who-has`: which machines have a program, in which versions; or have it not.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple } from "@optique/core/modifiers";
import type { WhoHasView } from "../../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  needing,
  optionalWhere,
  switchOf,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { wrapped } from "../help.ts";
import { type HeldVersion, versionsOf } from "../held_versions.ts";
import { nameLine, nameRuns, sortedNames } from "../name_runs.ts";
import { asked } from "../suggestion.ts";
import { counted } from "../units.ts";
import { INVENTORY_GROUP } from "./list_command.ts";

/** Runs of names in one line of the table; `--long` shows all. */
const RUNS_MAX = 8;

/** Columns of lines that are not a table's. */
const COLUMNS_MAX = 80;

/** `flottille-server who-has QUESTION`. */
export const whoHasCommand = defineCommand({
  name: "who-has",
  group: INVENTORY_GROUP,
  summary: "Say which machines have a program, or have it not",
  usage: "QUESTION [--not] [--on WHERE]... [--long] [--json]",
  about: [
    "Looks for a program in the last list of each machine. QUESTION is a " +
    "name (in any case), a pattern such as 'libssl*', and perhaps what its " +
    "version must be: 'openssl < 3.0.15', 'editor >= 2 < 3'. The signs are " +
    "< <= = != >= >; in most shells they need quotes.",
    "Versions are compared by the rules of whoever keeps the program: dpkg's, " +
    "rpm's, semver and so on. A version without an epoch is compared without " +
    "the epoch of what is listed: 'vim < 9.1' finds 2:9.0.1378-2.",
    "Machines that have sent no list are named, for nobody knows of them. The " +
    "exit code is 0 whether or not anything is found.",
  ],
  examples: [
    ["who-has firefox", ""],
    ["who-has 'openssl < 3.0.15'", "where the old ones still are"],
    ["who-has --not antivirus --on 'room-*'", "where it is missing"],
    ["who-has 'libssl*' --json", "every machine, for a program"],
  ],
  parser: object({
    question: multiple(
      wordArgument("QUESTION", "A name or pattern, and a version's bounds"),
      { min: 1, errors: { tooFew: message`QUESTION is missing` } },
    ),
    not: switchOf("--not", "The machines that do not have it"),
    on: optionalWhere(),
    long: switchOf("--long", "Name every machine, however many there are"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("QUESTION")),
  async run(context, { question, not, on, long, config, json }) {
    const { host, output, program } = context;
    const text = question.join(" ").trim();
    if (text === "") {
      const advice = [`${program} who-has --help says more`];
      throw new CliFailure("usage", "QUESTION is empty", { advice });
    }
    const client = await openClient(host, config);
    const answer = await client.whoHas(text, { not, on });
    if (json) output.json(answer);
    else if (not) printWithout(context, answer, long);
    else printHolders(context, answer, long);
    return "ok";
  },
});

function printHolders(
  context: Context,
  answer: WhoHasView,
  long: boolean,
): void {
  const { output } = context;
  const { holders, machines, nearest, asked: question } = answer;
  if (holders.length === 0) {
    const near = asked(nearest);
    output.note(`Nobody has ${question}${near === null ? "" : `; ${near}`}`);
    output.note(`  ${lookedAt(machines)}`);
    const name = nameOf(question);
    if (near === null && name !== question) {
      const again = `${context.program} who-has ${name}`;
      output.note(`  See which versions there are with: ${again}`);
    }
  } else {
    output.table(
      [
        { title: "MACHINES", right: true },
        { title: "PROGRAM", cutTo: 12 },
        { title: "VERSION", cutTo: 12 },
        { title: "SOURCE" },
        { title: "ON", cutTo: 12 },
      ],
      versionsOf(holders).map((held) => rowOf(held, long)),
    );
    output.note(
      `${holders.length} of ${counted(machines, "machine")} ` +
        `${holders.length === 1 ? "has" : "have"} ${question}`,
    );
  }
  tellUnlisted(context, answer);
}

/** What stands before the bounds of a question. */
function nameOf(question: string): string {
  return question.split(/[<>=!]/, 1)[0]?.trim() ?? "";
}

function rowOf(
  { name, version, source, machines }: HeldVersion,
  long: boolean,
): string[] {
  const names = nameLine(machines, long ? Infinity : RUNS_MAX);
  return [String(machines.length), name, version, source, names];
}

function printWithout(
  context: Context,
  answer: WhoHasView,
  long: boolean,
): void {
  const { output } = context;
  const { holders, machines, asked: question } = answer;
  if (holders.length === 0) {
    output.note(
      machines === 0
        ? lookedAt(0)
        : `All ${machines} machines that have sent a list have ${question}`,
    );
  } else {
    const names = holders.map(({ machine }) => machine);
    if (long) output.text(sortedNames(names));
    else output.text(wrapped(nameRuns(names).join(", "), COLUMNS_MAX, ""));
    output.note(
      `${holders.length} of ${counted(machines, "machine")} ` +
        `${holders.length === 1 ? "does" : "do"} not have ${question}`,
    );
  }
  tellUnlisted(context, answer);
}

function lookedAt(machines: number): string {
  return machines === 0
    ? "No machine that was asked about has sent a list yet"
    : `${counted(machines, "machine's list was", "machines' lists were")} ` +
      "looked at";
}

/** Nobody knows what these have: an answer without them would be a lie. */
function tellUnlisted(
  { output, program }: Context,
  { unlisted }: WhoHasView,
): void {
  if (unlisted.length === 0) return;
  const names = nameLine(unlisted, RUNS_MAX);
  const have = unlisted.length === 1 ? "machine has" : "machines have";
  output.note(
    `${unlisted.length} ${have} sent no list, so nobody knows: ${names}`,
    "waiting",
  );
  output.note(`  Ask for lists with: ${program} collect --on all --wait`);
}
