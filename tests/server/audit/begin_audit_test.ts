/** The journal at the server's start, and in the store's transactions. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realHost } from "../../../lib/host/real.ts";
import { beginAudit } from "../../../lib/server/audit/begin_audit.ts";
import { readRecord } from "../../../lib/server/audit/record.ts";
import { delegateAnew } from "../../../lib/server/fleet/delegate.ts";
import { type Fleet, loadFleet } from "../../../lib/server/fleet/fleet.ts";
import { pathOf } from "../../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import { META_EPOCH, type Store } from "../../../lib/server/store/store.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { addOrder, machine, newOrder, newTask } from "../examples.ts";
import { inDirectory } from "../temporary.ts";
import { verdict } from "./audit_kit.ts";

const host = realHost();
const { disk, clock } = host;
const ada = machine("ada");

interface Begun {
  readonly store: Store;
  readonly fleet: Fleet;
  /** What the log said in error. */
  readonly errors: readonly string[];
}

/** One life of a server, as far as its journal. */
async function life(
  directory: string,
  work: (begun: Begun) => Promise<void> = async () => {},
  { path = pathOf(directory, "store"), laterMs = 0 } = {},
): Promise<void> {
  const fleet = await loadFleet(disk, directory);
  const store = await openSqliteStore({ disk, path });
  const errors: string[] = [];
  try {
    const wrong = await beginAudit({
      ...{ store, fleet },
      clock: { ...clock, wallMs: () => clock.wallMs() + laterMs },
      log: (level, _text, facts) => {
        if (level === "error") errors.push(String(facts?.found));
      },
    });
    assertEquals(wrong, errors[0] ?? null);
    await work({ store, fleet, errors });
  } finally {
    await store.close();
  }
}

function testFleet(
  name: string,
  test: (directory: string) => Promise<void>,
): void {
  Deno.test(name, () =>
    inDirectory(async (parent) => {
      const directory = `${parent}/fleet`;
      await initFleet({ host, directory });
      await test(directory);
    }));
}

/** The words of the journal, all of which is good. */
async function words({ store, fleet }: Begun): Promise<string[]> {
  const rows = await store.auditRows(1, 1_000);
  assertMatch(verdict(rows, fleet.fleetKey), /^whole/);
  return rows.map(({ record }) => {
    const read = readRecord(record);
    return read.ok ? read.value.what : read.fault;
  });
}

const BEGUN = ["server", "publishers", "secrets"];

testFleet("beginAudit tells the fleet's keys once", async (directory) => {
  await life(directory);
  await life(directory, async (begun) => {
    assertEquals(begun.errors, []);
    assertEquals(await words(begun), BEGUN);
  });
});

testFleet("beginAudit goes on under a new server key", async (directory) => {
  await life(directory);
  await delegateAnew({ host, directory });
  await life(directory, async (begun) => {
    assertEquals(begun.errors, []);
    assertEquals(await words(begun), [...BEGUN, "server"]);
  });
});

testFleet(
  "Store tells the journal in the transaction itself",
  (directory) =>
    life(directory, async (begun) => {
      const { store } = begun;
      await store.commit([{ kind: "machine", machine: ada }]);
      const order = await addOrder(store, newOrder(), [newTask(ada.id)]);
      const task = newTask(ada.id, { order: order.id, state: "done" });
      await store.commit([{ kind: "task", task }, { kind: "task", task }]);
      const done = [...BEGUN, "enrolled", "order", "answer"];
      assertEquals(await words(begun), done);
      // The second change cannot be made, so the first one did not happen.
      await assertRejects(() =>
        store.commit([
          { kind: "tags", machine: ada.id, tags: ["exam"] },
          { kind: "task", task: { ...task, order: 99 } },
        ])
      );
      assertEquals(await words(begun), done);
      await store.commit([{ kind: "tags", machine: ada.id, tags: ["exam"] }]);
      assertEquals(await words(begun), [...done, "tags"]);
    }),
);

testFleet("beginAudit says that the end was cut off", async (directory) => {
  await life(directory);
  const database = new DatabaseSync(pathOf(directory, "store"));
  database.exec("DELETE FROM audit WHERE number > 2");
  database.close();
  await life(directory, ({ errors }) => {
    assertMatch(errors.join(), /^It ends with 2:\w+ and not with 3:\w+$/);
    return Promise.resolve();
  });
  // The next life finds nothing new, and does not cover it up.
  await life(directory, async ({ errors, store, fleet }) => {
    assertEquals(errors, []);
    const rows = await store.auditRows(1, 1_000);
    assertMatch(
      verdict(rows, fleet.fleetKey),
      /^broken: Before record 4, at .* It ends with 2:/,
    );
  });
});

testFleet(
  "beginAudit says that the last record is forged",
  async (directory) => {
    await life(directory);
    const database = new DatabaseSync(pathOf(directory, "store"));
    database.exec("UPDATE audit SET signature = zeroblob(64) WHERE number = 3");
    database.close();
    await life(directory, ({ errors }) => {
      assertEquals(errors, ["Its record 3 is not signed as it must"]);
      return Promise.resolve();
    });
  },
);

testFleet(
  "beginAudit leaps further on each server that begins on one copy",
  async (directory) => {
    const copy = `${directory}/copy.db`;
    await life(directory, async ({ store }) => {
      await store.commit([{ kind: "machine", machine: ada }]);
      await store.copyTo?.(copy, clock.wallMs());
    });
    const numbers: number[] = [];
    const epochs: bigint[] = [];
    for (const laterMs of [60_000, 3_600_000]) {
      const path = `${directory}/copy-${laterMs}.db`;
      await disk.replaceFile(path, await disk.readFile(copy, 2 ** 24));
      await life(directory, async (begun) => {
        assertEquals((await words(begun)).slice(-2), ["enrolled", "restored"]);
        const { store } = begun;
        numbers.push((await addOrder(store, newOrder(), [])).id);
        epochs.push(BigInt(await store.meta(META_EPOCH) ?? 0));
      }, { path, laterMs });
      // Told once; it is a store like another from then on.
      await life(directory, async (begun) => {
        assertEquals((await words(begun)).slice(-2), ["restored", "order"]);
      }, { path, laterMs });
    }
    const [first = 0, second = 0] = numbers;
    assertEquals([first > 60, second - first >= 3_500], [true, true]);
    assertEquals((epochs[1] ?? 0n) - (epochs[0] ?? 0n) >= 3_500n, true);
  },
);
