/**
 * Sessions and the numbers inside them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { COUNTER_MAX } from "../../lib/sep/limits.ts";
import { MachineSessions } from "../../lib/sep/machine_sessions.ts";
import {
  isFresh,
  isSession,
  nextNumber,
  remember,
  sessionFrom,
} from "../../lib/sep/session.ts";

const digest = (byte: number) => new Uint8Array(32).fill(byte);

Deno.test("sessionFrom takes the first 8 bytes of the last [OK]'s hash", () => {
  const whole = Uint8Array.from({ length: 32 }, (_, index) => index);
  assertEquals(sessionFrom(whole).id, whole.subarray(0, 8));
});

Deno.test("isSession needs a session and all of its bytes", () => {
  const session = sessionFrom(digest(1));
  assert(isSession(session, new Uint8Array(8).fill(1)));
  assert(!isSession(session, new Uint8Array(8)));
  assert(!isSession(null, new Uint8Array(8)));
});

Deno.test("Numbers of a session go up by one from 1", () => {
  const session = sessionFrom(digest(1));
  assertEquals([nextNumber(session), nextNumber(session)], [1, 2]);
});

Deno.test("A number that was there, or a lower one, is not fresh, C-06", () => {
  const session = sessionFrom(digest(1));
  assert(!isFresh(session, 0));
  assert(isFresh(session, 1));
  remember(session, 5);
  for (const number of [0, 1, 4, 5]) assert(!isFresh(session, number));
  assert(isFresh(session, 6));
  remember(session, 3);
  assert(!isFresh(session, 5), "a lower number takes nothing back");
});

Deno.test("Numbers end before they could wrap, C-20", () => {
  const session = sessionFrom(digest(1));
  session.sent = COUNTER_MAX - 1;
  assertEquals(nextNumber(session), 0xffff_fffe);
  assertEquals(nextNumber(session), null);
  assertEquals(nextNumber(session), null);
  assert(isFresh(session, COUNTER_MAX));
  assert(!isFresh(session, 0xffff_ffff));
});

Deno.test("MachineSessions speaks in the candidate and hears both", () => {
  const sessions = new MachineSessions();
  assertEquals(sessions.newest, null);
  assertEquals(sessions.id, new Uint8Array(8));
  const first = sessionFrom(digest(1));
  const second = sessionFrom(digest(2));
  sessions.agree(first);
  sessions.confirm(first);
  sessions.agree(second);
  assertEquals(sessions.newest, second);
  assertEquals(sessions.find(first.id), first);
  assertEquals(sessions.find(second.id), second);
  assertEquals(sessions.find(new Uint8Array(8)), null);
});

Deno.test("MachineSessions drops the old one when the new one is heard", () => {
  const sessions = new MachineSessions();
  const first = sessionFrom(digest(1));
  const second = sessionFrom(digest(2));
  sessions.agree(first);
  sessions.confirm(first);
  sessions.agree(second);
  sessions.confirm(first);
  assertEquals(sessions.find(first.id), first, "the server stayed in it");
  sessions.confirm(second);
  assertEquals(sessions.find(first.id), null);
  assertEquals(sessions.newest, second);
});

Deno.test("MachineSessions keeps one candidate: the last", () => {
  const sessions = new MachineSessions();
  const lost = sessionFrom(digest(1));
  const agreed = sessionFrom(digest(2));
  sessions.agree(lost);
  sessions.agree(agreed);
  assertEquals(sessions.find(lost.id), null);
  sessions.end();
  assertEquals(sessions.newest, null);
  assertEquals(sessions.find(agreed.id), null);
});
