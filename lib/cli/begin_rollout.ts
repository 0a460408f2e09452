/**
 * Begins a rollout, or wakes the machines of an order.
 *
 * @module
 */

import type { RolloutBody } from "../server/shapes/api_schema.ts";
import { wakeSchema } from "../server/shapes/wake_schema.ts";
import type { ApiClient } from "./api_client.ts";
import { rolloutCalls } from "./api_rollouts.ts";
import type { Context } from "./command.ts";
import type { ExitName } from "./exit_codes.ts";
import { rolloutLines } from "./rollout_words.ts";
import { counted } from "./units.ts";

/** Begins it, and says how it stands. */
export async function beginRollout(
  { host, output, program }: Context,
  { client, rollout, json }: {
    readonly client: ApiClient;
    readonly rollout: RolloutBody;
    readonly json: boolean;
  },
): Promise<ExitName> {
  const view = await rolloutCalls(client).begin(rollout);
  if (json) {
    output.json(view);
    return "ok";
  }
  output.text(rolloutLines(view, host.clock.wallMs()));
  output.note(`Follow it with: ${program} rollout ${view.id}`);
  return "ok";
}

/** Calls the machines that are off; the order waits for them in any case. */
export async function wakeBefore(
  { output }: Context,
  client: ApiClient,
  { on, json }: { readonly on: string[]; readonly json: boolean },
): Promise<void> {
  const { machines } = await client.post(
    "/v1/machines/wake",
    { on },
    wakeSchema,
  );
  const called = machines.filter(({ macs }) => macs.length > 0).length;
  if (!json && called > 0) output.note(`Woken: ${counted(called, "machine")}`);
}
