/**
 * `list`: the programs of one machine, by its last list, an earlier one, or
 * the list's own document.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import type {
  ListDatesView,
  MachineListView,
} from "../../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  needing,
  switchOf,
  textOption,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import type { ExitName } from "../exit_codes.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { printFaults, printListed, sourceCounts } from "../listed_table.ts";
import { LOCAL_ZONE, showLocal, showLocalSecond } from "../local_time.ts";
import { writeDocument } from "../list_document.ts";
import { typedMoment } from "../typed_moment.ts";
import { showMoment } from "../units.ts";

/** The help's heading for what is installed where. */
export const INVENTORY_GROUP = "Inventory";

/** `flottille-server list MACHINE`. */
export const listCommand = defineCommand({
  name: "list",
  group: INVENTORY_GROUP,
  summary: "Show the programs of a machine, now or at a date",
  usage: "MACHINE [--at DATE | --dates | --document] [--long] [--json]",
  about: [
    "Shows the last program list that the machine sent: what Flottille " +
    "installed, what the system's package manager did, and what else is on " +
    "record there. collect asks for a new one.",
    "--at DATE shows the list that was the newest at that date: 2026-11-01 " +
    "(the end of that day), 2026-11-01T14:30 (local time; UTC with a Z " +
    "behind it), 3d, 12h or 30m (ago). --dates says which lists there are.",
    "--document prints the last list as it came from the machine, a " +
    "CycloneDX 1.6 document in JSON. With --output it goes into a file, and " +
    "beside it the machine's signature (FILE.sig) and key (FILE.pub).",
  ],
  examples: [
    ["list workshop-3", ""],
    ["list workshop-3 --at 2026-11-01", "as it was on that evening"],
    ["list workshop-3 --dates", "every list that is kept"],
    ["list workshop-3 --document --output workshop-3.peo", "for other tools"],
  ],
  parser: object({
    machine: wordArgument("MACHINE", "A machine's name or identifier"),
    at: optional(textOption("--at", "DATE", "The list as it was at this date")),
    dates: switchOf("--dates", "Only the dates of its lists, newest first"),
    document: switchOf("--document", "Its last list as it came, CycloneDX"),
    output: optional(
      textOption(
        ["-o", "--output"],
        "FILE",
        "With --document: into this file, not to stdout",
      ),
    ),
    long: switchOf(
      "--long",
      "Also when each program was installed, its size, licence and supplier",
    ),
    config: configOption(),
    json: jsonFlag(),
  }, needing("MACHINE")),
  run: list,
});

interface Asked {
  readonly machine: string;
  readonly at: string | undefined;
  readonly dates: boolean;
  readonly document: boolean;
  readonly output: string | undefined;
  readonly long: boolean;
  readonly config: string | undefined;
  readonly json: boolean;
}

async function list(context: Context, asked: Asked): Promise<ExitName> {
  refuseTogether(context, asked);
  const { host, output } = context;
  const { machine, json, long } = asked;
  const at = asked.at === undefined
    ? undefined
    : typedMoment(host.clock, asked.at);
  const client = await openClient(host, asked.config);
  if (asked.document) {
    const document = await client.document(machine);
    return await writeDocument(context, document, asked.output);
  }
  if (asked.dates) {
    const dates = await client.listDates(machine);
    if (json) output.json(dates);
    else printDates(context, dates);
    return "ok";
  }
  const found = await client.list(machine, at);
  if (json) output.json(found);
  else printList(context, found, { at, long });
  return "ok";
}

/** What can be asked for in one breath, and what cannot. */
function refuseTogether(
  { program }: Context,
  { at, dates, document, output, long, json }: Asked,
): void {
  const fault = dates && document
    ? "--dates and --document are two questions: ask one"
    : dates && at !== undefined
    ? "--dates tells all dates: leave out --at"
    : document && at !== undefined
    ? "--document is the machine's last list, as it came: leave out --at"
    : document && (json || long)
    ? `--document prints the document as it is: leave out ${
      json ? "--json" : "--long"
    }`
    : output !== undefined && !document
    ? "--output is for --document, which is missing"
    : null;
  if (fault === null) return;
  const advice = [`${program} list --help says more`];
  throw new CliFailure("usage", fault, { advice });
}

function printList(
  { host, output, program }: Context,
  { machine: { name }, at, confirmedAt, programs, faults }: MachineListView,
  asked: { readonly at: string | undefined; readonly long: boolean },
): void {
  if (at === null) {
    if (asked.at !== undefined) {
      const then = showLocal(Date.parse(asked.at), LOCAL_ZONE);
      output.note(`There is no list of ${name} from before ${then}`);
      output.note(
        `  See which there are with: ${program} list ${name} --dates`,
      );
      return;
    }
    output.note(`${name} has sent no list yet`);
    output.note(`  Ask for it with: ${program} collect --on ${name} --wait`);
    return;
  }
  printListed(output, programs, asked.long);
  printFaults(output, faults);
  const nowMs = host.clock.wallMs();
  const came = Date.parse(at);
  const words = [
    sourceCounts(programs, ` on ${name}`),
    `listed ${showLocal(came, LOCAL_ZONE)} (${showMoment(at, nowMs)})`,
  ];
  if (confirmedAt !== null && Date.parse(confirmedAt) > came) {
    words.push(`confirmed ${showMoment(confirmedAt, nowMs)}`);
  }
  output.note(words.join(", "));
}

function printDates(
  { output, host, program }: Context,
  { machine, lists }: ListDatesView,
): void {
  if (lists.length === 0) {
    output.note(`${machine} has sent no list yet`);
    output.note(`  Ask for it with: ${program} collect --on ${machine} --wait`);
    return;
  }
  const nowMs = host.clock.wallMs();
  const second = (iso: string) => showLocalSecond(Date.parse(iso), LOCAL_ZONE);
  output.table(
    [
      { title: "LISTED" },
      { title: "LAST CONFIRMED" },
      { title: "" },
      { title: "PROGRAMS", right: true },
    ],
    lists.map(({ at, confirmedAt, programs }) => [
      second(at),
      second(confirmedAt),
      showMoment(confirmedAt, nowMs),
      String(programs),
    ]),
  );
  const [newest, before] = lists;
  if (newest === undefined || before === undefined) return;
  const [from, to] = [before, newest].map(({ at }) =>
    second(at).replace(" ", "T")
  );
  output.note(`What changed last: ${program} diff ${machine} ${from} ${to}`);
}
