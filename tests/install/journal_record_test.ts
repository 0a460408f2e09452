/**
 * The records of a journal and what they mean together: what is read back,
 * what a crash may cut, and what must not be guessed.
 *
 * @module
 */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { JournalEntry } from "../../lib/install/journal/entries.ts";
import {
  decodeJournal,
  encodeRecord,
} from "../../lib/install/journal/journal_record.ts";
import {
  JournalState,
  RESULTS_MAX,
} from "../../lib/install/journal/journal_state.ts";
import { done } from "../../lib/install/result.ts";
import { concat, fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { faultOf, valueOf } from "../ieo/samples.ts";
import {
  BYTES,
  COMMIT,
  encodeAll,
  ENTRIES,
  FAILED,
  INSTALL,
} from "./journal_samples.ts";

Deno.test("decodeJournal reads back what encodeRecord wrote", () => {
  for (const first of [1, 4_711]) {
    const bytes = encodeAll(ENTRIES, first);
    const content = valueOf(decodeJournal(bytes));
    assertEquals(content.entries, ENTRIES);
    assertEquals(content.nextSequence, first + ENTRIES.length);
    assertEquals(content.goodBytes, bytes.length);
  }
});

Deno.test("encodeRecord gives one line of text", () => {
  const text = fromUtf8(encodeRecord(7, { do: "end", id: "1-2-3" }));
  assertEquals(text, '7 c6a3ba7a4d1862a5 {"do":"end","id":"1-2-3"}\n');
});

Deno.test("decodeJournal drops a last record cut at every byte", () => {
  const whole = encodeAll(ENTRIES.slice(0, -1)).length;
  for (let size = whole; size < BYTES.length; size++) {
    const content = valueOf(decodeJournal(BYTES.subarray(0, size)));
    assertEquals(content.goodBytes, whole);
    assertEquals(content.entries, ENTRIES.slice(0, -1));
  }
});

Deno.test("decodeJournal drops a last record that is not what was written", () => {
  const whole = encodeAll(ENTRIES.slice(0, -1)).length;
  for (let at = whole; at < BYTES.length; at++) {
    const bytes = BYTES.slice();
    bytes[at] = 0;
    assertEquals(valueOf(decodeJournal(bytes)).goodBytes, whole);
  }
});

Deno.test("decodeJournal refuses a journal damaged before its last record", () => {
  const last = encodeAll(ENTRIES.slice(0, -1)).length;
  for (let at = 0; at < last; at++) {
    const bytes = BYTES.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    assertMatch(faultOf(decodeJournal(bytes)), /is damaged at byte \d+/);
  }
});

const BROKEN: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  "an empty file": [new Uint8Array(), /is empty/],
  "a text": [utf8("hello\n"), /is damaged at byte 0/],
  "zeros": [new Uint8Array(100), /is damaged at byte 0/],
  "a record missing in the middle": [
    concat(
      encodeAll(ENTRIES.slice(0, 2)),
      encodeAll(ENTRIES.slice(3), 4),
    ),
    /is damaged at byte/,
  ],
  "a journal that does not begin with its head": [
    encodeAll(ENTRIES.slice(1)),
    /first record out of place, at byte 0/,
  ],
  "two journals, one after the other": [
    concat(BYTES, encodeAll(ENTRIES, 1 + ENTRIES.length)),
    /first record out of place/,
  ],
  "a kind of entry that is not known": [
    concat(
      encodeAll(ENTRIES.slice(0, 1)),
      encodeRecord(2, { do: "dance" } as unknown as JournalEntry),
    ),
    /cannot read \("do" is dance\)/,
  ],
  "the format of a newer version": [
    encodeRecord(1, { do: "journal", format: 2 } as unknown as JournalEntry),
    /newer Flottille/,
  ],
};
for (const [what, [bytes, says]] of Object.entries(BROKEN)) {
  Deno.test(`decodeJournal refuses ${what}`, () => {
    assertMatch(faultOf(decodeJournal(bytes)), says);
  });
}

Deno.test("decodeJournal reads what was written before there were notes, floors and rollbacks", () => {
  const { native: _, hooks: __, ...begin } = INSTALL;
  const old = [
    { do: "journal", format: 1 },
    begin,
    { do: "commit", id: INSTALL.id },
    { do: "end", id: INSTALL.id },
    { do: "result", order: 3n, attempt: 2, result: { ok: true } },
  ] as unknown as JournalEntry[];
  const { entries } = valueOf(decodeJournal(encodeAll(old)));
  assertEquals(entries[1], { ...INSTALL, native: [], hooks: false });
  const commit = { version: "", note: "", floor: null, downgrade: null };
  assertEquals(entries[2], { do: "commit", id: INSTALL.id, ...commit });
  assertEquals(entries[4], {
    do: "result",
    order: 3n,
    attempt: 2,
    result: done(""),
  });
});

Deno.test("JournalState knows the open transaction and the results", () => {
  const state = new JournalState();
  const open: (boolean | null)[] = [];
  for (const entry of ENTRIES) {
    state.apply(entry);
    open.push(state.open?.committed ?? null);
  }
  const [no, begun, committed] = [null, false, true];
  const [undoing, none] = [[begun, no], [no, no]];
  assertEquals(open, [
    ...[no, begun, committed, no, no],
    ...[...undoing, ...undoing, begun, ...undoing],
    ...none,
  ]);
  assertEquals(
    state.resultOf(INSTALL.order, 1),
    done(COMMIT.version, COMMIT.note),
  );
  assertEquals(state.resultOf(3n, 2), FAILED);
  assertEquals(state.resultOf(4n, 1), FAILED);
  assertEquals(state.resultOf(5n, 1), null);
  assertEquals(state.resultOf(3n, 1), null);
});

Deno.test("JournalState refuses entries out of order", () => {
  const wrong: readonly (readonly JournalEntry[])[] = [
    [INSTALL, { ...INSTALL, id: "3-3-3" }],
    [{ ...COMMIT, id: "1-1-1" }],
    [INSTALL, { ...COMMIT, id: "1-1-1" }],
    [INSTALL, { do: "end", id: INSTALL.id }],
    [INSTALL, COMMIT, {
      do: "undone",
      id: INSTALL.id,
      result: null,
    }],
    [INSTALL, COMMIT, { ...COMMIT, do: "trial" }],
    [INSTALL, { ...COMMIT, do: "trial" }, { ...COMMIT, do: "trial" }],
    [INSTALL, { do: "result", order: 1n, attempt: 1, result: done("1.0") }],
  ];
  for (const entries of wrong) {
    const state = new JournalState();
    for (const entry of entries.slice(0, -1)) state.apply(entry);
    const last = entries.at(-1);
    assertThrows(() => last && state.apply(last), Error, "cannot go on with");
  }
});

Deno.test("JournalState keeps the last results only", () => {
  const state = new JournalState();
  for (let order = 1n; order <= RESULTS_MAX + 1; order++) {
    state.apply({ do: "result", order, attempt: 1, result: done("1.0") });
  }
  assertEquals(state.results().length, RESULTS_MAX);
  assertEquals(state.resultOf(1n, 1), null);
  assertEquals(state.resultOf(2n, 1), done("1.0"));
});
