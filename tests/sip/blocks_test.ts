/** Buffers that are used again. */

import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { BlockPool } from "../../lib/sip/blocks.ts";

Deno.test("BlockPool makes one pair for transfers that follow each other, S-14", () => {
  const pool = new BlockPool(1_024);
  for (let round = 0; round < 10; round++) pool.give(pool.take());
  assertEquals(pool.made, 1);
});

Deno.test("BlockPool gives a pair to one transfer only", () => {
  const pool = new BlockPool(1_024);
  assertNotStrictEquals(pool.take()[0], pool.take()[0]);
});

Deno.test("BlockPool keeps few pairs when many were needed, S-14", () => {
  const pool = new BlockPool(1_024);
  const taken = Array.from({ length: 64 }, () => pool.take());
  for (const blocks of taken) pool.give(blocks);
  assertEquals(pool.idle, 4);
});
