/**
 * Whole numbers in the paths and questions of the local API.
 *
 * @module
 */

import type { Context } from "hono";
import { ApiFault } from "../shapes/api_fault.ts";

/** The `:id` of the path. @throws {ApiFault} when it is none. */
export function numberOf(context: Context): number {
  return wholeNumber(context.req.param("id") ?? "", Number.MAX_SAFE_INTEGER);
}

/** A number from 1 on. @throws {ApiFault} when it is another thing. */
export function wholeNumber(text: string, max: number): number {
  const number = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : NaN;
  if (number <= max) return number;
  throw new ApiFault(400, `"${text}" is not a whole number from 1 to ${max}`);
}
