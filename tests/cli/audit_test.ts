/** What a person reads of the journal, and which records. */

import { assertEquals, assertMatch } from "@std/assert";
import { type AuditFilter, passes } from "../../lib/cli/audit/audit_filter.ts";
import { auditWords } from "../../lib/cli/audit/audit_words.ts";
import { AUDIT_WORDS } from "../../lib/server/audit/record.ts";
import type { AuditRecord } from "../../lib/server/audit/record.ts";

const ID = "90a3c1270af622b868be2bd2e01f4326";

function record(
  what: string,
  facts: Record<string, unknown>,
  at = "2026-11-23T08:00:00.000Z",
): AuditRecord {
  return { number: 1, previous: "0".repeat(64), at, what, facts };
}

const EVERYTHING: AuditFilter = {
  ...{ what: [], order: undefined, machine: undefined },
  ...{ sinceMs: 0, untilMs: Infinity },
};

const order = record("order", {
  ...{ order: 7, verb: "install", name: "editor", version: "1" },
  ...{ on: ["all"], machines: [ID], origin: "schedule" },
});
const answer = record("answer", {
  ...{ order: 7, machine: ID, name: "PC-1", state: "failed" },
  reason: "The disk is full",
});

Deno.test("auditWords says what happened in a line", () => {
  assertEquals(
    auditWords(order),
    "7: install editor 1 on all (1 machine) by schedule",
  );
  assertEquals(auditWords(answer), "7 on PC-1: failed: The disk is full");
  const brief = { count: 900, sha256: "00", first: [] };
  const many = record("order", { ...order.facts, machines: brief });
  assertMatch(auditWords(many), /\(900 machines\)/);
});

Deno.test("auditWords shows what it does not know as it is", () => {
  const strange = record("moon phase", { full: true, at: [1, 2] });
  assertEquals(auditWords(strange), "full true, at 1, 2");
  for (const what of Object.keys(AUDIT_WORDS)) {
    // Whatever is missing: a reader of evidence must not stumble over it.
    assertEquals(typeof auditWords(record(what, {})), "string");
  }
});

Deno.test("passes takes a machine by its name and by its identifier", () => {
  for (const machine of ["pc-1", ID, ID.slice(0, 8)]) {
    assertEquals(passes({ ...EVERYTHING, machine }, answer), true, machine);
  }
  assertEquals(passes({ ...EVERYTHING, machine: ID }, order), true);
  for (const machine of ["pc-2", ID.slice(0, 7), "editor"]) {
    assertEquals(passes({ ...EVERYTHING, machine }, answer), false, machine);
    // An order bears a program's name, which may be a machine's too.
    assertEquals(passes({ ...EVERYTHING, machine }, order), false, machine);
  }
});

Deno.test("passes wants all that was asked for", () => {
  const atMs = Date.parse(answer.at);
  const cases: readonly (readonly [Partial<AuditFilter>, boolean])[] = [
    [{ what: ["answer", "order"], order: 7 }, true],
    [{ what: ["order"], order: 7 }, false],
    [{ order: 8 }, false],
    [{ sinceMs: atMs, untilMs: atMs }, true],
    [{ sinceMs: atMs + 1 }, false],
    [{ untilMs: atMs - 1 }, false],
  ];
  for (const [different, expected] of cases) {
    assertEquals(passes({ ...EVERYTHING, ...different }, answer), expected);
  }
});
