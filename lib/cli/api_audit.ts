/**
 * What the command line asks of the server about the journal.
 *
 * @module
 */

import { AUDIT_ROWS_MAX, auditSchema } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import { withQuery } from "./api_query.ts";

/** Records from a number on, or, without one, the last ones. */
export async function askAudit(
  client: ApiClient,
  from?: number,
  count: number = AUDIT_ROWS_MAX,
) {
  const path = withQuery("/v1/audit", {
    from: from === undefined ? undefined : String(from),
    count: String(count),
  });
  const { rows, head } = await client.ask({ path }, auditSchema);
  return {
    head,
    rows: rows.map(({ number, record, signature }) => ({
      number,
      record: Uint8Array.fromBase64(record),
      signature: Uint8Array.fromBase64(signature),
    })),
  };
}
