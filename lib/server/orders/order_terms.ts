/**
 * What an order says beside what is to be done, from what was asked for: when
 * it expires, whether windows hold it up, who gave it. Pure.
 *
 * @module
 */

import type { OrderBody } from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { OrderedTasks, Write } from "../store/store.ts";
import type { OrderTerms } from "./order_plan.ts";

/** What a part of the server says of an order that it gives. */
export interface Giving {
  /** Which part; absent: the owner himself. */
  readonly origin?: string;
  /** Whom it is for; absent: whom its WHEREs mean. */
  readonly machines?: readonly MachineRecord[];
  /** When it expires, whatever its body says; null: never. */
  readonly expiresMs?: number | null;
  /** When it waits for windows no longer, whatever its body says. */
  readonly deadlineMs?: number | null;
  /** What else is changed when it is put into the store. */
  beside?(given: readonly OrderedTasks[]): readonly Write[];
}

/** Seconds from now, or the moment itself, as a moment. */
export function termsOf(
  { on, expiresS, deadlineS, anytime = false }: OrderBody,
  { origin = "", ...giving }: Giving,
  { nowMs, lastsMs }: {
    readonly nowMs: number;
    readonly lastsMs: number | null;
  },
): OrderTerms {
  const goodMs = expiresS === undefined ? lastsMs : expiresS && expiresS * 1e3;
  const expiresMs = goodMs === null ? null : nowMs + goodMs;
  const deadlineMs = giving.deadlineMs ??
    (deadlineS === undefined ? null : nowMs + deadlineS * 1e3);
  return {
    ...{ on, createdMs: nowMs, anytime, origin },
    expiresMs: giving.expiresMs === undefined ? expiresMs : giving.expiresMs,
    ...(deadlineMs === null ? {} : { deadlineMs }),
  };
}
