/**
 * The words of the local API about one machine's story. Fronts read them
 * through `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment } from "./api_parts.ts";
import { orderSchema, taskSchema } from "./order_schema.ts";

/** One order, and the machine's share of it. */
const chapterSchema = z.object({ order: orderSchema, task: taskSchema });

/** Why a machine is as it is, beside the machine itself. */
export const storyFields = {
  /** Of its groups; none: it may be worked on at any time. */
  windows: z.array(z.string()),
  /** When one opens, or now; null: none ever does. */
  opensAt: moment.nullable(),
  /** Its newest list; null: none has come. */
  list: z.object({
    at: moment,
    confirmedAt: moment,
    programs: count,
    faults: z.array(z.object({ source: z.string(), error: z.string() })),
  }).nullable(),
  /** What has not ended, oldest first. */
  open: z.array(chapterSchema),
  /** What has ended, newest first: the last ones. */
  ended: z.array(chapterSchema),
};

/** An order, and the machine's share of it. */
export type ChapterView = z.infer<typeof chapterSchema>;
