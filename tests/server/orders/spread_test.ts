/** Turns at even distances, in an order left to chance. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Spread } from "../../../lib/server/orders/spread.ts";
import { FakeRandomness } from "../../fakes/fake_randomness.ts";

Deno.test("Spread lets the first go at once, the others at even distances", () => {
  const spread = new Spread<string>(20);
  assertEquals(spread.take(0, 0), { kind: "none" });
  for (const item of ["a", "b", "c"]) spread.join(item);
  assertEquals(spread.take(1_000, 0).kind, "go");
  assertEquals(spread.take(1_000, 0), { kind: "wait", delayMs: 50 });
  assertEquals(spread.take(1_049, 0), { kind: "wait", delayMs: 1 });
  assertEquals(spread.take(1_050, 0).kind, "go");
  assertEquals(spread.take(1_100, 0).kind, "go");
  assertEquals(spread.take(1_100, 0), { kind: "none" });
});

Deno.test("Spread does not make up for moments that nobody used", () => {
  const spread = new Spread<number>(10);
  for (let item = 0; item < 5; item++) spread.join(item);
  assertEquals(spread.take(0, 0).kind, "go");
  assertEquals(spread.take(10_000, 0).kind, "go");
  assertEquals(spread.take(10_000, 0), { kind: "wait", delayMs: 100 });
});

Deno.test("Spread gives each of a thousand one turn, in no order of theirs", () => {
  const spread = new Spread<number>(1_000);
  const chance = new FakeRandomness(7);
  const joined = Array.from({ length: 1_000 }, (_, index) => index);
  for (const item of joined) spread.join(item);
  const went: number[] = [];
  for (let nowMs = 0; nowMs < 1_000; nowMs++) {
    const turn = spread.take(nowMs, chance.fraction());
    if (turn.kind === "go") went.push(turn.item);
  }
  assertEquals(went.toSorted((a, b) => a - b), joined);
  const inOrder = went.filter((item, at) => item === joined[at]).length;
  assert(inOrder < 20, `${inOrder} stayed in their places`);
});

Deno.test("Spread refuses a chance that is no fraction", () => {
  const spread = new Spread<number>(1);
  spread.join(1);
  assertThrows(() => spread.take(0, 1), RangeError, "no fraction");
});
