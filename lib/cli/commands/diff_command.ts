/**
 * `diff`: what is different between two lists of one machine, or between two
 * machines.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import type { DiffView } from "../../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  needing,
  optionalWord,
  wordArgument,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { type DiffSides, sidesOf } from "../diff_sides.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import type { Listed } from "../listed_table.ts";
import { LOCAL_ZONE, showLocal, withLocalTimes } from "../local_time.ts";
import { isMomentLike, MOMENT_FORMS } from "../moment_argument.ts";
import { INVENTORY_GROUP } from "./list_command.ts";

/** `flottille-server diff MACHINE DATE [DATE]`, or of two machines. */
export const diffCommand = defineCommand({
  name: "diff",
  group: INVENTORY_GROUP,
  summary: "Show what is different between two lists",
  usage: "MACHINE DATE [DATE] | MACHINE MACHINE",
  about: [
    "Compares the lists of one machine at two dates (the second is now when " +
    "it is left out), or the last lists of two machines. + is only in the " +
    "second list, - only in the first, ~ in both in different versions.",
    `${MOMENT_FORMS}. A word that reads as a date is one: a machine with ` +
    "such a name is given by its identifier.",
  ],
  examples: [
    ["diff workshop-3 7d", "what changed in a week"],
    ["diff workshop-3 2026-11-01 2026-11-15", "between two evenings"],
    ["diff workshop-3 workshop-4", "what one has and the other has not"],
  ],
  parser: object({
    machine: wordArgument("MACHINE", "A machine's name or identifier"),
    first: wordArgument(
      "DATE-OR-MACHINE",
      "The first date, or the other machine",
    ),
    second: optionalWord("DATE", "The second date; else now"),
    config: configOption(),
    json: jsonFlag(),
  }, needing("MACHINE")),
  async run(context, { machine, first, second, config, json }) {
    const { host, output } = context;
    const words = [machine, first, ...(second === undefined ? [] : [second])];
    const now = { nowMs: host.clock.wallMs(), zone: LOCAL_ZONE };
    const sides = sidesOf(words, now);
    if (!sides.ok) {
      throw new CliFailure("usage", sides.fault, { advice: [MOMENT_FORMS] });
    }
    const client = await openClient(host, config);
    await refuseDoubtful(client, first, sides.value);
    const diff = await client.diff(sides.value.from, sides.value.to).catch(
      (error) => {
        throw betterSaid(error, { machine, first, ...sides.value }, context);
      },
    );
    if (json) output.json(diff);
    else printDiff(context, diff);
    return "ok";
  },
});

/** A word that is a date and a machine's name is neither: somebody would err. */
async function refuseDoubtful(
  client: Awaited<ReturnType<typeof openClient>>,
  word: string,
  { isOfMachines }: DiffSides,
): Promise<void> {
  if (isOfMachines) return;
  const { machines } = await client.machines([]);
  const called = machines.find(({ name }) =>
    name.toLowerCase() === word.toLowerCase()
  );
  if (called === undefined) return;
  throw new CliFailure(
    "usage",
    `"${word}" is a date, and a machine is called so`,
    {
      advice: [
        `For the machine give its identifier: ${called.id}`,
        "For the date write it in another way, such as 2026-11-01T23:59",
      ],
    },
  );
}

/** What the server refused, in the words of whoever typed the line. */
function betterSaid(
  error: unknown,
  { machine, first, isOfMachines }: DiffSides & {
    readonly machine: string;
    readonly first: string;
  },
  { program }: Context,
): unknown {
  if (!(error instanceof CliFailure) || error.exit !== "notFound") return error;
  const advice = error.advice.map((line) => withLocalTimes(line, LOCAL_ZONE));
  // A mistyped date was taken for a machine that nobody knows.
  if (isOfMachines && isMomentLike(first)) {
    advice.push(`If a date was meant: ${MOMENT_FORMS}`);
  }
  if (!isOfMachines && error.advice.length > 0) {
    advice.push(`See its lists with: ${program} list ${machine} --dates`);
  }
  const sentence = withLocalTimes(error.message, LOCAL_ZONE);
  return new CliFailure("notFound", sentence, { advice, cause: error });
}

function printDiff({ output }: Context, diff: DiffView): void {
  const { from, to, added, removed, changed, same } = diff;
  const isOneMachine = from.machine === to.machine;
  const [before, after] = [from, to].map(({ machine, at }) =>
    `${machine} ${showLocal(Date.parse(at), LOCAL_ZONE)}`
  );
  output.note(`--- ${before}`);
  output.note(`+++ ${after}`);
  for (const one of removed) output.line(`- ${words(one)}`, "bad");
  for (const one of added) output.line(`+ ${words(one)}`, "good");
  for (const { from, to } of changed) {
    const versions = `${from.version} -> ${to.version}`;
    output.line(`~ ${words(to, versions)}`, "waiting");
  }
  const counts = isOneMachine
    ? [
      `${removed.length} removed`,
      `${added.length} added`,
      `${changed.length} in another version`,
    ]
    : [
      `${removed.length} only on ${from.machine}`,
      `${added.length} only on ${to.machine}`,
      `${changed.length} in another version`,
    ];
  output.note(`${counts.join(", ")}, ${same} the same`);
  for (const { machine, faults } of [from, to]) {
    for (const { source, error } of faults) {
      output.note(
        `The list of ${machine} is not whole (${source}): ${error}`,
        "waiting",
      );
    }
  }
}

/** `openssl 3.0.14-1 (dpkg amd64)`. */
function words(
  { name, version, source, architecture }: Listed,
  versions = version,
): string {
  const where = [source, architecture ?? ""].filter((word) => word !== "");
  return [name, versions, `(${where.join(" ")})`]
    .filter((word) => word !== "").join(" ");
}
