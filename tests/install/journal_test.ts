/**
 * The journal on a disk: opened again, cut, damaged, compacted, and that a
 * record which failed to be written never counts.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { JournalEntry } from "../../lib/install/journal/entries.ts";
import { Journal, JournalError } from "../../lib/install/journal/journal.ts";
import { decodeJournal } from "../../lib/install/journal/journal_record.ts";
import { done } from "../../lib/install/result.ts";
import { DISK, valueOf, withDirectory } from "../ieo/samples.ts";
import {
  BYTES,
  encodeAll,
  ENTRIES,
  FAILED,
  INSTALL,
} from "./journal_samples.ts";
import {
  type Injection,
  type Operation,
  systemError,
  WatchedDisk,
} from "./watched_disk.ts";

Deno.test("Journal keeps results, floors and used statements over being opened again, I-16", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/journal`;
    const first = await Journal.open(DISK, path);
    for (const entry of ENTRIES.slice(1)) await first.append(entry);
    assert(!first.isCompact);
    first.close();
    const second = await Journal.open(DISK, path);
    assertEquals(second.nextSequence, ENTRIES.length + 1);
    assertEquals(second.state.results().length, 3);
    await second.compact();
    assert(second.isCompact);
    await second.append({
      do: "result",
      order: 9n,
      attempt: 1,
      result: done("1.0"),
    });
    second.close();
    const third = await Journal.open(DISK, path);
    assertEquals(third.state.results().map(({ order }) => order), [
      INSTALL.order,
      3n,
      4n,
      9n,
    ]);
    assertEquals(third.state.floors.all(), FLOORS);
    assert(third.state.downgrades.has("ab".repeat(32)));
    assert(third.state.downgrades.has("cd".repeat(32)));
    // Numbers go on over compactions: a transaction's name is never reused.
    assertEquals(third.nextSequence, ENTRIES.length + 1 + 8 + 1);
    third.close();
  });
});

Deno.test("Journal takes away a record that a crash cut off", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/journal`;
    const [head] = ENTRIES;
    const bytes = encodeAll(ENTRIES.slice(0, 2));
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 9));
    const journal = await Journal.open(DISK, path);
    assertEquals(journal.state.open, null);
    await journal.append(INSTALL);
    journal.close();
    const content = valueOf(decodeJournal(await Deno.readFile(path)));
    assertEquals(content.entries, [head, INSTALL]);
  });
});

Deno.test("Journal that was damaged says what to do", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/journal`;
    const bytes = BYTES.slice();
    bytes[80] = 0;
    await Deno.writeFile(path, bytes);
    const error = await assertRejects(
      () => Journal.open(DISK, path),
      JournalError,
    );
    assertMatch(error.message, /is damaged at byte \d+\. Move that file aside/);
    assertEquals(await Deno.readFile(path), bytes);
  });
});

Deno.test("Journal that contradicts itself is refused as damaged", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/journal`;
    const end: JournalEntry = { do: "end", id: "1-1-1" };
    await Deno.writeFile(path, encodeAll([...ENTRIES.slice(0, 1), end]));
    const open = () => Journal.open(DISK, path);
    await assertRejects(open, JournalError, "contradicts itself");
  });
});

const FLOORS = [
  { name: "tool", publisher: "a-publisher", serial: 7 },
  { name: "other", publisher: "another-publisher", serial: 3 },
];

for (const kind of ["write", "sync"] as const) {
  Deno.test(`Journal does not count a record whose ${kind} failed`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/journal`;
      let decide: (operation: Operation) => Injection | null = () => null;
      const disk = new WatchedDisk(DISK, (operation) => decide(operation));
      const journal = await Journal.open(disk, path);
      const { nextSequence } = journal;
      decide = (operation) =>
        operation.kind === kind
          ? { error: systemError("ENOSPC"), half: true }
          : null;
      await assertRejects(() => journal.append(INSTALL), Error, "ENOSPC");
      assertEquals(journal.state.open, null);
      assertEquals(journal.nextSequence, nextSequence);
      // As long as nobody knows what is on the medium, nothing goes on.
      decide = (operation) =>
        operation.kind === "truncate" ? { error: systemError("EIO") } : null;
      await assertRejects(() => journal.repair(), Error, "EIO");
      await assertRejects(() => journal.append(INSTALL), Error, "EIO");
      decide = () => null;
      const result: JournalEntry = {
        do: "result",
        order: 1n,
        attempt: 1,
        result: done("1.0"),
      };
      await journal.append(result);
      const content = valueOf(decodeJournal(await Deno.readFile(path)));
      assertEquals(content.entries.slice(1), [result]);
      disk.bury();
    });
  });
}

Deno.test("Journal whose compaction fails at any step goes on", async () => {
  for (let n = 1; n < 20; n++) {
    const isThrough = await withDirectory(async (directory) => {
      const path = `${directory}/journal`;
      let decide: (operation: Operation) => Injection | null = () => null;
      const disk = new WatchedDisk(DISK, (operation) => decide(operation));
      const journal = await Journal.open(disk, path);
      for (const entry of ENTRIES.slice(1)) await journal.append(entry);
      let count = 0;
      decide = () => ++count === n ? { error: systemError("EIO") } : null;
      const failed = await journal.compact().then(() => false, () => true);
      decide = () => null;
      await journal.append({
        do: "result",
        order: 9n,
        attempt: 1,
        result: done("1.0"),
      });
      disk.bury();
      // Whichever file it is, the record is in the one under the path.
      const again = await Journal.open(DISK, path);
      assertEquals(again.state.resultOf(9n, 1), done("1.0"));
      assertEquals(again.state.resultOf(3n, 2), FAILED);
      again.close();
      return !failed;
    });
    if (isThrough) return;
  }
  throw new Error("A compaction takes more operations than can be");
});
