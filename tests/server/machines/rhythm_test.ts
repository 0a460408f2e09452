/** The rhythm of pings, on a clock that is told. */

import { assertEquals } from "@std/assert";
import { silentLog } from "../../../lib/host/log.ts";
import { Registry } from "../../../lib/server/machines/registry.ts";
import { Rhythm } from "../../../lib/server/machines/rhythm.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { machine } from "../examples.ts";
import { FakeEndpoint } from "../orders/fake_endpoint.ts";

const FROM = { hostname: "127.0.0.9", port: 2013 };
const HERE = { hostname: "127.0.0.1", port: 2013 };
const TARGET = { to: FROM, sep: HERE, sip: HERE };
const EVERY_MS = 60_000;

/** A fleet of which these machines answer the first round. */
function start(count: number, answering: readonly number[]) {
  const clock = new FakeClock();
  const endpoint = new FakeEndpoint();
  const records = Array.from(
    { length: count },
    (_, index) => machine(`pc-${index}`),
  );
  const registry = new Registry({
    clock,
    writer: { commit: () => Promise.resolve() },
    missedMax: 3,
    conflictMs: 1,
    listAtMs: () => null,
    awake: () => {},
  }, records);
  const rhythm = new Rhythm({
    clock,
    registry,
    log: silentLog,
    rhythm: {
      pingEveryMs: EVERY_MS,
      windowMsMin: 500,
      windowMsFirst: 5_000,
      deadAfterPings: 3,
    },
    targets: () => [TARGET],
    round: (targets, windowMs) => endpoint.round(targets, windowMs),
    converse: (id, opening) => endpoint.converse(id, opening),
  });
  const hear = (indexes: readonly number[]) => () => {
    for (const index of indexes) {
      registry.heard(records[index]?.id ?? "", FROM);
    }
  };
  endpoint.duringRound = hear(answering);
  rhythm.start();
  return { clock, endpoint, registry, rhythm, records, hear };
}

Deno.test("Rhythm pings at once, then every X", async () => {
  const { clock, endpoint, rhythm } = start(2, [0, 1]);
  await clock.advance(10);
  assertEquals(endpoint.rounds.length, 1);
  assertEquals(endpoint.rounds[0]?.targets, [TARGET]);
  await clock.advance(2 * EVERY_MS);
  // 5 s until two rounds have found the same number: the third is short.
  assertEquals(endpoint.rounds.map(({ windowMs }) => windowMs), [
    5_000,
    5_000,
    500,
  ]);
  rhythm.stop();
  await clock.advance(10 * EVERY_MS);
  assertEquals(endpoint.rounds.length, 3);
  assertEquals(clock.pending, 0);
});

Deno.test("Rhythm calls a machine dead after three pings and one of its own", async () => {
  const { clock, endpoint, registry, rhythm, records, hear } = start(2, [0, 1]);
  const id = records[1]?.id ?? "";
  await clock.advance(10);
  endpoint.duringRound = hear([0]);
  await clock.advance(2 * EVERY_MS);
  assertEquals(endpoint.words, []);
  await clock.advance(EVERY_MS);
  assertEquals([endpoint.words, endpoint.asked[0]?.machine], [["ping"], id]);
  assertEquals(registry.stateOf(id), "alive");
  endpoint.asked[0]?.end({ kind: "lost", awaited: "echo" });
  await clock.advance(1);
  assertEquals(registry.stateOf(id), "dead");
  endpoint.duringRound = hear([0, 1]);
  await clock.advance(EVERY_MS);
  assertEquals(registry.stateOf(id), "alive");
  rhythm.stop();
});

Deno.test("Rhythm keeps its beat while the dead are asked", async () => {
  const all = Array.from({ length: 200 }, (_, index) => index);
  const { clock, endpoint, rhythm } = start(200, all);
  await clock.advance(10);
  endpoint.duringRound = () => {};
  await clock.advance(3 * EVERY_MS);
  // A room was switched off: not all are asked at once, and nobody waits.
  assertEquals(endpoint.words.length, 64);
  endpoint.asked[0]?.end({ kind: "lost", awaited: "echo" });
  await clock.advance(1);
  assertEquals(endpoint.words.length, 65);
  await clock.advance(EVERY_MS);
  assertEquals(endpoint.rounds.length, 5);
  rhythm.stop();
});

Deno.test("Rhythm pings again at once when a round imploded, F-02", async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => index);
  const { clock, endpoint, rhythm, hear } = start(1_000, all);
  await clock.advance(2 * EVERY_MS + 10);
  assertEquals(endpoint.rounds.map(({ windowMs }) => windowMs), [
    5_000,
    5_000,
    500,
  ]);
  endpoint.duringRound = hear(all.slice(0, 100));
  await clock.advance(EVERY_MS);
  assertEquals(endpoint.rounds.slice(3).map(({ windowMs }) => windowMs), [
    500,
    5_000,
  ]);
  rhythm.stop();
});

Deno.test("Rhythm goes on after a round that failed", async () => {
  const { clock, endpoint, rhythm } = start(1, []);
  endpoint.duringRound = () => {
    throw new Error("no network");
  };
  await clock.advance(EVERY_MS + 10);
  assertEquals(endpoint.rounds.length, 2);
  rhythm.stop();
});

Deno.test("Rhythm calls nobody dead because the server stops", async () => {
  const { clock, endpoint, registry, rhythm, records } = start(1, [0]);
  await clock.advance(10);
  endpoint.duringRound = () => {};
  await clock.advance(3 * EVERY_MS);
  rhythm.stop();
  endpoint.asked[0]?.end({ kind: "lost", awaited: "echo" });
  await clock.advance(1);
  assertEquals(registry.stateOf(records[0]?.id ?? ""), "alive");
});
