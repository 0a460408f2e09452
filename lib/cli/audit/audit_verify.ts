/**
 * `audit verify`: every signature and every link of a journal.
 *
 * @module
 */

import { toHex } from "../../trust/bytes.ts";
import {
  type Checked,
  checkNext,
  NOTHING_CHECKED,
} from "../../server/audit/check.ts";
import { headOf } from "../../server/audit/record.ts";
import type { AuditValues } from "../commands/audit_command.ts";
import type { Context } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { LOCAL_ZONE, withLocalTimes } from "../local_time.ts";
import { counted } from "../units.ts";
import { type AuditOfFleet, openOfFleet } from "./audit_fleet.ts";

/** Runs it. */
export async function verifyAudit(
  context: Context,
  values: AuditValues,
): Promise<"ok"> {
  const wanted = values.head === undefined ? null : readHead(values.head);
  const audit = await openOfFleet(context, values);
  try {
    const before = await audit.source.head();
    const checked = await check(audit, wanted);
    if (wanted !== null && wanted.number > checked.number) {
      throw wrong(
        `The journal ends with record ${checked.number}, and had a record ` +
          `${wanted.number}: its end was cut off`,
        checked,
      );
    }
    checkEnd(checked, before);
    if (checked.broken !== null) throw wrong(checked.broken, null);
    print(context, audit, checked, values);
    return "ok";
  } finally {
    audit.source.close();
  }
}

/** A record's number, and the hash that it had. */
interface Head {
  readonly number: number;
  readonly hash: string;
}

/** Reads all of it. @throws {CliFailure} at the first thing that is wrong. */
async function check(
  { source, fleetKey }: AuditOfFleet,
  wanted: Head | null,
): Promise<Checked> {
  let checked = NOTHING_CHECKED;
  for await (const row of source.rows(1)) {
    const next = checkNext(checked, fleetKey, row);
    if (!next.ok) throw wrong(next.fault, checked);
    checked = next.value;
    if (wanted?.number === checked.number && wanted.hash !== checked.hash) {
      throw wrong(
        `Record ${wanted.number} is another one than that of the head ` +
          `${headOf(wanted.number, wanted.hash)}: the journal was written ` +
          "anew from some record before on, as a restored backup does, or a " +
          "thief of the server's key",
        checked,
      );
    }
  }
  return checked;
}

/** Where its server noted that it ends; new records may have come since. */
function checkEnd(checked: Checked, noted: string | null): void {
  if (noted === null) return;
  const [number = 0] = noted.split(":").map(Number);
  const isCut = number > checked.number ||
    number === checked.number && noted !== headOf(number, checked.hash);
  if (!isCut) return;
  throw wrong(
    `The journal ends with record ${checked.number}, and its server wrote up ` +
      `to ${number}: its end was cut off`,
    checked,
  );
}

/** @param good How far it is good; null: all that is there is. */
function wrong(sentence: string, good: Checked | null): CliFailure {
  const found = withLocalTimes(sentence, LOCAL_ZONE);
  return new CliFailure("failed", `The journal is not whole. ${found}`, {
    advice: [
      withLocalTimes(goodOf(good), LOCAL_ZONE),
      "A backup or an export from before shows what stood there",
    ],
  });
}

function goodOf(good: Checked | null): string {
  if (good === null) return "All records that are there are good";
  const { number, to } = good;
  return number === 0
    ? "No record before it is good"
    : `The ${counted(number, "record")} before it are good, to ${to}`;
}

function print(
  { output }: Context,
  { source, fleetKey }: AuditOfFleet,
  checked: Checked,
  { json }: AuditValues,
): void {
  const { number, from, to, keys, serial } = checked;
  const head = headOf(number, checked.hash);
  const fleet = toHex(fleetKey);
  if (json) {
    output.json({ records: number, from, to, keys, serial, head, fleet });
    return;
  }
  if (number === 0) {
    output.line(`The journal of ${source.where} has no records yet`);
    return;
  }
  output.line(
    `The journal is whole: ${counted(number, "record")}, each signed and ` +
      "chained to the one before",
    "good",
  );
  const span = withLocalTimes(`${from} to ${to}`, LOCAL_ZONE);
  output.table([{ title: "" }, { title: "" }], [
    ["Read from", source.where],
    ["Written", span],
    ["Signed by", `${counted(keys, "server key")}, serial ${serial} the last`],
    ["Fleet key", fleet],
    ["Head", head],
  ]);
  output.line("");
  output.line(
    "Note the head elsewhere: only audit verify --head HEAD shows that the " +
      "end was not cut off",
  );
}

/** @throws {CliFailure} when it is no head. */
function readHead(text: string): Head {
  const [, number, hash] = /^([1-9]\d{0,15}):([0-9a-f]{64})$/i
    .exec(text.trim()) ?? [];
  if (hash !== undefined) {
    return { number: Number(number), hash: hash.toLowerCase() };
  }
  throw new CliFailure("usage", `"${text}" is no head of a journal`, {
    advice: [
      "It is a record's number, a colon and 64 hexadecimal digits, as audit " +
      "verify and audit export tell it",
    ],
  });
}
