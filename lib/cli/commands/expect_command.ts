/**
 * `expect`: machines that are approved and named before they come.
 *
 * @module
 */

import { multiple } from "@optique/core/modifiers";
import { object } from "@optique/core/constructs";
import { lifeCalls } from "../api_life.ts";
import {
  configOption,
  jsonFlag,
  optionalWord,
  PLAIN,
  switchOf,
  textOption,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import {
  EXPECTED_COLUMNS,
  EXPECTED_CSV_BYTES_MAX,
  readExpectedCsv,
} from "../expected_csv.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import type { Output } from "../output.ts";
import type { ExpectedListView } from "../../server/shapes/api_schema.ts";
import { counted } from "../units.ts";
import type { Disk } from "../../host/disk.ts";

/** `flottille-server expect [FILE.csv | --drop SIGN | --drop-all]`. */
export const expectCommand = defineCommand({
  name: "expect",
  group: "Machines",
  summary: "Approve and name machines before they come",
  usage: "[FILE.csv | --drop SIGN... | --drop-all] [--json]",
  about: [
    "Reads a table of machines, as a spreadsheet saves it (CSV, with commas or " +
    "semicolons). The first row has the titles: " +
    Object.entries(EXPECTED_COLUMNS).map(([title, says]) =>
      `${title} (${says})`
    )
      .join("; ") +
    ". A machine is given by its mac or by its host.",
    "Whoever comes and is one of them is approved, gets its name, and is put " +
    "into its groups and tags; machines that are here already get these at " +
    "once. A host name is only what a machine says of itself: whoever can " +
    "reach the server can say it too, and a MAC address as well. So expect " +
    "machines only while they come, and --drop-all what has not come.",
    "Without more, lists who is expected. A pattern stays until it is dropped.",
  ],
  examples: [
    ["expect room-101.csv", "before the new room is turned on"],
    ["expect", "who has not come yet"],
    ["expect --drop-all", "nobody is expected any more"],
  ],
  parser: object({
    file: optionalWord("FILE.csv", "The table; else the list"),
    drop: multiple(
      textOption("--drop", "SIGN", "Not expected any more: its mac or host"),
    ),
    dropAll: switchOf("--drop-all", "Nobody is expected any more"),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run({ host, output }, { file, drop, dropAll, config, json }) {
    const asked = [file !== undefined, drop.length > 0, dropAll];
    if (asked.filter(Boolean).length > 1) {
      throw new CliFailure("usage", "Give FILE.csv, --drop or --drop-all", {
        advice: ["One after the other, each with a command of its own"],
      });
    }
    if (file !== undefined) {
      const expected = await readFile(host.disk, file);
      const client = lifeCalls(await openClient(host, config));
      const answer = await client.expect(expected);
      if (json) output.json(answer);
      else {
        for (const name of answer.settled) {
          output.line(`${name} is here already, and has its place`);
        }
        output.line(`${counted(answer.expected, "line")} expected`);
      }
      return "ok";
    }
    const client = lifeCalls(await openClient(host, config));
    const answer = dropAll || drop.length > 0
      ? await client.drop(drop)
      : await client.expected();
    if (json) output.json(answer);
    else printExpected(output, answer);
    return "ok";
  },
});

async function readFile(disk: Disk, file: string) {
  const found = await disk.stat(file);
  if (found?.kind !== "file") {
    throw new CliFailure("notFound", `There is no file "${file}"`);
  }
  if (found.size > EXPECTED_CSV_BYTES_MAX) {
    throw new CliFailure("usage", `"${file}" is too big for a table`, {
      advice: [`It may have ${EXPECTED_CSV_BYTES_MAX / 2 ** 20} MiB`],
    });
  }
  const bytes = await disk.readFile(file, EXPECTED_CSV_BYTES_MAX);
  const read = readExpectedCsv(new TextDecoder().decode(bytes));
  if (read.ok) return read.value;
  throw new CliFailure("usage", `Cannot read "${file}": ${read.fault}`, {
    advice: ["expect --help says what the table looks like"],
  });
}

function printExpected(output: Output, { expected }: ExpectedListView): void {
  if (expected.length === 0) return output.note("Nobody is expected");
  output.table(
    [
      { title: "BY" },
      { title: "SIGN" },
      { title: "NAME" },
      { title: "GROUPS" },
      { title: "TAGS" },
    ],
    expected.map(({ by, sign, name, groups, tags }) => [
      ...[by, sign, name === "" ? "-" : name],
      ...[groups.join(" ") || "-", tags.join(" ") || "-"],
    ]),
  );
}
