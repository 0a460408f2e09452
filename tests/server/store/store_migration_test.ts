/** A store of an older server, taken over by this one (B-06). */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { NO_FACTS } from "../../../lib/server/shapes/program.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { SCHEMA_VERSION } from "../../../lib/server/store/store_schema.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { newTask } from "../examples.ts";
import { inDirectory } from "../temporary.ts";
import { ADA, makeVersion1, statementsOf } from "./store_version_1.ts";

const MIGRATOR = new URL("./store_migrator.ts", import.meta.url).pathname;
const disk = realDisk();

/** Everything that a server of version 1 knew, and what it did not know yet. */
async function assertWhole(store: Store, label: string): Promise<void> {
  assertEquals(await store.machines(), [ADA], label);
  assertEquals(await store.meta("epoch"), "7", label);
  const [program] = await store.programs();
  assertEquals([program?.version, program?.facts], ["1.0", NO_FACTS], label);
  assertEquals(await store.tasks(1), [newTask(ADA.id)], label);
  assertEquals(await store.held(["hello"]), [
    { machine: ADA.id, name: "hello", version: "0.9" },
  ], label);
  const [list] = await store.lists();
  // It is asked for once more: its distribution was not read.
  assertEquals([list?.sha256, list?.distribution], ["", ""], label);
  assertEquals(await store.downgrades(), [], label);
}

Deno.test("openSqliteStore takes a store of schema version 1 over, B-06", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/test.db`;
    makeVersion1(path);
    const store = await openSqliteStore({ disk, path });
    await assertWhole(store, "first start");
    await store.close();
    const again = await openSqliteStore({ disk, path });
    await assertWhole(again, "second start");
    await again.close();
    const raw = new DatabaseSync(path);
    const version = raw.prepare("PRAGMA user_version").get()?.user_version;
    raw.close();
    assertEquals(version, SCHEMA_VERSION);
  }));

Deno.test("openSqliteStore takes it over after a kill -9 at every statement, B-06", () =>
  inDirectory(async (directory) => {
    const kills = statementsOf(2).length;
    for (let done = 0; done <= kills; done++) {
      const path = `${directory}/killed_${done}.db`;
      makeVersion1(path);
      const { signal } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--allow-all", "--no-check", "--quiet"],
          ...[MIGRATOR, path, String(done)],
        ],
        stderr: "inherit",
      }).output();
      assertEquals(signal, "SIGKILL");
      const store = await openSqliteStore({ disk, path });
      await assertWhole(store, `killed after ${done} of ${kills} statements`);
      await store.close();
    }
  }));
