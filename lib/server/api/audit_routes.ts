/**
 * The route of the local API for the journal.
 *
 * @module
 */

import type { Hono } from "hono";
import type { AuditRow } from "../audit/record.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import { AUDIT_ROWS_MAX, type AuditView } from "../shapes/api_schema.ts";
import type { Store } from "../store/store.ts";
import { META_AUDIT_HEAD } from "../store/store_audit.ts";

/** Adds it: records from a number on, or, without one, the last ones. */
export function addAudit(
  app: Hono,
  store: Pick<Store, "auditRows" | "lastAuditRow" | "meta"> | undefined,
): void {
  if (store === undefined) return;
  app.get("/v1/audit", async (context) => {
    const { from, count } = context.req.query();
    const countMax = numberOf("count", count, AUDIT_ROWS_MAX);
    const last = await store.lastAuditRow();
    const first = from === undefined
      ? Math.max(1, (last?.number ?? 0) - countMax + 1)
      : numberOf("from", from, Number.MAX_SAFE_INTEGER);
    // Both at once: nothing is written between them.
    const [rows, head] = await Promise.all([
      store.auditRows(first, countMax),
      store.meta(META_AUDIT_HEAD),
    ]);
    const view: AuditView = { rows: rows.map(viewOf), head };
    return context.json(view);
  });
}

function viewOf({ number, record, signature }: AuditRow) {
  return {
    number,
    record: record.toBase64(),
    signature: signature.toBase64(),
  };
}

function numberOf(name: string, text: string | undefined, max: number): number {
  if (text === undefined) return max;
  const number = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : NaN;
  if (number <= max) return number;
  throw new ApiFault(400, `${name} must be a whole number from 1 to ${max}`);
}
