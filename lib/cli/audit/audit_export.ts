/**
 * `audit export`: the journal as a file, to be kept and checked elsewhere. It
 * is written as it is, also when it is not whole: then it is evidence.
 *
 * @module
 */

import { toHex } from "../../trust/bytes.ts";
import {
  type Checked,
  checkNext,
  NOTHING_CHECKED,
} from "../../server/audit/check.ts";
import { lineOf } from "../../server/audit/exported.ts";
import { headOf } from "../../server/audit/record.ts";
import type { AuditValues } from "../commands/audit_command.ts";
import type { Context } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { writeOutput } from "../output_file.ts";
import { counted, showBytes } from "../units.ts";
import { type AuditOfFleet, openOfFleet } from "./audit_fleet.ts";

/** Runs it. */
export async function exportAudit(
  context: Context,
  values: AuditValues,
): Promise<"ok" | "failed"> {
  const { host, output } = context;
  const { file = "", json } = values;
  if (await host.disk.stat(file) !== null) {
    throw new CliFailure("config", `"${file}" is there already`, {
      advice: ["Name a file that is not there yet"],
    });
  }
  const audit = await openOfFleet(context, { ...values, file: undefined });
  try {
    const found: Found = { checked: NOTHING_CHECKED, wrong: null, records: 0 };
    const bytes = await writeOutput(host, file, linesOf(audit, found));
    const { checked, records } = found;
    const wrong = found.wrong ?? checked.broken;
    const head = headOf(checked.number, checked.hash);
    const fleet = toHex(audit.fleetKey);
    if (json) output.json({ file, records, bytes, head, fleet, wrong });
    else {
      output.line(
        `${counted(records, "record")} are in ${file} (${showBytes(bytes)})`,
      );
      if (wrong === null) {
        output.line(`Head: ${head}`);
        output.line(
          `To check it anywhere: audit verify ${file} --fleet ${fleet}`,
        );
      }
    }
    if (wrong === null) return "ok";
    output.error(`The journal is not whole. ${wrong}`, [
      "It was written as it is",
    ]);
    return "failed";
  } finally {
    audit.source.close();
  }
}

interface Found {
  checked: Checked;
  /** A sentence; null: it is whole so far. */
  wrong: string | null;
  records: number;
}

async function* linesOf(
  { source, fleetKey }: AuditOfFleet,
  found: Found,
): AsyncGenerator<Uint8Array> {
  for await (const row of source.rows(1)) {
    if (found.wrong === null) {
      const next = checkNext(found.checked, fleetKey, row);
      if (next.ok) found.checked = next.value;
      else found.wrong = next.fault;
    }
    found.records++;
    yield lineOf(row, found.checked.key);
  }
}
