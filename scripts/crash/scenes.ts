/**
 * The kinds of order that are killed after every step: from which state of the
 * machine, and what must have become of it in the end.
 *
 * @module
 */

import type { OrderBody } from "../../lib/server/shapes/api_schema.ts";

/** A kind of order, from where to where. */
export interface Scene {
  readonly title: string;
  /** The image that the machine is put back to. */
  readonly from: "nothing" | "1.0" | "2.0 over 1.0";
  readonly order: Omit<OrderBody, "on">;
  readonly before: string | null;
  /** The version ordered; null for a removal. In use for a moment at least. */
  readonly ordered: string | null;
  readonly after: string | null;
  readonly ends: "done" | "failed";
}

export const NAME = "tool";
/** What is killed at every step. */
// deno-fmt-ignore
export const SCENES: readonly Scene[] = [
  { title: "install",  from: "nothing",      order: { verb: "install", name: NAME, version: "1.0" },  before: null,  ordered: "1.0", after: "1.0", ends: "done" },
  { title: "update",   from: "1.0",          order: { verb: "install", name: NAME, version: "2.0" },  before: "1.0", ordered: "2.0", after: "2.0", ends: "done" },
  { title: "rollback", from: "2.0 over 1.0", order: { verb: "rollback", name: NAME },                 before: "2.0", ordered: "1.0", after: "1.0", ends: "done" },
  { title: "removal",  from: "2.0 over 1.0", order: { verb: "remove", name: NAME },                   before: "2.0", ordered: null,  after: null,  ends: "done" },
  { title: "update whose check fails", from: "1.0", order: { verb: "install", name: NAME, version: "3.0" }, before: "1.0", ordered: "3.0", after: "1.0", ends: "failed" },
];
