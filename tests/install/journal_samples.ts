/**
 * A journal with every kind of entry, for the tests of journals.
 *
 * @module
 */

import type { JournalEntry } from "../../lib/install/journal/entries.ts";
import { encodeRecord } from "../../lib/install/journal/journal_record.ts";
import { failure } from "../../lib/install/result.ts";
import { concat } from "../../lib/trust/bytes.ts";

/** The begin of an install. */
export const INSTALL: JournalEntry & { readonly do: "begin" } = {
  do: "begin",
  id: "2-18446744073709551615-1",
  kind: "install",
  order: 18_446_744_073_709_551_615n,
  attempt: 1,
  name: "tool",
  version: "2.0",
  previous: "1.0",
  native: [
    { kind: "deb", package: "hello", before: "2.10-2", after: "2.10-3" },
    { kind: "deb", package: "new", before: null, after: "1:1" },
  ],
  hooks: true,
  self: null,
};
/** Its commit. */
export const COMMIT: JournalEntry & { readonly do: "commit" } = {
  do: "commit",
  id: INSTALL.id,
  version: "2.0",
  note: "kept the owner's etc/tool.conf",
  floor: { publisher: "a-publisher", serial: 7 },
  downgrade: { statement: "ab".repeat(32), expiresMs: 1_800_000_000_000 },
};
/** A failure whose sentence needs escapes. */
export const FAILED = failure("disk", 'Cannot install "tool":\nno space');

/** One journal with every kind of entry, in a lawful order. */
export const ENTRIES: readonly JournalEntry[] = [
  { do: "journal", format: 1 },
  INSTALL,
  COMMIT,
  { do: "end", id: INSTALL.id },
  { do: "result", order: 3n, attempt: 2, result: FAILED },
  {
    do: "begin",
    id: "6-4-1",
    kind: "remove",
    order: 4n,
    attempt: 1,
    name: "tool",
    previous: null,
    native: [],
    hooks: false,
  },
  { do: "undone", id: "6-4-1", result: FAILED },
  { ...INSTALL, id: "8-5-1", order: 5n },
  { do: "undone", id: "8-5-1", result: null },
  {
    do: "begin",
    id: "10-6-1",
    kind: "rollback",
    order: 6n,
    attempt: 1,
    name: "tool",
    version: "1.0",
    previous: "2.0",
    native: [],
    hooks: false,
    self: { path: "bin/tool", executable: "/usr/bin/tool" },
  },
  { ...COMMIT, do: "trial", id: "10-6-1" },
  { do: "undone", id: "10-6-1", result: null },
  { do: "floor", name: "other", publisher: "another-publisher", serial: 3 },
  { do: "downgrade", statement: "cd".repeat(32), expiresMs: 5 },
];

/** The entries as a journal, numbered from `first`. */
export function encodeAll(entries: readonly JournalEntry[], first = 1) {
  return concat(
    ...entries.map((entry, index) => encodeRecord(first + index, entry)),
  );
}

/** `ENTRIES`, as they lie on the disk. */
export const BYTES = encodeAll(ENTRIES);
