/** What every store must do with the desired state. */

import { assertEquals } from "@std/assert";
import { NOON_MS } from "../examples.ts";
import type { Rule } from "./store_kit.ts";

export const DESIRED_RULES: Record<string, Rule> = {
  async "keeps the desired state that was applied last"(store, reopen) {
    assertEquals(await store.desired(), null);
    const first = { text: "[all]", appliedMs: NOON_MS };
    await store.commit([{ kind: "desired", desired: first }]);
    assertEquals(await store.desired(), first);
    // Earlier by the clock: what was applied last holds all the same.
    const last = { text: "", appliedMs: NOON_MS - 1 };
    await store.commit([{ kind: "desired", desired: last }]);
    const again = await reopen();
    assertEquals(await again.desired(), last);
  },
};
