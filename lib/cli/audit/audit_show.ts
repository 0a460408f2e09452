/**
 * `audit show`: the last records that were asked for.
 *
 * @module
 */

import { join } from "node:path";
import { API_FILE } from "../../server/fleet/fleet_files.ts";
import {
  AUDIT_WORDS,
  type AuditRecord,
  readRecord,
} from "../../server/audit/record.ts";
import type { AuditValues } from "../commands/audit_command.ts";
import { ApiClient } from "../api_client.ts";
import type { Context } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openFleet } from "../fleet.ts";
import { LOCAL_ZONE, showLocalSecond, withLocalTimes } from "../local_time.ts";
import { suggestion } from "../suggestion.ts";
import { typedMoment } from "../typed_moment.ts";
import { type AuditFilter, isOpen, passes } from "./audit_filter.ts";
import {
  type AuditSource,
  openAudit,
  openAuditExport,
} from "./audit_source.ts";
import { auditWords } from "./audit_words.ts";

const LAST_DEFAULT = 20;

/** Records that are looked at together, from the end backwards. */
const STRIDE = 2_000;

/** Runs it. */
export async function showAudit(
  context: Context,
  values: AuditValues,
): Promise<"ok"> {
  const { host, output } = context;
  const asked = filterOf(context, values);
  const { filter, source } = values.file === undefined
    ? await ofFleet(context, values, asked)
    : { filter: asked, source: await openAuditExport(host.disk, values.file) };
  try {
    const last = values.last ?? LAST_DEFAULT;
    const records = await lastRecords(source, filter, last);
    if (values.json) output.json(records);
    else print(context, records, filter);
    return "ok";
  } finally {
    source.close();
  }
}

/** The fleet's own journal; its server knows a machine's other names. */
async function ofFleet(
  { host }: Context,
  { config }: AuditValues,
  filter: AuditFilter,
) {
  const { directory } = (await openFleet(host.disk, config)).config;
  const source = await openAudit(host, directory);
  if (filter.machine === undefined) return { filter, source };
  const client = new ApiClient(host, join(directory, API_FILE));
  try {
    const { machines } = await client.machines([filter.machine]);
    const [machine, ...more] = machines.map(({ id }) => id);
    const isOne = machine !== undefined && more.length === 0;
    return { filter: isOne ? { ...filter, machine } : filter, source };
  } catch (error) {
    // It is off, or the machine was forgotten: the journal still names it.
    if (!(error instanceof CliFailure)) throw error;
    return { filter, source };
  }
}

function print(
  { output }: Context,
  records: readonly AuditRecord[],
  filter: AuditFilter,
): void {
  if (records.length === 0) {
    output.note(
      isOpen(filter)
        ? "The journal has no records yet"
        : "The journal has no such record",
    );
    return;
  }
  output.table(
    [
      { title: "RECORD", right: true },
      { title: "AT" },
      { title: "WHAT" },
      { title: "", cutTo: 20 },
    ],
    records.map((record) => [
      String(record.number),
      showLocalSecond(Date.parse(record.at), LOCAL_ZONE),
      record.what,
      withLocalTimes(auditWords(record), LOCAL_ZONE),
    ]),
  );
}

/** The last ones that pass, oldest first. */
async function lastRecords(
  source: AuditSource,
  filter: AuditFilter,
  countMax: number,
): Promise<AuditRecord[]> {
  const end = await source.last();
  if (end === null) {
    return await passing(source.rows(1), filter, countMax);
  }
  // From the end: who asks for the last ones rarely means the first of all.
  let found: AuditRecord[] = [];
  const stride = isOpen(filter) ? Math.min(countMax, STRIDE) : STRIDE;
  for (let until = end; until > 0 && found.length < countMax;) {
    const from = Math.max(1, until - stride + 1);
    const rows = some(source.rows(from), until - from + 1);
    found = [
      ...await passing(rows, filter, countMax - found.length),
      ...found,
    ];
    until = from - 1;
  }
  return found;
}

/** The last ones of these that pass. */
async function passing(
  rows: AsyncIterable<{ readonly record: Uint8Array }>,
  filter: AuditFilter,
  countMax: number,
): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const row of rows) {
    const record = readRecord(row.record);
    if (!record.ok) {
      throw new CliFailure("failed", `A record ${record.fault}`, {
        advice: ["audit verify says which, and how far the journal is good"],
      });
    }
    if (!passes(filter, record.value)) continue;
    found.push(record.value);
    if (found.length > 2 * countMax) found.splice(0, countMax);
  }
  return found.slice(-countMax);
}

async function* some<T>(all: AsyncIterable<T>, countMax: number) {
  let count = 0;
  for await (const one of all) {
    yield one;
    if (++count >= countMax) return;
  }
}

function filterOf({ host }: Context, values: AuditValues): AuditFilter {
  const { what, order, machine, since, until } = values;
  const words = Object.keys(AUDIT_WORDS);
  const strange = what.find((word) => !words.includes(word));
  if (strange !== undefined) {
    const near = suggestion(strange, words);
    throw new CliFailure(
      "usage",
      `No record is called "${strange}"${near === null ? "" : `; ${near}`}`,
      { advice: [`There are: ${words.join(", ")}`] },
    );
  }
  const momentOf = (text: string) => Date.parse(typedMoment(host.clock, text));
  return {
    ...{ what, order, machine },
    sinceMs: since === undefined ? 0 : beginningOf(since, momentOf),
    untilMs: until === undefined ? Infinity : momentOf(until),
  };
}

/** A typed day or minute means its end; here its beginning is meant. */
function beginningOf(text: string, momentOf: (text: string) => number): number {
  const isDay = /^\s*\d{4}-\d{1,2}-\d{1,2}\s*$/.test(text);
  const atMs = momentOf(isDay ? `${text.trim()}T00:00` : text);
  const isWritten = /^\s*\d{4}-/.test(text);
  return isWritten ? Math.floor(atMs / 1_000 - 59) * 1_000 : atMs;
}
