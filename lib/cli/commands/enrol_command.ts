/**
 * `enrol`: the secrets by which machines join, and a new one.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import type { SecretsView } from "../../server/shapes/api_schema.ts";
import { secretCalls } from "../api_secrets.ts";
import {
  configOption,
  jsonFlag,
  numberOption,
  optionalWord,
  PLAIN,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { durationOption } from "../duration_option.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";
import { openClient, openFleet } from "../fleet.ts";
import type { Output } from "../output.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { showMoment } from "../units.ts";

const ACTIONS = ["list", "rotate", "reload"];

const USES_MAX = 1_000_000;
const TEN_YEARS_S = 3_653 * 86_400;

interface Values {
  readonly expires: number | null | undefined;
  readonly uses: number | undefined;
  readonly keep: number | null | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** `flottille-server enrol [list|rotate|reload]`. */
export const enrolCommand = defineCommand({
  name: "enrol",
  group: "The fleet",
  summary: "Show or replace the secret in join.json by which machines join",
  usage: "[list | rotate [--expires TIME] [--uses N] [--keep TIME] | reload]",
  about: [
    "Without more, or with list, shows the secrets that let machines in: until " +
    "when, and for how many machines. A machine that has joined needs none any " +
    "more.",
    "rotate makes a new one and writes it into join.json, for machines that " +
    "come from now on; those before hold no more, or for the time of --keep. " +
    "Do it when a join file is in wrong hands, and after a year. A server that " +
    "runs takes it at once.",
    "reload tells the server that keys/enrolment.json was changed by hand.",
  ],
  examples: [
    ["enrol", ""],
    ["enrol rotate", "a join file was lost"],
    ["enrol rotate --uses 30 --expires 7d", "for the thirty of a new room"],
  ],
  parser: object({
    action: optionalWord("ACTION", "list, rotate or reload; else list"),
    expires: optional(durationOption("--expires", {
      secondsMax: TEN_YEARS_S,
      says: "rotate: how long the new secret is good; else never ends",
    })),
    uses: optional(numberOption(
      "--uses",
      "N",
      { min: 1, max: USES_MAX },
      "rotate: how many machines may join with it; else any number",
    )),
    keep: optional(durationOption("--keep", {
      secondsMax: TEN_YEARS_S,
      says: "rotate: how long those before are good still; else not at all",
    })),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { action = "list", ...values }) {
    if (!ACTIONS.includes(action)) {
      const near = didYouMean(nearest(action, ACTIONS));
      throw new CliFailure("usage", `There is no enrol ${action}${near}`, {
        advice: ["There are: enrol, enrol rotate, enrol reload"],
      });
    }
    if (action === "rotate") return await rotate(context, values);
    const { host, output } = context;
    const calls = secretCalls(await openClient(host, values.config));
    const view = await (action === "list" ? calls.held() : calls.reload());
    if (values.json) output.json(view);
    else printSecrets(output, view, host.clock.wallMs());
    return "ok";
  },
});

async function rotate(
  { host, output }: Context,
  { expires = null, uses, keep = 0, config, json }: Values,
): Promise<"ok"> {
  if (keep === null) {
    throw new CliFailure("usage", "--keep needs an end, such as 7d");
  }
  // Loaded for this command alone: the others start in half the time.
  const { rotateSecret } = await import("../../server/fleet/rotate_secret.ts");
  const { directory } = (await openFleet(host.disk, config)).config;
  const rotation = {
    expiresMs: expires === null ? null : expires * 1_000,
    usesMax: uses ?? null,
    keepMs: keep * 1_000,
  };
  const made = await withConfigFailures(
    rotateSecret({ host, directory, rotation }),
  );
  const isTaken = await tellServer(host, config);
  if (json) {
    output.json({ ...made, isTaken });
    return "ok";
  }
  output.line(`The new secret is ${made.id}; it is in:`);
  for (const path of made.files) output.line(`  ${path}`);
  if (made.kept.length > 0) {
    output.line(`Good for a while still: ${made.kept.join(", ")}`);
  }
  if (made.gone.length > 0) {
    output.line(`Good no more: ${made.gone.join(", ")}`);
  }
  output.note(
    isTaken
      ? "The server has taken it; give new machines the new join.json"
      : "No server runs; it takes the new secret when it starts",
  );
  return "ok";
}

/** False: none runs. */
async function tellServer(
  host: Context["host"],
  config: string | undefined,
): Promise<boolean> {
  try {
    await secretCalls(await openClient(host, config)).reload();
    return true;
  } catch (error) {
    if (error instanceof CliFailure && error.exit === "notRunning") {
      return false;
    }
    throw error;
  }
}

function printSecrets(
  output: Output,
  { secrets }: SecretsView,
  nowMs: number,
): void {
  if (secrets.length === 0) {
    output.note(
      "There is no secret: no machine can join; enrol rotate makes one",
    );
    return;
  }
  output.table(
    [{ title: "SECRET" }, { title: "GOOD" }, { title: "MACHINES" }],
    secrets.map(({ id, expiresAt, usesMax, uses }) => [
      id,
      goodWords(expiresAt, nowMs),
      usesMax === null ? `${uses}` : `${uses} of ${usesMax}`,
    ]),
  );
}

function goodWords(expiresAt: string | null, nowMs: number): string {
  if (expiresAt === null) return "for ever";
  const isOver = Date.parse(expiresAt) <= nowMs;
  return `${isOver ? "expired" : "expires"} ${showMoment(expiresAt, nowMs)}`;
}
