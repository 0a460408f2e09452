/**
 * An error, as a step of the way tells it.
 *
 * @module
 */

import { failureOf } from "../failure.ts";

/** Its sentence, in our words. */
export function troubleOf(error: unknown): string {
  return failureOf(error, "failed").message;
}

/** Whether the system refuses it to this account. */
export function isDenied(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    // What refuses a file for its mode has the same name, and says so itself.
    const isSystem = one.message.includes("(os error ");
    if (one.name === "PermissionDenied" && isSystem) return true;
  }
  return false;
}
