/** The SQLite store: the suite, and what can become of its file. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { addOrder, machine, newOrder, newTask, NOON_MS } from "../examples.ts";
import { testStore } from "./store_suite.ts";

const disk = realDisk();

testStore("sqlite", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/test.db`;
  let create = true;
  return {
    open() {
      const opened = openSqliteStore({ disk, path, create });
      create = false;
      return opened;
    },
    remove: () => Deno.remove(directory, { recursive: true }),
  };
});

const ada = machine("ada");

interface Spoiled {
  readonly path: string;
  /** The sentence with which the store refuses the file. */
  refusal(): Promise<string>;
}

/** A store with some content, closed, in the hands of a vandal. */
function testFile(name: string, test: (file: Spoiled) => Promise<void>) {
  Deno.test(`openSqliteStore ${name}`, async () => {
    const directory = await Deno.makeTempDir();
    const path = `${directory}/test.db`;
    try {
      await fill(path);
      await test({
        path,
        refusal: async () =>
          (await assertRejects(() => openSqliteStore({ disk, path }), Error))
            .message,
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore({ disk, path, create: true });
  await store.commit([{ kind: "machine", machine: ada }]);
  for (let count = 0; count < 200; count++) {
    await addOrder(store, newOrder({ name: "x".repeat(200) }), [
      newTask(ada.id),
    ]);
  }
  await store.close();
}

testFile("never makes a missing file anew, B-03", async (file) => {
  await Deno.remove(file.path);
  const sentence = await file.refusal();
  assertStringIncludes(sentence, "the file is missing");
  assertStringIncludes(sentence, "put the last backup");
  await assertRejects(() => Deno.stat(file.path), Deno.errors.NotFound);
});

testFile("refuses an empty file, B-03", async (file) => {
  await Deno.truncate(file.path, 0);
  assertStringIncludes(await file.refusal(), "the file is empty");
  assertEquals((await Deno.stat(file.path)).size, 0);
});

testFile("refuses a text in its place, B-03", async (file) => {
  await Deno.writeTextFile(file.path, "not a database\n".repeat(1_000));
  assertStringIncludes(await file.refusal(), "not a database");
});

testFile("refuses another program's database, B-03", async (file) => {
  await Deno.remove(file.path);
  const other = new DatabaseSync(file.path);
  other.exec("CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 1");
  other.close();
  const before = await Deno.readFile(file.path);
  assertStringIncludes(await file.refusal(), "another program's database");
  assertEquals(await Deno.readFile(file.path), before);
});

testFile("refuses a file that was cut, B-03", async (file) => {
  const { size } = await Deno.stat(file.path);
  for (const share of [0.25, 0.5, 0.9]) {
    await Deno.truncate(file.path, Math.floor(size * share / 4_096) * 4_096);
    assertStringIncludes(await file.refusal(), "Cannot open the store");
    await Deno.remove(file.path);
    await fill(file.path);
  }
});

testFile("refuses a page of noise, whichever page, B-03", async (file) => {
  const good = await Deno.readFile(file.path);
  const unnoticed: number[] = [];
  for (let at = 0; at < good.length; at += 4_096) {
    const bad = good.slice();
    crypto.getRandomValues(bad.subarray(at, at + 4_096));
    await Deno.writeFile(file.path, bad);
    try {
      await (await openSqliteStore({ disk, path: file.path })).close();
      unnoticed.push(at / 4_096);
    } catch (error) {
      assertStringIncludes(String(error), "Cannot open the store");
    }
  }
  assertEquals(unnoticed, []);
});

testFile("misses a lost write-ahead log, B-03", async (file) => {
  const store = await openSqliteStore({ disk, path: file.path });
  await store.commit([{ kind: "meta", key: "epoch", value: "7" }]);
  // As a kill leaves it: nothing was closed.
  const copy = `${file.path}.copy`;
  await Deno.copyFile(file.path, copy);
  await Deno.copyFile(`${file.path}-wal`, `${copy}-wal`);
  await store.close();
  const whole = await openSqliteStore({ disk, path: copy });
  assertEquals(await whole.meta("epoch"), "7");
  await Deno.copyFile(copy, `${copy}2`);
  await whole.close();
  const error = await assertRejects(
    () => openSqliteStore({ disk, path: `${copy}2` }),
    Error,
  );
  assertStringIncludes(error.message, "did not close it");
  assertStringIncludes(error.message, "-wal");
});

testFile("refuses a second server, B-05", async (file) => {
  const store = await openSqliteStore({ disk, path: file.path });
  assertStringIncludes(await file.refusal(), "another server has it open");
  await store.commit([{ kind: "meta", key: "epoch", value: "1" }]);
  await store.close();
  await (await openSqliteStore({ disk, path: file.path })).close();
});

testFile("refuses the schema of a newer server, B-06", async (file) => {
  const newer = new DatabaseSync(file.path);
  newer.exec("PRAGMA user_version = 1000");
  newer.close();
  const sentence = await file.refusal();
  assertStringIncludes(sentence, "version 1000");
  assertStringIncludes(sentence, "run the newer server");
});

testFile("refuses to make what is there", async (file) => {
  const error = await assertRejects(
    () => openSqliteStore({ disk, path: file.path, create: true }),
    Error,
  );
  assertStringIncludes(error.message, "it is there already");
});

Deno.test("Store (sqlite) gives no order's number twice", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/test.db`;
  try {
    await fill(path);
    const raw = new DatabaseSync(path);
    raw.exec("DELETE FROM tasks; DELETE FROM orders");
    raw.close();
    const store = await openSqliteStore({ disk, path });
    const order = await addOrder(store, newOrder(), [newTask(ada.id)]);
    assertEquals(order.id, 201);
    assertEquals(order.createdMs, NOON_MS);
    await store.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
