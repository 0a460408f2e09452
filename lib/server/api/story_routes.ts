/**
 * The route of the local API for a machine's story.
 *
 * @module
 */

import type { Hono } from "hono";
import type { StoryDesk } from "../machines/story_desk.ts";

/** Adds it. */
export function addStories(
  app: Hono,
  stories: Pick<StoryDesk, "tell"> | undefined,
): void {
  if (stories === undefined) return;
  app.get(
    "/v1/machines/:machine/why",
    async (context) =>
      context.json(await stories.tell(context.req.param("machine"))),
  );
}
