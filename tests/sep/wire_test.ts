/**
 * What is thrown at a whole endpoint: counters and, now and then, one line.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { utf8 } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { anyBody, bodySays, machineSays, serverSays } from "./forge.ts";
import { ELSEWHERE, keyOf, SERVER_AT, SERVER_KEY } from "./props.ts";
import { onStage, type Stage } from "./stage.ts";
import { type DatagramVectors, readVectors } from "./vectors.ts";

const VECTORS = readVectors<DatagramVectors>("datagram");
const hex = (text: string) => Uint8Array.fromHex(text);
const MACHINE_KEY = keyOf(104);
const SMALL_ORDER_KEY = Uint8Array.from([1, ...new Uint8Array(31)]);

/** Throws these at the server of a stage, and tells what came of it. */
async function throwAt(stage: Stage, datagrams: readonly Uint8Array[]) {
  for (const bytes of datagrams) {
    stage.network.inject(bytes, ELSEWHERE, SERVER_AT);
  }
  await stage.clock.advance(0);
  return { dropped: stage.server.dropped, log: stage.house.log };
}

Deno.test("A server drops an empty datagram with one counter, D-01", () =>
  onStage({}, async (stage) => {
    const { dropped, log } = await throwAt(stage, [new Uint8Array()]);
    assertEquals(dropped, { short: 1 });
    assertEquals(log, []);
    assertEquals(stage.network.sent, []);
  }));

Deno.test("A server is silent on every vector that is refused, D-15", () =>
  onStage({}, async (stage) => {
    const all = VECTORS.refused.map(({ bytes }) => hex(bytes));
    await throwAt(stage, all);
    await stage.clock.advance(60_000);
    assertEquals(stage.network.sent, []);
    assertEquals(stage.house.introductions, []);
  }));

Deno.test("Words in clear, of 2013, are told of once an hour and source, D-16", () =>
  onStage({}, async (stage) => {
    const clear = [utf8("[ping]"), utf8(`[identifie{${"a".repeat(200)}}]`)];
    const tell = async () => (await throwAt(stage, clear)).log;
    assertEquals(await tell(), ["too old 10.0.0.99"]);
    assertEquals(await tell(), ["too old 10.0.0.99"]);
    stage.network.inject(utf8("[ping]"), { ...ELSEWHERE, port: 1 }, SERVER_AT);
    await stage.clock.advance(3_600_000);
    assertEquals(stage.house.log.length, 1);
    assertEquals((await tell()).length, 2);
    stage.network.inject(utf8("[ping]"), stage.machine.at, SERVER_AT);
    await stage.clock.advance(0);
    assertEquals(
      stage.house.log.at(-1),
      `too old ${stage.machine.at.hostname}`,
    );
    assertEquals(stage.network.sent, []);
  }));

Deno.test("Suite bytes of others are told of once an hour and source, D-05", () =>
  onStage({}, async (stage) => {
    const bytes = machineSays(MACHINE_KEY, PING, {});
    bytes[4] = 2;
    const many = Array.from({ length: 100 }, () => bytes);
    const { dropped, log } = await throwAt(stage, many);
    assertEquals(dropped, { suite: 100 });
    assertEquals(log, ["suite 10.0.0.99"]);
  }));

const PING = {
  word: "ping",
  args: { key: MACHINE_KEY.publicKey, serial: 1n },
} as const;

Deno.test("A server refuses unsafe keys in [ping] and [echo], D-13", () =>
  onStage({}, async (stage) => {
    const unsafe = [
      SMALL_ORDER_KEY,
      new Uint8Array(32),
      // The second spelling of y = 1, and of the small-order key with a sign.
      Uint8Array.fromHex("ee" + "ff".repeat(30) + "7f"),
      Uint8Array.fromHex("01" + "00".repeat(30) + "80"),
    ];
    const forged = unsafe.map((key) => {
      const machine = machineOf(key);
      const body = anyBody(
        "ping",
        key.toBase64({
          alphabet: "base64url",
          omitPadding: true,
        }),
        "1",
      );
      const bytes = bodySays(body, { machine }, MACHINE_KEY);
      bytes.set([...SMALL_ORDER_KEY, ...new Uint8Array(32)], bytes.length - 64);
      return bytes;
    });
    const { dropped } = await throwAt(stage, forged);
    assertEquals(dropped, { key: unsafe.length });
    assertEquals(stage.network.sent, []);
  }));

Deno.test("Words that are reflected to their own side are not heard, C-08", () =>
  onStage({}, async (stage) => {
    await stage.round();
    const { sent } = stage.network;
    const recorded = sent.splice(0);
    await stage.clock.advance(60_000);
    for (const { bytes } of recorded) {
      const fromServer = bytes[5] === 1;
      const to = fromServer ? SERVER_AT : stage.machine.at;
      stage.network.inject(
        bytes,
        fromServer ? stage.machine.at : SERVER_AT,
        to,
      );
    }
    await stage.clock.advance(60_000);
    assertEquals(stage.network.sent, []);
    assertEquals(stage.server.dropped, { direction: 3 });
    assertEquals(stage.machine.endpoint.dropped, { direction: 3 });
  }));

Deno.test("A server's word that a machine signed is a machine's, C-08", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    // The right key, the right session, the wrong direction flag.
    const session = stage.server.sessionOf(stage.machine.id) ?? undefined;
    const order = {
      word: "dliste",
      args: { held: null, libraries: null },
    } as const;
    const machine = machineOf(stage.machine.key.publicKey);
    const changes = { machine, counter: 9, ...(session && { session }) };
    const reflected = { ...changes, fromServer: false };
    const bytes = serverSays(order, reflected, SERVER_KEY);
    stage.network.inject(bytes, SERVER_AT, stage.machine.at);
    await stage.clock.advance(0);
    assertEquals(stage.machine.endpoint.dropped, { direction: 1 });
    stage.network.inject(
      serverSays(order, changes, SERVER_KEY),
      SERVER_AT,
      stage.machine.at,
    );
    await stage.clock.advance(0);
    assertEquals(stage.words(), ["M OK"]);
  }));
