/**
 * The routes of the local API for the desired state.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import { stateBodySchema } from "../shapes/api_schema.ts";
import type { StateDesk } from "../state/state_desk.ts";
import { bodyOf } from "./api_body.ts";

/** Adds them. */
export function addState(
  app: Hono,
  desk: Pick<StateDesk, "view" | "plan" | "apply"> | undefined,
  limit: MiddlewareHandler,
): void {
  if (desk === undefined) return;
  app.get("/v1/state", async (context) => context.json(await desk.view()));
  app.post("/v1/state/plan", limit, async (context) => {
    const { text } = await bodyOf(context, stateBodySchema);
    return context.json(await desk.plan(text));
  });
  app.post("/v1/state", limit, async (context) => {
    const { text } = await bodyOf(context, stateBodySchema);
    return context.json(await desk.apply(text));
  });
}
