/**
 * What every command that gives an order takes, and how it gives it.
 *
 * @module
 */

import { optional } from "@optique/core/modifiers";
import { EXPIRES_S_MAX, type OrderBody } from "../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  switchOf,
  textOption,
  timeoutOption,
  whereOption,
} from "./arguments.ts";
import { beginRollout, wakeBefore } from "./begin_rollout.ts";
import { secondsUntil } from "./coming_moment.ts";
import type { Context } from "./command.ts";
import { durationOption } from "./duration_option.ts";
import type { ExitName } from "./exit_codes.ts";
import { CliFailure } from "./failure.ts";
import { openClient } from "./fleet.ts";
import { giveOrder } from "./give_order.ts";
import { LOCAL_ZONE } from "./local_time.ts";
import {
  readWaves,
  rolloutOptions,
  type RolloutValues,
} from "./rollout_options.ts";
import { showPlan } from "./show_plan.ts";

/** The help's heading for orders. */
export const ORDER_GROUP = "Orders";

/** The options of every order. */
export const orderOptions = () => ({
  on: whereOption(),
  wait: switchOf("--wait", "Follow the order until each machine has ended it"),
  timeout: timeoutOption("With --wait: give up after this time"),
  expires: optional(durationOption("--expires", {
    secondsMax: EXPIRES_S_MAX,
    says: "After this time machines that still wait are not asked any more: " +
      "30d, 12h, 90m or never; else orders.expire_days of the config file",
  })),
  config: configOption(),
  json: jsonFlag(),
});

/** Those of an order that changes programs. */
export const changeOptions = () => ({
  ...orderOptions(),
  anytime: switchOf(
    "--anytime",
    "At once, also outside of the maintenance windows of machines' groups",
  ),
  deadline: optional(textOption(
    "--deadline",
    "TIME",
    "From then on maintenance windows are not waited for, nor soaking: 7d, " +
      "12h, 2026-12-01 or 2026-12-01T18:00",
  )),
  ...rolloutOptions(),
});

/** Those of an order that installs something. */
export const installOptions = () => ({
  ...changeOptions(),
  dryRun: switchOf("--dry-run", "Only show what would be done, and where"),
});

/** What was given of them. */
export interface OrderValues extends RolloutValues {
  readonly on: readonly string[];
  readonly wait: boolean;
  readonly timeout: number | undefined;
  /** Seconds; null: never. */
  readonly expires: number | null | undefined;
  readonly anytime?: boolean;
  readonly deadline?: string | undefined;
  readonly wake?: boolean;
  readonly config: string | undefined;
  readonly json: boolean;
  readonly dryRun?: boolean;
}

/** A cron job must end, however many machines are off. */
const COLLECT_TIMEOUT_MS = 300_000;

/** Gives the order, or shows what it would do. */
export async function order(
  context: Context,
  what: Omit<OrderBody, "on">,
  { on, wait, timeout, config, json, ...values }: OrderValues,
): Promise<ExitName> {
  const { expires, anytime = false, dryRun = false, wake = false } = values;
  const advice = [`${context.program} ${what.verb} --help says more`];
  if (timeout !== undefined && !wait) {
    const fault = "--timeout is for --wait, which is missing";
    throw new CliFailure("usage", fault, { advice });
  }
  if (dryRun && wait) {
    const fault = "--dry-run orders nothing, so --wait has nothing to follow";
    throw new CliFailure("usage", fault, { advice });
  }
  const waves = readWaves(values);
  if (waves !== null && wait) {
    const fault = "--wait follows one order, and --waves gives several";
    throw new CliFailure("usage", fault, {
      advice: [`${context.program} rollout says how far a rollout is`],
    });
  }
  const deadlineS = readDeadline(context, values.deadline);
  const client = await openClient(context.host, config);
  const body = {
    ...{ ...what, on: [...on] },
    ...(expires === undefined ? {} : { expiresS: expires }),
    ...(deadlineS === undefined ? {} : { deadlineS }),
    ...(anytime ? { anytime } : {}),
  };
  if (dryRun) return await showPlan(context, { client, body, json });
  if (waves !== null) {
    const rollout = { order: body, ...waves, wake };
    return await beginRollout(context, { client, rollout, json });
  }
  if (wake) await wakeBefore(context, client, { on: [...on], json });
  const isCollect = what.verb === "collect";
  return await giveOrder(context, {
    ...{ client, body, wait, json },
    timeoutMs: timeout ?? (isCollect ? COLLECT_TIMEOUT_MS : null),
    quiet: isCollect,
  });
}

/** Seconds from now; undefined: none is set. */
function readDeadline(
  { host }: Context,
  typed: string | undefined,
): number | undefined {
  if (typed === undefined) return undefined;
  const around = { nowMs: host.clock.wallMs(), zone: LOCAL_ZONE };
  const seconds = secondsUntil(typed, around);
  if (typeof seconds === "number") return seconds;
  throw new CliFailure("usage", `--deadline: ${seconds}`);
}
