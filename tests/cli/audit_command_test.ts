/** `audit` in the hands of an owner, of an auditor and of a forger. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realHost } from "../../lib/host/real.ts";
import { silentLog } from "../../lib/host/log.ts";
import { beginAudit } from "../../lib/server/audit/begin_audit.ts";
import { loadFleet } from "../../lib/server/fleet/fleet.ts";
import type { Write } from "../../lib/server/store/store.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";
import { machine } from "../server/examples.ts";
import { type Ran, runServerCommand } from "./fake_server.ts";
import { withFleet } from "./fleet_directory.ts";

/** More than fit into one page. */
const MACHINES = 600;
/** The fleet's keys, and the machines. */
const RECORDS = MACHINES + 3;

interface Journal {
  readonly directory: string;
  readonly exported: string;
  audit(...args: string[]): Promise<Ran>;
  /** Does something to the store that its server would not. */
  forge(sql: string): void;
}

/** The journal of a fleet whose server is off. */
async function withJournal(test: (journal: Journal) => Promise<void>) {
  await withFleet(async (directory, config) => {
    const { disk, clock } = realHost();
    const fleet = await loadFleet(disk, directory);
    const path = `${directory}/data/flottille.db`;
    const store = await openSqliteStore({ disk, path });
    await beginAudit({ store, fleet, clock, log: silentLog });
    const writes = Array.from({ length: MACHINES }, (_, at): Write => ({
      kind: "machine",
      machine: machine(`pc-${at}`),
    }));
    await store.commit(writes);
    await store.close();
    await test({
      directory,
      exported: `${directory}/journal.jsonl`,
      audit: (...args) =>
        runServerCommand(["audit", ...args, "--config", config]),
      forge(sql) {
        const database = new DatabaseSync(path);
        database.exec(sql);
        database.close();
      },
    });
  });
}

interface Verified {
  readonly records: number;
  readonly head: string;
  readonly fleet: string;
}

async function verified({ audit }: Journal): Promise<Verified> {
  const { code, stdout, stderr } = await audit("verify", "--json");
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("audit verify reads all of a journal, and finds its head again", () =>
  withJournal(async (journal) => {
    const { records, head } = await verified(journal);
    assertEquals(records, RECORDS);
    assertEquals(head.startsWith(`${RECORDS}:`), true);
    const again = await journal.audit("verify", "--head", head);
    assertEquals(again.code, 0, again.stderr);
    const other = `${RECORDS}:${"0".repeat(64)}`;
    const wrong = await journal.audit("verify", "--head", other);
    assertEquals(wrong.code, 1);
    assertMatch(wrong.stderr, /is another one than that of the head/);
    const later = `${RECORDS + 1}:${"0".repeat(64)}`;
    const cut = await journal.audit("verify", "--head", later);
    assertEquals(cut.code, 1);
    assertMatch(cut.stderr, /its end was cut off/);
  }));

Deno.test("audit verify finds one changed byte, and what is missing", () =>
  withJournal(async ({ audit, forge, exported }) => {
    forge(
      "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), " +
        '\'"name":"pc-500"\', \'"name":"pc-501"\') AS BLOB)',
    );
    const changed = await audit("verify");
    assertEquals([changed.code, changed.stdout], [1, ""]);
    assertMatch(changed.stderr, /Record 504 was changed after it was written/);
    assertMatch(changed.stderr, /The 503 records before it are good/);
    // It is evidence: written as it is, and no head is told.
    const written = await audit("export", exported);
    assertEquals(written.code, 1);
    assertEquals(/Head/.test(written.stdout), false);
    assertMatch((await audit("verify", exported)).stderr, /Record 504 was/);
    forge("DELETE FROM audit WHERE number = 9");
    assertMatch((await audit("verify")).stderr, /Record 9 is missing/);
    forge("DELETE FROM audit WHERE number >= 9");
    assertMatch((await audit("verify")).stderr, /wrote up to 603/);
  }));

Deno.test("audit export makes a file that is checked without the fleet", () =>
  withJournal(async (journal) => {
    const { exported, audit } = journal;
    const { head, fleet } = await verified(journal);
    const written = await audit("export", exported);
    assertEquals(written.code, 0, written.stderr);
    assert(written.stdout.includes(head), written.stdout);
    const verify = ["audit", "verify", exported, "--fleet"];
    const elsewhere = await runServerCommand([...verify, fleet]);
    assertEquals(elsewhere.code, 0, elsewhere.stderr);
    const stranger = await runServerCommand([...verify, "11".repeat(32)]);
    assertEquals(stranger.code === 0, false);
    const lines = (await Deno.readTextFile(exported)).trimEnd().split("\n");
    assertEquals(lines.length, RECORDS);
    await Deno.writeTextFile(exported, lines.slice(0, 300).join("\n"));
    const cut = await runServerCommand([...verify, fleet, "--head", head]);
    assertMatch(cut.stderr, /ends with record 300, and had a record 603/);
    await Deno.writeTextFile(exported, lines.join("\n").slice(0, 5_000));
    const torn = await runServerCommand([...verify, fleet]);
    assertEquals(torn.code, 1);
    assertMatch(torn.stderr, /Line \d+ .* is no line of an exported journal/);
    assertEquals((await audit("export", exported)).code, 3);
  }));

Deno.test("audit show prints the last records that are asked for", () =>
  withJournal(async ({ audit, exported }) => {
    const numbers = async (...args: string[]) => {
      const { code, stdout, stderr } = await audit("show", ...args, "--json");
      assertEquals(code, 0, stderr);
      const records: { number: number }[] = JSON.parse(stdout);
      return records.map(({ number }) => number);
    };
    assertEquals(await numbers("--last", "2"), [RECORDS - 1, RECORDS]);
    assertEquals((await numbers()).length, 20);
    assertEquals(await numbers("--what", "secrets", "--what", "server"), [
      1,
      3,
    ]);
    assertEquals(await numbers("--machine", "PC-0"), [4]);
    assertEquals(await numbers("--machine", "pc-9999"), []);
    assertEquals(await numbers("--until", "1d"), []);
    assertEquals((await numbers("--last", "9999")).length, RECORDS);
    await audit("export", exported);
    assertEquals(await numbers(exported, "--machine", "pc-0"), [4]);
    assertEquals(await numbers(exported, "--last", "1"), [RECORDS]);
  }));

Deno.test("audit says what it needs", () =>
  withJournal(async ({ audit }) => {
    const cases: readonly (readonly [string[], RegExp])[] = [
      [["verfy"], /There is no audit verfy; did you mean "verify"\?/],
      [["export"], /FILE is missing/],
      [["show", "--what", "aproved"], /did you mean "approved"\?/],
      [["verify", "--last", "3"], /are for audit show/],
      [["show", "--head", "1:0"], /--head is for audit verify/],
      [["verify", "--head", "1:0"], /is no head of a journal/],
      [["verify", "x", "--fleet", "1234"], /is no public key/],
    ];
    for (const [args, found] of cases) {
      const { code, stderr } = await audit(...args);
      assertEquals(code, 2, stderr);
      assertMatch(stderr, found);
    }
    assertEquals((await audit("verify", "/nonono")).code, 5);
  }));
