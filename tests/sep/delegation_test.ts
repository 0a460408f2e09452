/**
 * Servers with older and newer delegations: whom a machine believes, and how
 * one that was off learns of a new key.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { openDelegation } from "../../lib/trust/delegation.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import { after, serverSays } from "./forge.ts";
import { need } from "./need.ts";
import {
  delegate,
  FLEET_KEY,
  keyOf,
  NEXT_SERVER_KEY,
  SERVER_AT,
  SERVER_KEY,
  SIP_AT,
} from "./props.ts";
import { onStage, wordOf } from "./stage.ts";

Deno.test("A machine that was off accepts the newer key in a ping, K-06", () =>
  onStage({ machines: 2 }, async (stage) => {
    await stage.discover();
    const [on, off] = stage.machines.map((machine) => machine.house);
    const absent = need(stage.machines[1], "second machine");
    absent.endpoint.close();
    stage.restartServer(NEXT_SERVER_KEY);
    await stage.discover();
    assertEquals([on?.held.serial, off?.held.serial], [2n, 1n]);
    stage.restartMachine(absent);
    await stage.round();
    assertEquals(off?.held.serial, 2n);
    assertEquals(off?.log, ["delegation 2"]);
    assert(stage.server.sessionOf(absent.id) !== null);
  }));

Deno.test("A machine that was off accepts the newer key in an echo, K-06", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    stage.restartServer(NEXT_SERVER_KEY);
    const { machine } = stage;
    const call = await stage.until(machine.endpoint.ping([SERVER_AT]));
    assertEquals(call, { kind: "session", accepted: true });
    assertEquals(machine.house.held.serial, 2n);
  }));

Deno.test("An echo shows the delegation only to who holds an older one", () =>
  onStage({}, async (stage) => {
    const { machine, network } = stage;
    const echo = async () => {
      network.sent.length = 0;
      await stage.until(machine.endpoint.ping([SERVER_AT]));
      await stage.clock.advance(1_000);
      const passing = network.sent.find((one) => wordOf(one) === "S echo");
      return need(passing, "echo").bytes.length;
    };
    const short = await echo();
    stage.restartServer(NEXT_SERVER_KEY);
    const long = await echo();
    // A `+` and 140 bytes in base64url.
    assertEquals(long - short, 1 + 187);
    assertEquals(await echo(), short);
  }));

/** What a machine does with a server's ping and echo that show this. */
async function shown(key: KeyPair, serial: bigint, held: bigint) {
  let result = { heard: false, serial: 0n };
  await onStage({ serial: held }, async (stage) => {
    const { machine: { endpoint, house, at }, network, clock } = stage;
    stage.server.close();
    const { bytes } = delegate(key, serial);
    const said = { epoch: 9n, count: 1, windowMs: 0, publishers: 1 };
    const args = { ...said, sep: SERVER_AT, sip: SIP_AT, delegation: bytes };
    network.inject(serverSays({ word: "ping", args }, {}, key), SERVER_AT, at);
    await clock.advance(0);
    const answered = network.sent.length > 0;
    void endpoint.ping([SERVER_AT]);
    await clock.advance(0);
    const call = need(network.sent.at(-1), "call").bytes;
    const echo = {
      word: "echo",
      args: { nonce: new Uint8Array(16), delegation: bytes },
    } as const;
    const { length } = network.sent;
    network.inject(serverSays(echo, after(call), key), SERVER_AT, at);
    await clock.advance(0);
    const identified = network.sent.length > length;
    assertEquals(answered, identified, "ping and echo are judged alike");
    result = { heard: answered, serial: house.held.serial };
  });
  return result;
}

