/**
 * Datagrams that are not what they seem: signed by the wrong key, meant for
 * somebody else, or cut out of another conversation.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Header } from "../../lib/sep/datagram.ts";
import { toHex } from "../../lib/trust/bytes.ts";
import { type KeyPair, machineOf } from "../../lib/trust/keys.ts";
import { after, machineSays, refilter, serverSays } from "./forge.ts";
import { need } from "./need.ts";
import {
  ELSEWHERE,
  FLEET_KEY,
  installed,
  installOrder,
  keyOf,
  NEXT_SERVER_KEY,
  PUBLISHER_KEY,
  SERVER_AT,
  SERVER_KEY,
} from "./props.ts";
import { Puppet } from "./puppet.ts";
import { type Actor, onStage, type Stage } from "./stage.ts";

const INSTALL = {
  word: "install",
  args: {
    ...installOrder(1n),
    sha256: new Uint8Array(32).fill(0xab),
    how: null,
  },
} as const;
const POSSEDE = {
  word: "possede",
  args: { name: "editor", version: "1.0", only: null },
} as const;

/** A fresh place in the session of this machine. */
function inSession(
  { server }: Stage,
  { id, key }: Actor,
  counter = 100,
): Partial<Header> {
  return {
    machine: machineOf(key.publicKey),
    session: need(server.sessionOf(id), "session"),
    counter,
  };
}

const FORGERS: readonly { readonly name: string; readonly key: KeyPair }[] = [
  { name: "the machine itself", key: keyOf(102) },
  { name: "another machine", key: keyOf(103) },
  { name: "a publisher", key: PUBLISHER_KEY },
  { name: "the fleet's key", key: FLEET_KEY },
  { name: "a server without a delegation", key: NEXT_SERVER_KEY },
];

for (const { name, key } of FORGERS) {
  Deno.test(`A machine is silent to an [install] of ${name}, C-05`, () =>
    onStage({ machines: 2 }, async (stage) => {
      await stage.discover();
      const { machine, network } = stage;
      const forged = serverSays(INSTALL, inSession(stage, machine), key);
      network.inject(forged, SERVER_AT, machine.at);
      await stage.clock.advance(60_000);
      assertEquals(network.sent, []);
      assertEquals(machine.endpoint.dropped, { signature: 1 });
      assertEquals(machine.house.installs, 0);
      // The same from the server's own key, or the test would prove nothing.
      const good = serverSays(INSTALL, inSession(stage, machine));
      network.inject(good, SERVER_AT, machine.at);
      await stage.clock.advance(0);
      assertEquals(stage.words(), ["M reussi"]);
    }));
}

Deno.test("A machine is silent to an [install] without a signature, C-05", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine, network } = stage;
    const bytes = serverSays(INSTALL, inSession(stage, machine));
    for (const tail of [new Uint8Array(64), bytes.slice(0, 64)]) {
      const forged = bytes.slice();
      forged.set(tail, forged.length - 64);
      network.inject(forged, SERVER_AT, machine.at);
    }
    const changed = bytes.slice();
    changed[90] = 0x78;
    network.inject(refilter(changed), SERVER_AT, machine.at);
    await stage.clock.advance(60_000);
    assertEquals(network.sent, []);
    assertEquals(machine.house.installs, 0);
  }));

Deno.test("A machine is silent to a server that was replaced, C-05", () =>
  onStage({}, async (stage) => {
    stage.restartServer(NEXT_SERVER_KEY);
    await stage.discover();
    const { machine, network } = stage;
    assertEquals(machine.house.held.serial, 2n);
    const forged = serverSays(INSTALL, inSession(stage, machine), SERVER_KEY);
    network.inject(forged, SERVER_AT, machine.at);
    await stage.clock.advance(60_000);
    assertEquals(network.sent, []);
    assertEquals(machine.endpoint.dropped, { signature: 1 });
  }));

Deno.test("An [install] for one machine is nothing to another, C-09", () =>
  onStage({ machines: 2 }, async (stage) => {
    await stage.discover();
    const [first, second] = stage.machines;
    const { network, server } = stage;
    network.fate = () => 0;
    const order = installOrder(1n);
    void server.converse(need(first, "machine").id, {
      word: "install",
      order,
      deadlineMs: 5_000,
    });
    const { bytes } = need(network.sent[0], "install");
    const other = need(second, "machine");
    network.inject(bytes, SERVER_AT, other.at);
    // And with the other's name in the header, for who holds the filter key.
    const renamed = bytes.slice();
    renamed.set(machineOf(other.key.publicKey), 16);
    network.inject(refilter(renamed), SERVER_AT, other.at);
    await stage.clock.advance(0);
    assertEquals(network.sent.length, 1);
    assertEquals(other.house.installs, 0);
    assertEquals(other.endpoint.dropped, { place: 1, signature: 1 });
  }));

