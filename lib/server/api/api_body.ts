/**
 * A request's body as the value that it must be.
 *
 * @module
 */

import type { Context } from "hono";
import type { z } from "zod";
import { ApiFault } from "../shapes/api_fault.ts";

/** The body, checked. @throws {ApiFault} when it is another thing. */
export async function bodyOf<T extends z.ZodType>(
  context: Context,
  schema: T,
): Promise<z.infer<T>> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // Over the limit.
    throw new ApiFault(400, "The body is not JSON");
  }
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const where = issue?.path.join(".") || "the body";
  throw new ApiFault(400, `Malformed: ${where}: ${issue?.message ?? ""}`);
}
