/**
 * A journal with every kind of entry, for the tests of journals.
 *
 * @module
 */

import {
  encodeRecord,
  type JournalEntry,
} from "../../lib/install/journal_record.ts";
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
};
/** A failure whose sentence needs escapes. */
export const FAILED = failure("disk", 'Cannot install "tool":\nno space');

/** One journal with every kind of entry, in a lawful order. */
export const ENTRIES: readonly JournalEntry[] = [
  { do: "journal", format: 1 },
  INSTALL,
  { do: "commit", id: INSTALL.id },
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
  },
  { do: "undone", id: "6-4-1", result: FAILED },
  { ...INSTALL, id: "8-5-1", order: 5n },
  { do: "undone", id: "8-5-1", result: null },
];

/** The entries as a journal, numbered from `first`. */
export function encodeAll(entries: readonly JournalEntry[], first = 1) {
  return concat(
    ...entries.map((entry, index) => encodeRecord(first + index, entry)),
  );
}

/** `ENTRIES`, as they lie on the disk. */
export const BYTES = encodeAll(ENTRIES);
