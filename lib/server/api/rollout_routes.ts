/**
 * The routes of the local API for rollouts.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import type { RolloutDesk } from "../rollouts/rollout_desk.ts";
import { rolloutBodySchema } from "../shapes/api_schema.ts";
import { bodyOf } from "./api_body.ts";
import { numberOf, wholeNumber } from "./api_numbers.ts";

/** Rollouts in one answer. */
const ROLLOUTS_MAX = 100;

/** Adds them. */
export function addRollouts(
  app: Hono,
  desk: Pick<RolloutDesk, "begin" | "last" | "view" | "tell"> | undefined,
  limit: MiddlewareHandler,
): void {
  if (desk === undefined) return;
  app.post(
    "/v1/rollouts",
    limit,
    async (context) =>
      context.json(await desk.begin(await bodyOf(context, rolloutBodySchema))),
  );
  app.get("/v1/rollouts", async (context) => {
    const limit = wholeNumber(context.req.query("limit") ?? "20", ROLLOUTS_MAX);
    return context.json({ rollouts: await desk.last(limit) });
  });
  app.get(
    "/v1/rollouts/:id",
    async (context) => context.json(await desk.view(numberOf(context))),
  );
  for (const word of ["pause", "stop", "resume"] as const) {
    app.post(
      `/v1/rollouts/:id/${word}`,
      limit,
      async (context) => context.json(await desk.tell(numberOf(context), word)),
    );
  }
}
