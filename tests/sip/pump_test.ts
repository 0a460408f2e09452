/** Two buffers between a source and a sink. */

import { assertEquals } from "@std/assert";
import { fillFromBytes } from "../../lib/sip/fill.ts";
import { makeBlocks, pump, type PumpOptions } from "../../lib/sip/pump.ts";

const BYTES = Uint8Array.from({ length: 100 }, (_, at) => at);

/** A drain that keeps a copy, and stops where it is told to. */
function keeper(act: (sum: number) => Promise<boolean> | boolean = () => true) {
  const kept: number[] = [];
  const drain: PumpOptions["drain"] = async (bytes) => {
    kept.push(...bytes);
    await Promise.resolve();
    return await act(kept.length);
  };
  return { kept, drain };
}

for (const blockBytes of [1, 7, 50, 99, 100, 101]) {
  Deno.test(`pump moves all bytes in their order through two buffers of ${blockBytes}`, async () => {
    const { kept, drain } = keeper();
    const fill = fillFromBytes(BYTES, 0);
    const blocks = makeBlocks(blockBytes);
    const pumped = await pump({ count: 100, blocks, fill, drain });
    assertEquals(pumped, { bytes: 100, stopped: null, error: null });
    assertEquals(kept, [...BYTES]);
  });
}

Deno.test("pump of nothing asks for nothing", async () => {
  const fail = () => Promise.reject(new Error("asked"));
  const blocks = makeBlocks(8);
  const pumped = await pump({ count: 0, blocks, fill: fail, drain: fail });
  assertEquals(pumped, { bytes: 0, stopped: null, error: null });
});

Deno.test("pump asks for exactly the bytes that are left, S-06", async () => {
  const asked: number[] = [];
  const fill = fillFromBytes(BYTES, 0);
  await pump({
    count: 20,
    blocks: makeBlocks(8),
    fill: (into) => {
      asked.push(into.length);
      return fill(into);
    },
    drain: () => Promise.resolve(true),
  });
  assertEquals(asked, [8, 8, 4]);
});

Deno.test("pump drains all that came before the source ended, S-01", async () => {
  for (let length = 0; length < 40; length++) {
    const { kept, drain } = keeper();
    const fill = fillFromBytes(BYTES.subarray(0, length), 0);
    const blocks = makeBlocks(8);
    const pumped = await pump({ count: 40, blocks, fill, drain });
    assertEquals(pumped, { bytes: length, stopped: "fill", error: null });
    assertEquals(kept.length, length);
  }
});

Deno.test("pump tells what a source threw, after the last block is through", async () => {
  const broken = new Error("EIO");
  const { kept, drain } = keeper();
  const good = fillFromBytes(BYTES, 0);
  let turns = 0;
  const pumped = await pump({
    count: 40,
    blocks: makeBlocks(8),
    fill: (into) => ++turns === 3 ? Promise.reject(broken) : good(into),
    drain,
  });
  assertEquals(pumped, { bytes: 16, stopped: "fill", error: broken });
  assertEquals(kept.length, 16);
});

Deno.test("pump tells what a sink threw, or that it would take no more", async () => {
  const broken = new Error("ENOSPC");
  for (const [result, error] of [[broken, broken], [false, null]] as const) {
    const { drain } = keeper((sum) => {
      if (sum < 24) return true;
      if (result === false) return false;
      throw result;
    });
    const fill = fillFromBytes(BYTES, 0);
    const blocks = makeBlocks(8);
    const pumped = await pump({ count: 100, blocks, fill, drain });
    assertEquals(pumped, { bytes: 16, stopped: "drain", error });
  }
});

Deno.test("pump fills one buffer while the other is drained, and never the same", async () => {
  const blocks = makeBlocks(8);
  let draining: ArrayBufferLike | null = null;
  let together = 0;
  const good = fillFromBytes(BYTES, 0);
  await pump({
    count: 80,
    blocks,
    fill: async (into) => {
      if (draining !== null) together += 1;
      assertEquals(into.buffer === draining, false);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return await good(into);
    },
    drain: async (bytes) => {
      draining = bytes.buffer;
      await new Promise((resolve) => setTimeout(resolve, 1));
      draining = null;
      return true;
    },
  });
  assertEquals(together, 9);
});
