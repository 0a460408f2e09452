/** Orders of the machine's own, and what may be asked for. */

import { assertEquals, assertNotEquals } from "@std/assert";
import {
  OWN_ATTEMPT,
  ownRollback,
  readRollback,
} from "../../lib/agent/local_orders.ts";
import { realRandomness } from "../../lib/host/real_randomness.ts";

Deno.test("ownRollback gives a number that no server's order can have, I-15", () => {
  const wanted = { name: "editor", version: "*" };
  const first = ownRollback(realRandomness(), wanted);
  // A server counts attempts from 1: the pair is what must not meet.
  assertEquals(first.attempt, OWN_ATTEMPT);
  assertEquals(OWN_ATTEMPT, 0);
  assertNotEquals(ownRollback(realRandomness(), wanted).order, first.order);
  assertEquals(first, {
    order: first.order,
    attempt: 0,
    name: "editor",
    version: "*",
    sha256: "00".repeat(32),
    size: 0,
    how: "retour",
  });
});

Deno.test("ownRollback uses all 64 bits of the order", () => {
  const bytes = (count: number) => new Uint8Array(count).fill(0xff);
  const { order } = ownRollback({ bytes, fraction: () => 0 }, {
    name: "editor",
    version: "*",
  });
  assertEquals(order, 2n ** 64n - 1n);
});

Deno.test("readRollback takes a program's name, and perhaps a version", () => {
  const editor = { name: "editor", version: "*" };
  assertEquals(readRollback({ name: "editor" }), editor);
  assertEquals(readRollback({ name: "editor", version: "*" }), editor);
  assertEquals(readRollback({ name: "editor", version: "1.0" }), {
    name: "editor",
    version: "1.0",
  });
});

for (
  const asked of [
    null,
    undefined,
    "editor",
    {},
    { name: 1 },
    { name: "" },
    { name: "../etc" },
    { name: "editor", version: "" },
    { name: "editor", version: 2 },
    { name: "editor", version: "current" },
    { name: "editor", version: "../1.0" },
  ]
) {
  Deno.test(`readRollback refuses ${JSON.stringify(asked)}`, () => {
    assertEquals(readRollback(asked), null);
  });
}
