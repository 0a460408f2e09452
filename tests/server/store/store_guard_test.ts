/** A disk that is full (B-04): nothing is taken, nothing is lost, then on. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Write } from "../../../lib/server/store/store.ts";
import {
  StoreGuard,
  StoreRefused,
} from "../../../lib/server/store/store_guard.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { newOrder } from "../examples.ts";

const note: Write[] = [{ kind: "meta", key: "epoch", value: "1" }];

/** What `node:sqlite` throws. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error("database or disk is full"), { errcode });
}

function bench() {
  const clock = new FakeClock();
  const state = {
    ...{ error: null as Error | null, free: 1e9, commits: 0, recoveries: 0 },
    log: [] as string[],
  };
  const guard = new StoreGuard({
    ...{ clock, directory: "/data" },
    store: {
      commit() {
        state.commits++;
        return state.error === null
          ? Promise.resolve()
          : Promise.reject(state.error);
      },
      addOrders: () =>
        state.error === null
          ? Promise.resolve([])
          : Promise.reject(state.error),
    },
    disk: { spaceFree: () => Promise.resolve(state.free) },
    log: (level, message) =>
      void (level !== "debug" && state.log.push(`${level}: ${message}`)),
    recovered: () => void state.recoveries++,
  });
  return { clock, state, guard };
}

Deno.test("StoreGuard raises one alarm for a full disk, and tries no more, B-04", async () => {
  const { state, guard } = bench();
  await guard.commit(note);
  assertEquals(guard.alarm, null);
  state.error = sqliteError(13);
  const error = await assertRejects(() => guard.commit(note), StoreRefused);
  assertStringIncludes(error.message, "its disk is full; make room");
  const { commits } = state;
  const order = { order: newOrder(), tasks: [] };
  await assertRejects(() => guard.addOrders([order]), StoreRefused);
  await assertRejects(() => guard.commit(note), StoreRefused);
  assertEquals(state.commits, commits);
  assertEquals(guard.alarm, error.message);
  assertEquals(state.log, ["error: The store cannot be written"]);
  guard.close();
});

Deno.test("StoreGuard recovers by itself when there is room, B-04", async () => {
  const { clock, state, guard } = bench();
  state.error = sqliteError(13);
  state.free = 0;
  await assertRejects(() => guard.commit(note));
  const { commits } = state;
  await clock.advance(60_000);
  assertEquals([guard.alarm !== null, state.commits], [true, commits]);
  // Room, and the disk still refuses.
  state.free = 1e9;
  await clock.advance(5_000);
  assertEquals([guard.alarm !== null, state.commits], [true, commits + 1]);
  state.error = null;
  await clock.advance(5_000);
  assertEquals([guard.alarm, state.recoveries], [null, 1]);
  await guard.commit(note);
  assertEquals(state.log.at(-1), "info: The store can be written again");
});

Deno.test("StoreGuard passes on what is no fault of the disk", async () => {
  const { state, guard } = bench();
  state.error = sqliteError(19); // SQLITE_CONSTRAINT
  await assertRejects(() => guard.commit(note), Error, "disk is full");
  assertEquals(guard.alarm, null);
});
