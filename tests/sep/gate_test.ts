/**
 * The gate: what it drops, in which order, and what that costs whom.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPublicKey, verify as verifyWithLibrary } from "node:crypto";
import { FailureBuckets, FAILURES_BURST } from "../../lib/sep/bucket.ts";
import type { Frame } from "../../lib/sep/datagram.ts";
import { type Drop, type GateKeeper, passGate } from "../../lib/sep/gate.ts";
import type { MachineMessage, MessageFrom, Role } from "../../lib/sep/words.ts";
import { equalBytes, utf8 } from "../../lib/trust/bytes.ts";
import { fleetOf, isSafePublicKey, machineOf } from "../../lib/trust/keys.ts";
import { anyBody, bodySays, machineSays, serverSays } from "./forge.ts";
import { ELSEWHERE, keyOf, SERVER_AT, SERVER_KEY } from "./props.ts";
import { onStage, type Stage } from "./stage.ts";
import { type DatagramVectors, readVectors } from "./vectors.ts";

const VECTORS = readVectors<DatagramVectors>("datagram");
const hex = (text: string) => Uint8Array.fromHex(text);
const MACHINE_KEY = keyOf(104);
const SMALL_ORDER_KEY = Uint8Array.from([1, ...new Uint8Array(31)]);

/** The line in the list of faults that asks for each drop. */
const FAULTS: Partial<Record<Drop, string>> = {
  short: "D-01 D-02",
  "too long": "D-03",
  magic: "D-04",
  suite: "D-05",
  reserved: "D-06",
  length: "D-07",
  direction: "C-08",
  fleet: "F-04",
  filter: "D-08",
  word: "D-06",
  key: "D-13",
  signature: "C-23",
};

/** A gate in front of one role, that finds a place for every word. */
function keeperOf<R extends Role>(
  from: R,
  changes: Partial<GateKeeper<R>> = {},
): GateKeeper<R> {
  const keys = { server: VECTORS.serverKey, machine: VECTORS.machineKey };
  return {
    from,
    fleet: fleetOf(hex(VECTORS.fleetKey)),
    filterKey: hex(VECTORS.filterKey),
    buckets: new FailureBuckets(),
    expects: () => true,
    keyFor: (frame, message) => {
      const shown = shownKey(frame, message);
      return shown === undefined ? hex(keys[from]) : shown;
    },
    ...changes,
  };
}

/** Undefined: the message shows none. */
function shownKey<R extends Role>(
  { header }: Frame,
  message: MessageFrom<R>,
): Uint8Array | null | undefined {
  const { word, args } = message as MachineMessage;
  if (word !== "ping" && word !== "echo" || !("key" in args)) return undefined;
  const named = equalBytes(machineOf(args.key), header.machine);
  return named && isSafePublicKey(args.key) ? args.key : null;
}

function pass<R extends Role>(keeper: GateKeeper<R>, bytes: Uint8Array) {
  return passGate(keeper, bytes, { source: "10.0.0.9", nowMs: 0 });
}

for (const { name, to, bytes } of VECTORS.good) {
  Deno.test(`passGate lets in ${name}`, () => {
    const from = to === "server" ? "machine" : "server";
    assert(typeof pass(keeperOf(from), hex(bytes)) !== "string");
  });
}

for (const { name, to, bytes, drop } of VECTORS.refused) {
  Deno.test(`passGate drops ${name}, ${FAULTS[drop]}`, () => {
    const from = to === "server" ? "machine" : "server";
    assertEquals(pass(keeperOf(from), hex(bytes)), drop);
  });
}

Deno.test("The library takes a forgery under a small-order key, D-13", () => {
  // If this ever fails, the runtime refuses such keys by itself; ours still do.
  const forged = Uint8Array.from([...SMALL_ORDER_KEY, ...new Uint8Array(32)]);
  const spki = "302a300506032b6570032100" + SMALL_ORDER_KEY.toHex();
  const key = createPublicKey({
    key: Buffer.from(spki, "hex"),
    format: "der",
    type: "spki",
  });
  assert(verifyWithLibrary(null, utf8("anything"), key, forged));
});

Deno.test("passGate asks about crypto last, in the order of its cost", () => {
  const asked: string[] = [];
  const keeper = keeperOf("machine", {
    expects: () => {
      asked.push("place");
      return true;
    },
    keyFor: () => {
      asked.push("key");
      return null;
    },
  });
  for (const { to, bytes, drop } of VECTORS.refused) {
    if (to !== "server") continue;
    asked.length = 0;
    const found = pass(keeper, hex(bytes));
    const isLate = drop === "key" || drop === "signature";
    assertEquals(asked, isLate ? ["place", "key"] : [], drop);
    if (isLate) assertEquals(found, "key");
  }
});

Deno.test("passGate closes after a burst of failures, F-04", () => {
  const keeper = keeperOf("machine");
  const forged = hex(
    VECTORS.refused.find(({ drop }) => drop === "filter")?.bytes ?? "",
  );
  const [good] = VECTORS.good.filter(({ to }) => to === "server");
  const at = (source: string, bytes: Uint8Array) =>
    passGate(keeper, bytes, { source, nowMs: 0 });
  for (let count = 0; count < FAILURES_BURST; count++) {
    assertEquals(at("10.0.0.66", forged), "filter");
  }
  assertEquals(at("10.0.0.66", forged), "bucket");
  assertEquals(at("10.0.0.66", hex(good?.bytes ?? "")), "bucket");
  // Others are heard, and so is this one when its failures are forgiven.
  assert(typeof at("10.0.0.67", hex(good?.bytes ?? "")) !== "string");
  const later = { source: "10.0.0.66", nowMs: 60_000 };
  assert(
    typeof passGate(keeper, hex(good?.bytes ?? ""), later) !== "string",
  );
});

Deno.test("passGate forgives words out of place: they are weather", () => {
  const keeper = keeperOf("machine", { expects: () => false });
  const [good] = VECTORS.good.filter(({ to }) => to === "server");
  for (let count = 0; count < 10 * FAILURES_BURST; count++) {
    assertEquals(pass(keeper, hex(good?.bytes ?? "")), "place");
  }
});

Deno.test("passGate forgives calls to everyone, and the fleet next door", () => {
  const machines = { ...keeperOf("machine"), fleet: new Uint8Array(8) };
  const [good] = VECTORS.good.filter(({ to }) => to === "server");
  const bytes = hex(good?.bytes ?? "");
  for (let count = 0; count < 10 * FAILURES_BURST; count++) {
    assertEquals(pass(keeperOf("server"), bytes), "direction");
    assertEquals(pass(machines, bytes), "fleet");
  }
  assertEquals(machines.buckets.size, 0);
});

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
      args: { held: null },
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
