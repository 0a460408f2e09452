/**
 * What every form of the store must tell of one machine's tasks, and of
 * what gives them: rollouts, and the desired state.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";
import { addOrder, newOrder, NOON_MS } from "../examples.ts";
import { ada, bob, type Rule } from "./store_kit.ts";
import { DESIRED_RULES } from "./store_desired_rules.ts";
import { ROLLOUT_RULES } from "./store_rollout_rules.ts";

/** The rules. */
export const TASK_RULES: Record<string, Rule> = {
  ...ROLLOUT_RULES,
  ...DESIRED_RULES,
  async "tells a machine's tasks with their orders, newest first"(
    store,
    reopen,
  ) {
    await store.commit([
      { kind: "machine", machine: ada },
      { kind: "machine", machine: bob },
    ]);
    const terms = { expiresMs: NOON_MS + 1, anytime: true, origin: "state" };
    const share = ({ id }: { id: string }) => taskAtStart(id, "act");
    await addOrder(store, newOrder(terms), [share(ada), share(bob)]);
    await addOrder(store, newOrder({ name: "other" }), [share(bob)]);
    await addOrder(store, newOrder({ name: "last" }), [share(ada)]);
    const again = await reopen();
    const told = await again.tasksOf(ada.id, 10);
    assertEquals(
      told.map(({ order, task }) => [order.name, task.machine]),
      [["last", ada.id], ["hello", ada.id]],
    );
    assertEquals({ ...told[1]?.order, ...terms }, told[1]?.order);
    assertEquals((await again.tasksOf(ada.id, 1)).length, 1);
    assertEquals(await again.tasksOf("nobody", 10), []);
  },
};
