/** Forgetting of old lists, day by day. */

import { assertEquals } from "@std/assert";
import type { Log } from "../../../lib/host/log.ts";
import { HistoryKeeper } from "../../../lib/server/inventory/history_keeper.ts";
import type { Retention } from "../../../lib/server/store/store.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { ada, listRecord } from "../store/store_kit.ts";

const DAY_MS = 86_400_000;

/** A store with so many pieces of work each day. */
function keeper(pieces: number, fault?: Error) {
  const clock = new FakeClock();
  const heard = { ms: Infinity };
  const asked: Retention[] = [];
  const told: string[] = [];
  let left = pieces;
  const log: Log = (level, message) => void told.push(`${level}: ${message}`);
  const running = new HistoryKeeper({
    ...{ clock, log, keepDays: 30 },
    store: {
      lists: () =>
        Promise.resolve([
          listRecord(ada.id, { confirmedMs: 1 }),
          listRecord(ada.id, { confirmedMs: heard.ms }),
        ]),
      prune(retention) {
        if (fault !== undefined) return Promise.reject(fault);
        asked.push(retention);
        left -= 1;
        if (left > 0) return Promise.resolve(true);
        left = pieces;
        return Promise.resolve(false);
      },
    },
  });
  return { clock, asked, told, heard, running };
}

Deno.test("HistoryKeeper forgets at the start and each day, in pieces", async () => {
  const { clock, asked, running } = keeper(3);
  const startMs = clock.wallMs();
  running.start();
  await settle();
  assertEquals(asked.length, 1);
  await clock.advance(1_000);
  assertEquals(asked.length, 3);
  assertEquals(asked[0], {
    beforeMs: startMs - 30 * DAY_MS,
    listsMax: 1_000,
    linesMax: 1_000_000,
  });
  await clock.advance(DAY_MS);
  assertEquals(asked.length, 6);
  assertEquals(asked[5]?.beforeMs, startMs - 29 * DAY_MS);
  await running.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("HistoryKeeper touches nothing after its stop", async () => {
  const { clock, asked, running } = keeper(100);
  running.start();
  await settle();
  const stopped = running.stop();
  await clock.advance(1_000);
  await stopped;
  assertEquals(asked.length, 1);
});

Deno.test("HistoryKeeper says that the disk refuses, and tries again", async () => {
  const { clock, told, running } = keeper(1, new Error("The disk is full"));
  running.start();
  await clock.advance(DAY_MS);
  assertEquals(told.length, 2);
  assertEquals(
    told[0],
    "error: Cannot forget old lists; trying again in a day",
  );
  await running.stop();
});

Deno.test("HistoryKeeper does not believe a clock that is ahead of all machines, N-03", async () => {
  const { clock, asked, heard, running } = keeper(1);
  heard.ms = clock.wallMs() + 5;
  clock.wallOffsetMs += 20 * 365 * DAY_MS;
  running.start();
  await settle();
  assertEquals(asked[0]?.beforeMs, heard.ms - 30 * DAY_MS);
  await running.stop();
});
