/**
 * The words of the local API about waking machines.
 *
 * @module
 */

import { z } from "zod";

/** One machine that was to be woken. */
export const wokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Where magic packets went; none when it is awake, or has no address. */
  macs: z.array(z.string()),
  isAwake: z.boolean(),
});

/** One machine that was to be woken. */
export type WokenView = z.infer<typeof wokenSchema>;

/** Answer of `POST /v1/machines/wake`. */
export const wakeSchema = z.object({ machines: z.array(wokenSchema) });
