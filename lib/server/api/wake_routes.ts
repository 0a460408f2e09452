/**
 * The route of the local API for waking machines.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import { whereBodySchema } from "../shapes/api_schema.ts";
import type { WakeDesk } from "../wake/wake_desk.ts";
import { bodyOf } from "./api_body.ts";

/** Adds it. */
export function addWaking(
  app: Hono,
  desk: Pick<WakeDesk, "wake"> | undefined,
  limit: MiddlewareHandler,
): void {
  if (desk === undefined) return;
  app.post("/v1/machines/wake", limit, async (context) => {
    const { on } = await bodyOf(context, whereBodySchema);
    return context.json({ machines: await desk.wake(on) });
  });
}
