/** A connection under guard, with a clock that is turned by hand. */

import { assert, assertEquals } from "@std/assert";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { Line } from "../../lib/sip/line.ts";
import { DeadStream, HandClock, MemoryStream } from "./memory_stream.ts";

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);

Deno.test("Line fills a buffer, and tells how far it got", async () => {
  const stream = new MemoryStream(BYTES);
  const line = new Line(stream, new HandClock(), SIP_LIMITS);
  assertEquals(await line.fill(new Uint8Array(3)), 3);
  assertEquals(line.ending, null);
  assertEquals(await line.fill(new Uint8Array(3)), 2);
  assertEquals(line.ending, "The other side closed the connection");
  assertEquals(stream.closed, true);
  assertEquals(await line.write(BYTES), false);
});

for (const act of ["fill", "write"] as const) {
  Deno.test(`Line on which nothing moves lets a ${act} go on at the deadline, S-04`, async () => {
    const stream = new DeadStream();
    const clock = new HandClock();
    const line = new Line(stream, clock, SIP_LIMITS);
    line.allow(5_000, "The request");
    const waiting = line[act](new Uint8Array(3));
    clock.turn(4_999);
    assertEquals(line.ending, null);
    clock.turn(1);
    assertEquals(line.ending, "The request did not come within 5 s");
    assertEquals(await waiting, act === "fill" ? 0 : false);
    assertEquals(stream.closed, true);
    assertEquals(clock.armed, 0);
  });

  Deno.test(`Line whose cable is pulled ends a ${act} in two windows at most, S-19`, async () => {
    const stream = new DeadStream();
    const clock = new HandClock();
    const line = new Line(stream, clock, SIP_LIMITS);
    line.watch();
    const waiting = line[act](new Uint8Array(3));
    clock.turn(2 * SIP_LIMITS.rateWindowMs);
    assertEquals(await waiting, act === "fill" ? 0 : false);
    assert(line.ending?.startsWith("Fewer than 1024 bytes a second"));
    // With the 30 s that the host takes to let go: under a minute.
    assert(2 * SIP_LIMITS.rateWindowMs + 30_000 < 60_000);
  });
}

Deno.test("Line forgets a deadline that was met", () => {
  const clock = new HandClock();
  const line = new Line(new DeadStream(), clock, SIP_LIMITS);
  line.allow(5_000, "The request");
  line.allow(60_000, "The answer");
  clock.turn(59_999);
  assertEquals(line.ending, null);
  line.relax();
  clock.turn(100_000_000);
  assertEquals(line.ending, null);
});

Deno.test("Line that moves fast enough goes on until its whole time is over, S-05", async () => {
  const clock = new HandClock();
  const limits = { ...SIP_LIMITS, rateWindowMs: 1_000, transferMsMax: 10_000 };
  const line = new Line(new MemoryStream(BYTES), clock, limits);
  line.watch();
  for (let second = 0; second < 10; second++) {
    assertEquals(line.ending, null);
    assertEquals(await line.write(new Uint8Array(2_000)), true);
    clock.turn(1_000);
  }
  assertEquals(line.ending, "The transfer took longer than 10 s");
});

Deno.test("Line keeps its first reason, and closes once", () => {
  const line = new Line(new DeadStream(), new HandClock(), SIP_LIMITS);
  line.end("First");
  line.end("Second");
  line.close();
  assertEquals(line.ending, "First");
});

Deno.test("Line tells what broke the stream, and throws nothing", async () => {
  const broken = new MemoryStream(BYTES);
  broken.read = () => Promise.reject(new Error("reset by peer"));
  const line = new Line(broken, new HandClock(), SIP_LIMITS);
  assertEquals(await line.fill(new Uint8Array(1)), 0);
  assertEquals(line.ending, "The connection was cut (reset by peer)");
});
