/** The queue between sockets and their readers. */

import { assertEquals } from "@std/assert";
import { Queue } from "../../lib/host/queue.ts";

Deno.test("Queue gives items in order, whoever comes first", async () => {
  const queue = new Queue<number>(3_000);
  for (let i = 0; i < 2_500; i++) queue.push(i);
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of queue) seen.push(item);
  })();
  await Promise.resolve();
  for (let i = 2_500; i < 3_000; i++) queue.push(i);
  while (queue.length > 0) await Promise.resolve();
  await Promise.resolve();
  queue.push(3_000);
  while (queue.length > 0) await Promise.resolve();
  queue.close();
  await reading;
  assertEquals(seen, Array.from({ length: 3_001 }, (_, index) => index));
});

Deno.test("Queue refuses what is too much, and everything once closed", () => {
  const queue = new Queue<number>(2);
  assertEquals([queue.push(1), queue.push(2), queue.push(3)], [
    true,
    true,
    false,
  ]);
  assertEquals(queue.length, 2);
  assertEquals(queue.close(), [1, 2]);
  assertEquals(queue.push(4), false);
});

Deno.test("Queue loses nothing when its reader goes and another comes", async () => {
  const queue = new Queue<number>(10);
  for (const item of [1, 2, 3]) queue.push(item);
  for await (const item of queue) {
    assertEquals(item, 1);
    break;
  }
  for await (const item of queue) {
    assertEquals(item, 2);
    break;
  }
  assertEquals(queue.close(), [3]);
});
