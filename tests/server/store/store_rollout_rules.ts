/** What every store must do with rollouts. */

import { assertEquals, assertRejects } from "@std/assert";
import type {
  RolloutRecord,
  WaveRecord,
} from "../../../lib/server/shapes/rollout.ts";
import type { Write } from "../../../lib/server/store/store.ts";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";
import { newOrder, NOON_MS } from "../examples.ts";
import { ada, bob, put, type Rule } from "./store_kit.ts";

const WAVE: WaveRecord = {
  ...{ size: "100%", mayFail: "5%", orders: [], first: [] },
  ...{ startedMs: null, passedMs: null },
};

function rollout(different: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    ...{ id: 1, state: "running", reason: "", on: ["all"] },
    order: { verb: "install", name: "editor", version: "2.0" },
    ...{ anytime: false, wake: true, createdMs: NOON_MS, soakMs: 60_000 },
    ...{ expiresMs: null, deadlineMs: NOON_MS + 1 },
    waves: [WAVE],
    ...different,
  };
}

const write = (record: RolloutRecord): Write => ({
  kind: "rollout",
  rollout: record,
});

export const ROLLOUT_RULES: Record<string, Rule> = {
  async "keeps rollouts and their machines, newest first"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    const [first, second] = [rollout(), rollout({ id: 2, state: "done" })];
    await store.commit([
      { kind: "rollout", rollout: first, machines: [bob.id, ada.id] },
      write(second),
    ]);
    const paused = { ...first, state: "soaking" as const, reason: "why" };
    await store.commit([write(paused)]);
    const again = await reopen();
    assertEquals(await again.rollouts(10), [second, paused]);
    assertEquals(await again.rollouts(1), [second]);
    assertEquals(await again.rollout(1), paused);
    assertEquals(await again.rollout(3), null);
    assertEquals(await again.openRollouts(), [paused]);
    assertEquals(await again.rolloutMachines(1), [ada.id, bob.id]);
    assertEquals(await again.rolloutMachines(2), []);
  },

  async "puts in orders with what is beside them, or neither, C-14"(
    store,
    reopen,
  ) {
    await store.commit([put(ada), write(rollout())]);
    const given = [{
      order: newOrder({ deadlineMs: NOON_MS }),
      tasks: [taskAtStart(ada.id, "act")],
    }];
    const next = (orders: number[]) =>
      rollout({ waves: [{ ...WAVE, orders }] });
    await store.addOrders(given, ([first]) => [
      write(next([first?.order.id ?? 0])),
    ]);
    await assertRejects(() =>
      store.addOrders(given, () => [
        write(next([2])),
        { kind: "rollout", rollout: rollout({ id: 9 }), machines: ["nobody"] },
      ])
    );
    const again = await reopen();
    assertEquals((await again.rollout(1))?.waves[0]?.orders, [1]);
    const orders = await again.orders(10);
    assertEquals(orders.map(({ order }) => [order.id, order.deadlineMs]), [
      [1, NOON_MS],
    ]);
  },
};
