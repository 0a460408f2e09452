/**
 * The gate: what it drops, in which order, and what that costs whom.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPublicKey, verify as verifyWithLibrary } from "node:crypto";
import { FailureBuckets, FAILURES_BURST } from "../../lib/sep/bucket.ts";
import { encodeDatagram, type Frame } from "../../lib/sep/datagram.ts";
import { type Drop, type GateKeeper, passGate } from "../../lib/sep/gate.ts";
import {
  encodeMessage,
  type MachineMessage,
  type MessageFrom,
  type Role,
} from "../../lib/sep/words.ts";
import { equalBytes, utf8 } from "../../lib/trust/bytes.ts";
import {
  fleetOf,
  isSafePublicKey,
  keyPairFromSeed,
  machineOf,
} from "../../lib/trust/keys.ts";
import { headerOf } from "./forge.ts";
import { MESSAGES } from "./samples.ts";
import { type DatagramVectors, readVectors } from "./vectors.ts";

const VECTORS = readVectors<DatagramVectors>("datagram");
const hex = (text: string) => Uint8Array.fromHex(text);
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
    isInside: () => false,
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

Deno.test("passGate drops every word that another key has signed, C-05, C-23", () => {
  const keys = { server: VECTORS.serverKey, machine: VECTORS.machineKey };
  const stranger = keyPairFromSeed(new Uint8Array(32).fill(99));
  for (const { from, message } of MESSAGES) {
    const header = headerOf({
      fromServer: from === "server",
      fleet: fleetOf(hex(VECTORS.fleetKey)),
    });
    const bytes = encodeDatagram(header, encodeMessage(from, message), {
      filterKey: hex(VECTORS.filterKey),
      signer: stranger,
    });
    const keeper = keeperOf(from, { keyFor: () => hex(keys[from]) });
    assertEquals(pass(keeper, bytes), "signature", message.word);
  }
});

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

Deno.test("passGate forgives other roles and other fleets: they are weather", () => {
  for (const { to, bytes, drop } of VECTORS.refused) {
    if (drop !== "direction" && drop !== "fleet") continue;
    const keeper = keeperOf(to === "server" ? "machine" : "server");
    for (let count = 0; count < 10 * FAILURES_BURST; count++) {
      assertEquals(pass(keeper, hex(bytes)), drop);
    }
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
