/**
 * `vulnerable`: what of the fleet has a known vulnerability, by an OSV export
 * on disk. Nothing is asked of any network.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple } from "@optique/core/modifiers";
import { withDefault } from "@optique/core/modifiers";
import {
  configOption,
  jsonFlag,
  optionalWhere,
  PLAIN,
  textOption,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { nameLine } from "../name_runs.ts";
import { suggestion } from "../suggestion.ts";
import { counted } from "../units.ts";
import {
  byMachine,
  shownName,
  shownSeverity,
  type VulnerableProgram,
} from "../vulnerable_report.ts";
import { type SearchResult, searchVulnerable } from "../vulnerable_search.ts";
import { INVENTORY_GROUP } from "./list_command.ts";

const GROUPINGS = ["package", "machine"] as const;

/** Runs of names behind one program. */
const RUNS_MAX = 8;

const DAY_MS = 86_400_000;

/** After so many days a database misses what matters most. */
const OLD_DAYS = 30;

/** `flottille-server vulnerable --db FILE`. */
export const vulnerableCommand = defineCommand({
  name: "vulnerable",
  group: INVENTORY_GROUP,
  summary: "Show programs with known vulnerabilities, by an OSV export",
  usage: "--db FILE... [--on WHERE]... [--by package|machine] [--json]",
  about: [
    "Holds the last list of every machine (or of those that --on means) " +
    "against an export of the OSV database: an all.zip, a .json or .jsonl " +
    "file, or a directory of them. No network is used; docs/inventory.md " +
    "says where to get an export.",
    "What no database that was named speaks of cannot be judged, and is " +
    "counted at the end. The exit code is 0 whether or not anything is found.",
  ],
  examples: [
    ["vulnerable --db Debian.zip", ""],
    ["vulnerable --db osv/ --by machine --on 'room-1*'", ""],
  ],
  parser: object({
    db: multiple(
      textOption(
        "--db",
        "FILE",
        "An OSV export: .zip, .json, .jsonl, or a " +
          "directory; may be given several times",
      ),
      { min: 1, errors: { tooFew: message`--db FILE is missing` } },
    ),
    on: optionalWhere(),
    by: withDefault(
      textOption("--by", "GROUPING", "package or machine; else package"),
      "package",
    ),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { db, on, by, config, json }) {
    const { host, output } = context;
    const grouping = groupingOf(by);
    const client = await openClient(host, config);
    const among = on.length === 0
      ? null
      : new Set((await client.machines(on)).machines.map(({ name }) => name));
    const result = await searchVulnerable({
      ...{ host, client, databases: db, among },
      onRecords: (done) =>
        output.progress.show({
          ...{ label: "records read", done, total: done },
          detail: String(done),
        }),
    });
    output.progress.clear();
    if (json) output.json(asJson(result));
    else if (grouping === "machine") printByMachine(context, result.programs);
    else printByPackage(context, result.programs);
    if (!json) printEnd(context, result);
    return "ok";
  },
});

function groupingOf(text: string): (typeof GROUPINGS)[number] {
  const found = GROUPINGS.find((one) => one === text);
  if (found !== undefined) return found;
  const near = suggestion(text, GROUPINGS);
  throw new CliFailure(
    "usage",
    `--by must be package or machine, not "${text}"` +
      (near === null ? "" : `; ${near}`),
  );
}

function printByPackage(
  { output }: Context,
  programs: readonly VulnerableProgram[],
): void {
  for (const program of programs) {
    const { name, version, source, machines } = program;
    output.line(
      `${name} ${version} (${source}) on ${
        counted(machines.length, "machine")
      }: ${nameLine(machines, RUNS_MAX)}`,
      "heading",
    );
    output.table(
      [{ title: "" }, { title: "" }, { title: "" }, { title: "", cutTo: 20 }],
      program.vulnerabilities.map((one) => [
        `  ${shownName(one)}`,
        shownSeverity(one),
        one.fixed === "" ? "no version without it" : `fixed in ${one.fixed}`,
        one.summary,
      ]),
    );
  }
}

function printByMachine(
  { output }: Context,
  programs: readonly VulnerableProgram[],
): void {
  for (const { machine, programs: own } of byMachine(programs)) {
    output.line(`${machine}: ${counted(own.length, "program")}`, "heading");
    output.table(
      [{ title: "" }, { title: "" }, { title: "", cutTo: 20 }],
      own.map(({ name, version, vulnerabilities }) => [
        `  ${name} ${version}`,
        String(vulnerabilities.length),
        vulnerabilities.map(shownName).join(", "),
      ]),
    );
  }
}

function printEnd({ host, output }: Context, result: SearchResult): void {
  const { programs, programsAll, unjudged, records, newest } = result;
  const machines = new Set(programs.flatMap(({ machines }) => machines));
  output.note(
    `${counted(programs.length, "program")} with known vulnerabilities on ` +
      `${counted(machines.size, "machine")}; ` +
      `${counted(records, "record")} read`,
  );
  const count = [...unjudged.values()].reduce((sum, one) => sum + one, 0);
  if (count > 0) {
    const kinds = [...unjudged].sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => `${kind} ${count}`).join(", ");
    output.note(
      `${count} of ${counted(programsAll, "program")} cannot be judged by ` +
        `${records === 0 ? "nothing" : "it"}: ${kinds}`,
      "waiting",
    );
  }
  for (const one of result.broken) {
    output.note(`A record was left out: ${one}`, "waiting");
  }
  if (result.brokenCount > result.broken.length) {
    output.note(`${result.brokenCount} records were left out`, "waiting");
  }
  const days = (host.clock.wallMs() - Date.parse(newest)) / DAY_MS;
  if (days > OLD_DAYS) {
    output.note(
      `The newest record is ${
        Math.floor(days)
      } days old: what is known since ` +
        "then is missing; fetch the export again",
      "waiting",
    );
  }
}

function asJson({ programs, unjudged, ...rest }: SearchResult) {
  return {
    ...rest,
    unjudged: Object.fromEntries(unjudged),
    packages: programs,
    machines: byMachine(programs).map(({ machine, programs }) => ({
      machine,
      programs: programs.map(({ name, version, vulnerabilities }) => ({
        ...{ name, version },
        vulnerabilities: vulnerabilities.map(({ id }) => id),
      })),
    })),
  };
}
