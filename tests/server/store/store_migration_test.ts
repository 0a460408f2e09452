/** A store of an older server, taken over by this one (B-06). */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { NO_FACTS } from "../../../lib/server/shapes/program.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { SCHEMA_VERSION } from "../../../lib/server/store/store_schema.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { newTask, NOON_MS } from "../examples.ts";
import { inDirectory } from "../temporary.ts";
import { putList } from "./store_kit.ts";
import {
  ADA,
  makeVersion1,
  makeVersion2,
  statementsOf,
} from "./store_older_versions.ts";

const MIGRATOR = new URL("./store_migrator.ts", import.meta.url).pathname;
const disk = realDisk();

const OLDER = [[1, makeVersion1], [2, makeVersion2]] as const;

/** Statements between two kills: it is one transaction, wherever it is cut. */
const KILL_EVERY = 4;

const HELLO = [{
  ...{ name: "hello", version: "0.9", purl: "pkg:generic/hello@0.9" },
  source: "flottille",
}];

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
  // It is asked for once more: its distribution and signature were not read.
  const known = { atMs: NOON_MS, confirmedMs: NOON_MS, programs: 1 };
  assertEquals(await store.lists(), [{
    ...{ machine: ADA.id, sha256: "", size: 0, ...known },
    ...{ signature: new Uint8Array(), faults: [] },
    ...{ distribution: "", distributionVersion: "", rebootFor: "" },
  }], label);
  assertEquals(await store.listDates(ADA.id), [known], label);
  assertEquals(await store.listedPrograms(ADA.id, NOON_MS), HELLO, label);
  assertEquals(await store.listedPrograms(ADA.id, null), HELLO, label);
  assertEquals(await store.downgrades(), [], label);
}

for (const [version, make] of OLDER) {
  Deno.test(`openSqliteStore takes a store of schema version ${version} over, B-06`, () =>
    inDirectory(async (directory) => {
      const path = `${directory}/test.db`;
      make(path);
      const store = await openSqliteStore({ disk, path });
      await assertWhole(store, "first start");
      await store.close();
      const again = await openSqliteStore({ disk, path });
      await assertWhole(again, "second start");
      const next = { atMs: NOON_MS + 1, confirmedMs: NOON_MS + 1 };
      await again.commit(putList(ADA.id, [], next));
      assertEquals(await again.listedPrograms(ADA.id, NOON_MS), HELLO);
      assertEquals(await again.listedPrograms(ADA.id, null), []);
      await again.close();
      const raw = new DatabaseSync(path);
      const now = raw.prepare("PRAGMA user_version").get()?.user_version;
      assertEquals(raw.prepare("PRAGMA foreign_key_check").all(), []);
      raw.close();
      assertEquals(now, SCHEMA_VERSION);
    }));

  Deno.test(`openSqliteStore takes version ${version} over after a kill -9 at its statements, B-06`, () =>
    inDirectory(async (directory) => {
      const kills = statementsOf(version + 1).length;
      for (let done = 0; done <= kills; done += KILL_EVERY) {
        const path = `${directory}/killed_${done}.db`;
        make(path);
        const { signal } = await new Deno.Command(Deno.execPath(), {
          args: [
            ...["run", "--allow-all", "--no-check", "--quiet"],
            ...[MIGRATOR, path, String(version + 1), String(done)],
          ],
          stderr: "inherit",
        }).output();
        assertEquals(signal, "SIGKILL");
        const store = await openSqliteStore({ disk, path });
        await assertWhole(store, `killed after ${done} of ${kills} statements`);
        await store.close();
      }
    }));
}
