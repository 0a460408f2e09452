/** The parts of the host that fit in a few lines: clock, chance, machine. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { sleep } from "../../lib/host/clock.ts";
import { realClock, TIMEOUT_MS_MAX } from "../../lib/host/real_clock.ts";
import { broadcastOf, realMachine } from "../../lib/host/real_machine.ts";
import { realRandomness } from "../../lib/host/real_randomness.ts";

Deno.test("Clock.after fires once, not before its time", async () => {
  const clock = realClock();
  const beganMs = clock.monotonicMs();
  let fired = 0;
  clock.after(30, () => fired++);
  await sleep(clock, 60);
  assertEquals(fired, 1);
  assert(clock.monotonicMs() - beganMs >= 58);
});

Deno.test("Clock.after fires nothing once it is cancelled", async () => {
  const clock = realClock();
  const cancel = clock.after(10, () => assert(false, "fired"));
  cancel();
  cancel(); // Harmless.
  await sleep(clock, 30);
});

Deno.test("Clock.after waits longer than the runtime's timers can, N-12", async () => {
  const clock = realClock();
  const year = 365 * 86_400_000;
  assert(year > TIMEOUT_MS_MAX);
  const cancel = clock.after(year, () => assert(false, "fired at once"));
  await sleep(clock, 20);
  cancel();
});

Deno.test("Clock.monotonicMs is not the wall clock, N-03", () => {
  const clock = realClock();
  assert(clock.wallMs() > Date.parse("2020-01-01"));
  assert(clock.monotonicMs() < Date.parse("2020-01-01"));
});

Deno.test("Randomness.bytes gives as many as asked for, and others each time", () => {
  const randomness = realRandomness();
  assertEquals(randomness.bytes(0).length, 0);
  assertEquals(randomness.bytes(65_536).length, 65_536);
  assert(randomness.bytes(16).join() !== randomness.bytes(16).join());
});

Deno.test("Randomness.fraction is spread over [0, 1)", () => {
  const randomness = realRandomness();
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const fraction = randomness.fraction();
    assert(fraction >= 0 && fraction < 1);
    const bucket = Math.floor(fraction * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  // Each is 1,000 give or take 30; 800 would be a fault of the source.
  assert(buckets.every((count) => count > 800), buckets.join());
});

Deno.test("Machine.facts lists loopback with its broadcast address, N-07", () => {
  const { interfaces, hostName, system, architecture } = realMachine().facts();
  const loopback = interfaces.find(({ address }) => address === "127.0.0.1");
  assertEquals(loopback?.loopback, true);
  assertEquals(loopback?.broadcast, "127.255.255.255");
  assertEquals(loopback?.mac, "00:00:00:00:00:00");
  assert(interfaces.every(({ mac }) => mac === mac.toLowerCase()));
  assert(hostName.length > 0);
  assertEquals([system, architecture], [Deno.build.os, Deno.build.arch]);
});

Deno.test("broadcastOf sets every bit that the netmask leaves free", () => {
  const cases = [
    ["192.168.1.10", "255.255.255.0", "192.168.1.255"],
    ["10.20.30.40", "255.0.0.0", "10.255.255.255"],
    ["172.16.5.9", "255.255.254.0", "172.16.5.255"],
    ["172.16.4.9", "255.255.254.0", "172.16.5.255"],
    ["192.0.2.130", "255.255.255.192", "192.0.2.191"],
    ["192.0.2.1", "255.255.255.255", "192.0.2.1"],
    ["127.0.0.1", "255.0.0.0", "127.255.255.255"],
  ] as const;
  for (const [address, netmask, broadcast] of cases) {
    assertEquals(broadcastOf(address, netmask), broadcast);
  }
  for (const wrong of ["", "1.2.3", "1.2.3.256", "a.b.c.d", "::1"]) {
    assertThrows(() => broadcastOf(wrong, "255.0.0.0"), TypeError);
  }
});
