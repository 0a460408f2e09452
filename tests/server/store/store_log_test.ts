/** The write-ahead log: when it is needed, and what can become of it (B-03). */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { realDisk } from "../../../lib/host/real_disk.ts";
import type { Store, Write } from "../../../lib/server/store/store.ts";
import { openFile } from "../../../lib/server/store/store_file.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { inDirectory } from "../temporary.ts";

const disk = realDisk();

/** Of SQLite's format: the log's head, a frame's head, a page. */
const HEAD = 32;
const FRAME = 24 + 4_096;

interface Killed {
  /** Files as a kill leaves them; "3" was the last value of "count". */
  readonly path: string;
  readonly log: string;
  open(): Promise<Store>;
  /** What "count" is after a start. */
  count(): Promise<string | null>;
  refusal(): Promise<string>;
}

function note(value: string): Write {
  return { kind: "meta", key: "count", value };
}

/** So much that the log is copied into the database. */
function notes(): Write[] {
  return Array.from({ length: 2_100 }, (_, index): Write => ({
    ...{ kind: "meta", key: `n${index}`, value: "" },
  }));
}

/** A store that was killed after its log had been copied once and grown. */
function testKilled(name: string, test: (killed: Killed) => Promise<void>) {
  Deno.test(`openSqliteStore ${name}`, () =>
    inDirectory(async (directory) => {
      const path = `${directory}/test.db`;
      const whole = `${directory}/whole.db`;
      const store = await openSqliteStore({ disk, path: whole, create: true });
      await store.commit(notes());
      for (const value of ["1", "2", "3"]) await store.commit([note(value)]);
      await Deno.copyFile(whole, path);
      await Deno.copyFile(`${whole}-wal`, `${path}-wal`);
      await store.close();
      const open = () => openSqliteStore({ disk, path });
      await test({
        ...{ path, log: `${path}-wal`, open },
        async count() {
          const store = await open();
          const count = await store.meta("count");
          await store.close();
          return count;
        },
        refusal: async () => (await assertRejects(open, Error)).message,
      });
    }));
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await Deno.writeFile(path, bytes);
}

testKilled("finds everything after a kill -9, B-01", async ({ count }) => {
  assertEquals(await count(), "3");
  assertEquals(await count(), "3");
});

testKilled(
  "needs no log that SQLite has copied and removed, B-03",
  async (killed) => {
    // As a process that ends by an error does, and any tool that looks inside.
    const connection = await openFile({ disk, path: killed.path });
    connection.transaction(() =>
      connection.prepare("UPDATE meta SET value = '4' WHERE key = 'count'")
        .run()
    );
    connection.abandon();
    assertEquals(await disk.stat(killed.log), null);
    assertEquals(await killed.count(), "4");
  },
);

testKilled("misses a log that was removed or emptied, B-03", async (killed) => {
  const bytes = await Deno.readFile(killed.path);
  const empty = (log: string) => Deno.writeFile(log, new Uint8Array());
  for (const spoil of [Deno.remove, empty]) {
    await spoil(killed.log);
    const sentence = await killed.refusal();
    assertStringIncludes(sentence, "did not close it");
    assertStringIncludes(sentence, "put the last backup");
    assertEquals(await Deno.readFile(killed.path), bytes, "nothing is changed");
  }
});

testKilled("refuses a log with a hole, B-03", async (killed) => {
  const good = await Deno.readFile(killed.log);
  const places = [0, 8, 17, 25, HEAD, HEAD + 4, HEAD + 17, HEAD + 30];
  for (const at of [...places, HEAD + FRAME - 1]) {
    await flip(killed.log, at);
    assertStringIncludes(await killed.refusal(), "damaged", `byte ${at}`);
    await Deno.writeFile(killed.log, good);
  }
  assertEquals(await killed.count(), "3");
});

testKilled("takes a log with a torn end, B-02", async (killed) => {
  // The mark, then three transactions of one frame each; behind these lies
  // what is left of the round before.
  await flip(killed.log, HEAD + 3 * FRAME + 30);
  assertEquals(await killed.count(), "2");
});

testKilled(
  "takes the log of a copy that was just begun anew",
  async (killed) => {
    // Everything of it is in the database already; only its head is new.
    const connection = await openFile({ disk, path: killed.path });
    connection.log.hold();
    const copy = `${killed.path}.copy`;
    await Deno.copyFile(killed.path, copy);
    await Deno.copyFile(killed.log, `${copy}-wal`);
    connection.abandon();
    const store = await openSqliteStore({ disk, path: copy });
    assertEquals(await store.meta("count"), "3");
    await store.close();
  },
);

testKilled(
  "leaves the database's file alone while it is held",
  async (killed) => {
    const connection = await openFile({ disk, path: killed.path });
    const release = connection.log.hold();
    const held = await Deno.readFile(killed.path);
    const write = (value: string) =>
      connection.transaction(() => {
        const put = connection.prepare(
          "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = ?",
        );
        for (let at = 0; at < 2_100; at++) put.run(`n${at}`, value, value);
      });
    write("a");
    write("b");
    assertEquals(await Deno.readFile(killed.path), held);
    release();
    write("c");
    connection.close();
    const store = await killed.open();
    assertEquals(await store.meta("n7"), "c");
    await store.close();
  },
);
