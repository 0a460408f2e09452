/**
 * `--dry-run`: what an order would do, for each group of machines that are
 * alike, and why it could not be done on some.
 *
 * @module
 */

import type { OrderBody, PlanView } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import type { Context } from "./command.ts";
import type { ExitName } from "./exit_codes.ts";
import { counted } from "./units.ts";

/** Names in one line; the rest is counted. */
const NAMES_TOLD_MAX = 8;

type Group = PlanView["groups"][number];

/** Prints the plan; `failed` when it could not be done on some machine. */
export async function showPlan(
  { output }: Context,
  { client, body, json }: {
    readonly client: Pick<ApiClient, "plan">;
    readonly body: OrderBody;
    readonly json: boolean;
  },
): Promise<ExitName> {
  const plan = await client.plan(body);
  if (json) output.json(plan);
  else {
    for (const group of plan.groups) {
      const { problem } = group;
      output.line(planWords(group), problem === null ? "plain" : "bad");
    }
    output.note("Nothing was ordered");
  }
  return plan.groups.some(({ problem }) => problem !== null) ? "failed" : "ok";
}

/** `pc-1, pc-2: java 17.0 in place of 11.0, then editor 2.0`. */
export function planWords({ machines, steps, problem }: Group): string {
  const told = machines.slice(0, NAMES_TOLD_MAX).join(", ");
  const more = machines.length - NAMES_TOLD_MAX;
  const names = more > 0 ? `${told} and ${counted(more, "other")}` : told;
  return `${names}: ${problem ?? steps.map(stepWords).join(", then ")}`;
}

function stepWords({ name, version, now }: Group["steps"][number]): string {
  const instead = now === "" || now === version ? "" : ` in place of ${now}`;
  return `${name} ${version}${instead}`;
}