Deno.test("A machine refuses a message of another conversation, C-10", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine, network } = stage;
    const server = new Puppet(stage, "server");
    await server.say(POSSEDE, { counter: 10 });
    const ofFirst = server.next(INSTALL);
    const other = new Puppet(stage, "server");
    const conversation = new Uint8Array(16).fill(0xd0);
    await other.say(POSSEDE, { counter: 11, conversation });
    const right = other.next(INSTALL);
    const said = network.sent.length;
    // Message 3 of X inside Y: right keys, right step, the wrong `prev`.
    const spliced = [
      serverSays(INSTALL, { ...after(right), ...place(ofFirst), conversation }),
      serverSays(INSTALL, { ...place(right), prev: new Uint8Array(16) }),
      serverSays(INSTALL, { ...place(right), step: 3 }),
      serverSays(INSTALL, { ...place(right), step: 1 }),
      serverSays(INSTALL, {
        ...place(right),
        step: 0,
        prev: new Uint8Array(16),
      }),
    ];
    for (const bytes of spliced) network.inject(bytes, SERVER_AT, machine.at);
    await stage.clock.advance(0);
    assertEquals(network.sent.length, said);
    assertEquals(machine.house.installs, 0);
    network.inject(right, SERVER_AT, machine.at);
    await stage.clock.advance(0);
    assertEquals(machine.house.installs, 1);
  }));

/** The place in a conversation that this datagram takes. */
function place(bytes: Uint8Array): Partial<Header> {
  const { step, ...rest } = after(bytes);
  return { ...rest, step: step - 1, prev: bytes.slice(48, 64) };
}

Deno.test("A server refuses a message of another conversation, C-10", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine: { id, key, at }, network, server, clock } = stage;
    const machine = new Puppet(stage, "machine");
    const ask = () =>
      server.converse(id, {
        word: "possede",
        name: "editor",
        version: "1.0",
        orElse: null,
      });
    void ask();
    const first = need(network.sent.at(-1), "possede").bytes;
    const answer = ask();
    const second = need(network.sent.at(-1), "possede").bytes;
    assert(toHex(first) !== toHex(second));
    const oui = { word: "oui", args: {} } as const;
    const spliced = [
      { ...after(second), prev: after(first).prev },
      { ...after(first), prev: after(second).prev },
      { ...after(second), conversation: new Uint8Array(16) },
      { ...after(second), step: 2 },
      { ...after(second), step: 0 },
    ];
    for (const header of spliced) {
      network.inject(machineSays(key, oui, header), at, SERVER_AT);
    }
    await clock.advance(0);
    assertEquals(network.sent.length, 2);
    machine.last = second;
    await machine.say({ word: "non", args: {} });
    assertEquals(await stage.until(answer), { kind: "missing" });
  }));

Deno.test("A server ignores forged [non] and [rate], C-23", () =>
  onStage({ machines: 2 }, async (stage) => {
    await stage.discover();
    const { machine, network, server, clock } = stage;
    const other = need(stage.machines[1], "second machine");
    machine.house.latch.close();
    const order = installOrder(1n);
    const opening = { word: "install", order, deadlineMs: 60_000 } as const;
    const answer = server.converse(machine.id, opening);
    await clock.advance(0);
    const install = need(network.sent.at(-1), "install").bytes;
    const rate = {
      word: "rate",
      args: { order: 1n, attempt: 1, reason: "disk", note: "" },
    } as const;
    const next = after(install);
    const signed = machineSays(machine.key, rate, next);
    const unsigned = signed.slice();
    unsigned.fill(0, unsigned.length - 64);
    const forged = [
      unsigned,
      machineSays(machine.key, rate, next, other.key),
      machineSays(machine.key, rate, next, SERVER_KEY),
      // The other machine in its own name, inside this conversation.
      machineSays(other.key, rate, {
        ...next,
        machine: machineOf(other.key.publicKey),
      }),
      machineSays(machine.key, { word: "non", args: {} }, next, other.key),
    ];
    for (const bytes of forged) network.inject(bytes, ELSEWHERE, SERVER_AT);
    await clock.advance(0);
    assertEquals(stage.words(), ["S install"]);
    assertEquals(server.dropped, { signature: 4, place: 1 });
    machine.house.latch.open();
    assertEquals(await stage.until(answer), installed());
    assertEquals(stage.house.late, []);
  }));

Deno.test("A machine cannot call in another's name, C-23", () =>
  onStage({ machines: 2 }, async (stage) => {
    await stage.discover();
    const { machine, network, server, clock } = stage;
    const thief = need(stage.machines[1], "second machine").key;
    const session = need(server.sessionOf(machine.id), "session");
    const args = { key: thief.publicKey, serial: 1n };
    const name = { machine: machineOf(machine.key.publicKey) };
    for (const place of [name, { ...name, session, counter: 50 }]) {
      const forged = machineSays(thief, { word: "ping", args }, place);
      network.inject(forged, ELSEWHERE, SERVER_AT);
    }
    await clock.advance(0);
    assertEquals(network.sent, []);
    assertEquals(server.dropped, { key: 2 });
  }));
