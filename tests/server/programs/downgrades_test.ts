/** Downgrade statements: which are taken, and which one is given (I-16). */

import { assertEquals, assertMatch } from "@std/assert";
import { silentLog } from "../../../lib/host/log.ts";
import {
  Downgrades,
  DOWNGRADES_MAX,
} from "../../../lib/server/programs/downgrades.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import { type Downgrade, signDowngrade } from "../../../lib/trust/downgrade.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { keyOf } from "../examples.ts";
import { withStore } from "../temporary.ts";
import { PUBLISHER_KEY, publishersOf } from "./packages.ts";

const clock = new FakeClock();
const DAY_MS = 86_400_000;

/** A moment so many days from now. */
function inDays(days: number): string {
  return new Date(clock.wallMs() + days * DAY_MS).toISOString();
}

function statementOf(different: Partial<Downgrade> = {}, key = PUBLISHER_KEY) {
  return signDowngrade(key, {
    ...{ format: 1, name: "editor", versions: ["1.0"] },
    ...{ issued: inDays(-1), expires: inDays(7) },
    ...different,
  });
}

async function open(store: Store, publishers = publishersOf()) {
  return new Downgrades(
    { clock, writer: store, publishers, log: silentLog },
    await store.downgrades(),
  );
}

/** `ok`, or the sentence. */
async function told(
  downgrades: Downgrades,
  statement: Uint8Array,
): Promise<string> {
  const published = await downgrades.publish(statement);
  return published.ok ? "ok" : published.fault;
}

Deno.test("Downgrades gives the statement that names the version, over a restart", () =>
  withStore(async (store) => {
    const statement = statementOf({ versions: ["1.0", "1.1"] });
    const first = await open(store);
    const published = await first.publish(statement);
    assertEquals(published, {
      ok: true,
      value: {
        ...{ name: "editor", versions: ["1.0", "1.1"] },
        expiresAt: inDays(7),
      },
    });
    for (const downgrades of [first, await open(store)]) {
      assertEquals(downgrades.find("editor", "1.1"), statement);
      assertEquals(downgrades.find("editor", "0.9"), null);
      assertEquals(downgrades.find("vi", "1.0"), null);
    }
  }));

Deno.test("Downgrades gives the newest that has not expired", () =>
  withStore(async (store) => {
    const downgrades = await open(store);
    const short = statementOf({ issued: inDays(-1), expires: inDays(1) });
    const long = statementOf({ issued: inDays(-2), expires: inDays(9) });
    assertEquals(await told(downgrades, long), "ok");
    assertEquals(await told(downgrades, short), "ok");
    assertEquals(downgrades.find("editor", "1.0"), short);
    const later = new FakeClock();
    await later.advance(2 * DAY_MS);
    const then = new Downgrades(
      {
        clock: later,
        writer: store,
        publishers: publishersOf(),
        log: silentLog,
      },
      await store.downgrades(),
    );
    assertEquals(then.find("editor", "1.0"), long);
  }));

Deno.test("Downgrades takes the same statement twice, and keeps one", () =>
  withStore(async (store) => {
    const downgrades = await open(store);
    assertEquals(await told(downgrades, statementOf()), "ok");
    assertEquals(await told(downgrades, statementOf()), "ok");
    assertEquals((await store.downgrades()).length, 1);
  }));

Deno.test("Downgrades refuses what machines would refuse, in the same words", () =>
  withStore(async (store) => {
    const downgrades = await open(store, publishersOf(["editor"]));
    const expired = statementOf({ issued: inDays(-9), expires: inDays(-1) });
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array([1, 2, 3]), /is damaged or is not a downgrade/],
      [expired, /expired at .*; sign a new one/],
      [statementOf({ name: "vi" }), /its publisher may not publish/],
      [statementOf({}, keyOf("stranger")), /not on the publishers' list/],
    ];
    for (const [statement, sentence] of cases) {
      assertMatch(await told(downgrades, statement), sentence);
    }
    assertEquals(await store.downgrades(), []);
  }));

Deno.test("Downgrades forgets those of a publisher who was revoked, K-07", () =>
  withStore(async (store) => {
    assertEquals(await told(await open(store), statementOf()), "ok");
    const revoked = [toBase64Url(PUBLISHER_KEY.publicKey)];
    const after = await open(store, publishersOf(["*"], { revoked }));
    assertEquals(after.find("editor", "1.0"), null);
  }));

Deno.test("Downgrades has a limit, which expired ones do not count against", () =>
  withStore(async (store) => {
    const downgrades = await open(store);
    for (let count = 0; count < DOWNGRADES_MAX; count++) {
      const statement = statementOf({ versions: [`1.${count}`] });
      if (await told(downgrades, statement) !== "ok") throw new Error("early");
    }
    assertMatch(
      await told(downgrades, statementOf({ versions: ["2.0"] })),
      /is one too many: 1000 hold already/,
    );
    // One that is here already may come again.
    assertEquals(
      await told(downgrades, statementOf({ versions: ["1.5"] })),
      "ok",
    );
  }));
