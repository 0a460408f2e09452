/**
 * The routes of the local API for groups and tags.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import type { GroupDesk } from "../groups/group_desk.ts";
import type { MachineDesk } from "../machines/machine_desk.ts";
import {
  groupBodySchema,
  groupNameBodySchema,
  tagBodySchema,
} from "../shapes/api_schema.ts";
import { bodyOf } from "./api_body.ts";

/** Adds them. */
export function addGroups(
  app: Hono,
  groups: GroupDesk,
  machines: MachineDesk,
  limit: MiddlewareHandler,
): void {
  app.get(
    "/v1/groups",
    (context) => context.json({ groups: groups.list() }),
  );
  app.get(
    "/v1/groups/:name",
    (context) => context.json(groups.show(context.req.param("name"))),
  );
  app.post(
    "/v1/groups",
    limit,
    async (context) =>
      context.json(await groups.put(await bodyOf(context, groupBodySchema))),
  );
  app.post("/v1/groups/delete", limit, async (context) => {
    const { name } = await bodyOf(context, groupNameBodySchema);
    return context.json(await groups.remove(name));
  });
  app.get("/v1/tags", (context) => context.json({ tags: groups.tags() }));
  app.post("/v1/tags", limit, async (context) => {
    const { tag, on, isGone } = await bodyOf(context, tagBodySchema);
    const meant = isGone
      ? await groups.untag(tag, on)
      : await groups.tag(tag, on);
    return context.json({
      machines: meant.map((machine) => machines.view(machine)),
    });
  });
}
