/**
 * Threads: jobs are done beside each other, errors come back, and an end is an
 * end.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { realWorkers } from "../../lib/host/real_workers.ts";
import type { WorkerTools } from "../../lib/host/workers.ts";

function hashing({ crypto, zlib }: WorkerTools) {
  return (bytes: Uint8Array<ArrayBuffer>) => {
    if (bytes.length === 0) throw new RangeError("nothing to hash");
    const sha256 = crypto.createHash("sha256").update(bytes).digest("hex");
    return {
      result: { sha256, crc32: zlib.crc32(bytes), bytes },
      transfer: [bytes.buffer],
    };
  };
}

Deno.test("Workers do jobs and give their buffers back", async () => {
  const workers = realWorkers();
  assert(workers.count >= 1);
  const pool = workers.start(hashing);
  try {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const bytes = new Uint8Array(1_000).fill(index);
        const done = pool.run(bytes, [bytes.buffer]);
        assertEquals(bytes.length, 0); // It is with the thread.
        return done;
      }),
    );
    for (const [index, { bytes, sha256, crc32 }] of results.entries()) {
      assertEquals(bytes, new Uint8Array(1_000).fill(index));
      assertEquals(sha256.length, 64);
      assert(crc32 > 0);
    }
  } finally {
    pool.end();
  }
});

Deno.test("Workers tell the error of a job, and do the next", async () => {
  const pool = realWorkers().start(hashing);
  try {
    const nothing = new Uint8Array(0);
    await assertRejects(() => pool.run(nothing), Error, "nothing to hash");
    assertEquals((await pool.run(new Uint8Array(1))).bytes.length, 1);
  } finally {
    pool.end();
  }
});

Deno.test("Workers refuse what is under way when they are ended", async () => {
  const pool = realWorkers().start(hashing);
  const refused = assertRejects(
    () => pool.run(new Uint8Array(1)),
    Error,
    "Cannot finish the work of a thread: it was ended",
  );
  pool.end();
  await refused;
  await assertRejects(() => pool.run(new Uint8Array(1)), Error, "was ended");
});

Deno.test("Workers tell when a thread's program is none", async () => {
  // It is text by the time it runs, and knows nothing of this module.
  const outside = "a constant of the module";
  const pool = realWorkers().start(() => {
    assert(outside);
    return (job: number) => ({ result: job, transfer: [] });
  });
  try {
    await assertRejects(() => pool.run(1), Error, "is not defined");
  } finally {
    pool.end();
  }
});
