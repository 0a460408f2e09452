/**
 * Packing on several threads: the same bytes as on one, in whatever order they
 * finish, and nothing left when one fails.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import { realWorkers } from "../../lib/host/real_workers.ts";
import type { Workers } from "../../lib/host/workers.ts";
import { BLOCK_BYTES } from "../../lib/ieo/zip/deflate.ts";
import { pack } from "../../lib/ieo/pack.ts";
import { build, type Files, mixed, noise, optionsFor } from "./pack_kit.ts";
import { withDirectory } from "./samples.ts";

/** Batches and blocks of every kind, in an order that mixes them. */
const FILES: Files = {
  ...Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `small/${String(index).padStart(3, "0")}`,
      mixed(index * 5, index + 1),
    ]),
  ),
  "a-large": mixed(2 * BLOCK_BYTES + 12_345, 1),
  "small/150-film": noise(BLOCK_BYTES + 1, 2),
  "small/151-just-a-block": mixed(BLOCK_BYTES, 3),
  "z-empty": "",
  "z-one-more": mixed(BLOCK_BYTES + 1, 4),
};

/** Threads that finish in the order that a list of pauses makes. */
function slowWorkers(count: number, pausesMs: readonly number[]): Workers {
  let jobs = 0;
  return {
    count,
    start: (program) => {
      const work = program({ crypto, zlib });
      return {
        async run(job) {
          const pauseMs = pausesMs[jobs++ % pausesMs.length];
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          return work(job).result;
        },
        end() {},
      };
    },
  };
}

Deno.test("pack gives the same bytes on any number of threads", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    const real = realWorkers();
    for (const level of [1, undefined]) {
      const options = optionsFor(
        directory,
        level === undefined ? {} : { level },
      );
      const alone = await pack(options);
      const bytes = await Deno.readFile(options.output);
      for (
        const workers of [
          real,
          { ...real, count: 1 },
          slowWorkers(2, [20, 0]),
          slowWorkers(7, [9, 0, 13, 3, 0, 30]),
        ]
      ) {
        assertEquals(await pack({ ...options, workers }), alone);
        assertEquals(await Deno.readFile(options.output), bytes);
      }
    }
  });
});

Deno.test("pack leaves nothing when a thread fails", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    for (const failing of [0, 1, 5, 7]) {
      let jobs = 0;
      let ended = false;
      const workers: Workers = {
        count: 2,
        start: (program) => {
          const work = program({ crypto, zlib });
          return {
            run: (job) =>
              jobs++ === failing
                ? Promise.reject(new Error("the thread is gone"))
                : Promise.resolve(work(job).result),
            end: () => void (ended = true),
          };
        },
      };
      const options = optionsFor(directory, { workers });
      await assertRejects(() => pack(options), Error, "the thread is gone");
      assertEquals(ended, true);
      assertEquals([...Deno.readDirSync(directory)].length, 1);
    }
  });
});