Deno.test("Delegations replace each other by K-05's table", async () => {
  const other = keyOf(9);
  const refused = (serial: bigint) => ({ heard: false, serial });
  const heard = (serial: bigint) => ({ heard: true, serial });
  assertEquals(await shown(SERVER_KEY, 5n, 5n), heard(5n), "the same");
  assertEquals(await shown(SERVER_KEY, 4n, 5n), refused(5n), "a lower one");
  assertEquals(await shown(other, 4n, 5n), refused(5n), "lower, other key");
  assertEquals(await shown(other, 5n, 5n), refused(5n), "equal, other key");
  assertEquals(await shown(other, 6n, 5n), heard(6n), "a higher one");
  const high = 2n ** 64n - 1n;
  assertEquals(await shown(other, high, 5n), heard(high), "the highest");
});

Deno.test("A newer delegation is heard below every epoch of the old one, K-05", () =>
  onStage({}, async (stage) => {
    const { machine: { at, house }, network, clock } = stage;
    stage.server.close();
    // Whoever stole the server's key drove the epoch to its end.
    const said = { count: 1, windowMs: 0, publishers: 1, sep: SERVER_AT };
    let number = 0;
    const ping = (epoch: bigint, key: KeyPair, delegation: Uint8Array) => {
      const args = { ...said, epoch, sip: SIP_AT, delegation };
      const conversation = new Uint8Array(16).fill(++number);
      const says = { word: "ping", args } as const;
      const bytes = serverSays(says, { conversation }, key);
      network.inject(bytes, SERVER_AT, at);
      return clock.advance(0);
    };
    const last = 2n ** 64n - 1n;
    await ping(last, SERVER_KEY, stage.delegation.bytes);
    assertEquals(house.highest, last);
    network.sent.length = 0;
    const next = delegate(NEXT_SERVER_KEY, stage.delegation.serial + 1n);
    await ping(3n, NEXT_SERVER_KEY, next.bytes);
    assertEquals(stage.words(), ["M echo"]);
    assertEquals(house.highest, 3n);
    // And from now on the thief is not heard.
    await ping(last, SERVER_KEY, stage.delegation.bytes);
    assertEquals(stage.words(), ["M echo"]);
  }));

Deno.test("A delegation that was signed anew is the same, K-05", () =>
  onStage({}, async (stage) => {
    // Ed25519 leaves a signer the choice of a number; ours derives it.
    const anew = stage.delegation.bytes.slice();
    anew.set(SIGNED_ANEW, 76);
    assert(openDelegation(FLEET_KEY.publicKey, anew).ok);
    const { machine: { at, house }, network, clock } = stage;
    stage.server.close();
    const said = { epoch: 9n, count: 1, windowMs: 0, publishers: 1 };
    const args = { ...said, sep: SERVER_AT, sip: SIP_AT, delegation: anew };
    const ping = serverSays({ word: "ping", args }, {});
    network.inject(ping, SERVER_AT, at);
    await clock.advance(0);
    assertEquals(stage.words(), ["M echo"]);
    assertEquals(house.log, [], "there is nothing to store");
  }));

/** By the fleet's key, over the delegation of the stage. */
const SIGNED_ANEW = Uint8Array.fromHex(
  "2413d16eb7c1ac66d5a56ab73949dadc77d1e2c6248b7d8d6946676a40f9b2bd" +
    "8b549a62204870bfc549cef47b6f277c38cf01a343ed77faf8845a3c06fa9e07",
);

Deno.test("A delegation of another fleet is nothing, K-05", () =>
  onStage({}, async (stage) => {
    const { machine: { at, house }, network, clock } = stage;
    stage.server.close();
    const forged = delegate(keyOf(9), 9n).bytes.slice();
    forged[100] = (forged[100] ?? 0) ^ 1;
    const said = { epoch: 9n, count: 1, windowMs: 0, publishers: 1 };
    const args = { ...said, sep: SERVER_AT, sip: SIP_AT, delegation: forged };
    const ping = serverSays({ word: "ping", args }, {}, keyOf(9));
    network.inject(ping, SERVER_AT, at);
    await clock.advance(0);
    assertEquals(network.sent, []);
    assertEquals(house.held.serial, 1n);
    assertEquals(stage.machine.endpoint.dropped, { key: 1 });
  }));
