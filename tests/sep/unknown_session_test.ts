/**
 * Sessions that only one end knows: the candidate whose last [OK] was lost, and
 * the old ones of before a restart.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { sha256, toHex } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { machineSays, serverSays } from "./forge.ts";
import { need } from "./need.ts";
import { delegate, SERVER_AT, SERVER_KEY, SIP_AT } from "./props.ts";
import { Puppet } from "./puppet.ts";
import { onStage, wordOf } from "./stage.ts";

const FLOW_1A = [
  ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
];
const DLISTE = {
  word: "dliste",
  args: { held: null, libraries: null },
} as const;

Deno.test("Sessions old and new are heard until the server speaks in the new", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    const old = need(server.sessionOf(machine.id), "session");
    const order = { word: "dliste", sha256: "" } as const;
    await stage.until(server.converse(machine.id, order));
    // A server that lost the session, played by hand, discovers it anew.
    const puppet = new Puppet(stage, "server");
    const { bytes: delegation } = delegate(SERVER_KEY, 1n);
    const told = { sep: SERVER_AT, sip: SIP_AT, publishers: 1, delegation };
    await puppet.say({
      word: "ping",
      args: { epoch: 9n, count: 1, windowMs: 0, ...told },
    });
    await puppet.say({ word: "OK", args: { list: null } });
    await puppet.say({
      word: "identifiant",
      args: {
        machine: machineOf(machine.key.publicKey),
        verdict: "accepte",
        certificate: new Uint8Array(),
        sip: SIP_AT,
        reason: null,
      },
    });
    const last = need(network.sent.at(-1), "last OK").bytes;
    const candidate = sha256(last).subarray(0, 8);
    const answerIn = async (session: Uint8Array, counter: number) => {
      network.sent.length = 0;
      const place = { machine: machineOf(machine.key.publicKey), session };
      const conversation = sha256(session, Uint8Array.of(counter)).slice(0, 16);
      const said = { ...place, conversation, counter };
      network.inject(serverSays(DLISTE, said), SERVER_AT, machine.at);
      await clock.advance(0);
      return stage.words().join();
    };
    assertEquals(await answerIn(old, 50), "M OK", "the last [OK] may be lost");
    assertEquals(await answerIn(candidate, 1), "M OK");
    assertEquals(await answerIn(candidate, 2), "M OK");
    assertEquals(await answerIn(old, 51), "M ping", "it is over");
  }));

Deno.test("The machine's candidate becomes its session when it is heard", () =>
  onStage({}, async (stage) => {
    const { server, machine, network, clock } = stage;
    network.fate = (passing) => wordOf(passing) === "M OK" ? 0 : 1;
    const outcome = await stage.until(machine.endpoint.ping([SERVER_AT]));
    assertEquals(outcome, { kind: "session", accepted: true });
    const candidate = need(machine.endpoint.contact?.session, "candidate");
    assertEquals(server.sessionOf(machine.id), null);
    network.fate = () => 1;
    network.sent.length = 0;
    // The server missed it, and opens 1a by unicast.
    await clock.advance(5_000);
    assertEquals(stage.words(), FLOW_1A);
    assert(stage.identified);
    const session = need(server.sessionOf(machine.id), "session");
    assert(toHex(session) !== toHex(candidate));
  }));

Deno.test("A machine calls at most once in 30 s for an unknown session", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine, network, clock } = stage;
    stage.server.close();
    const say = (counter: number) => {
      const bytes = serverSays(DLISTE, {
        machine: machineOf(machine.key.publicKey),
        conversation: new Uint8Array(16).fill(counter),
        session: new Uint8Array(8).fill(counter),
        counter,
      });
      network.inject(bytes, SERVER_AT, machine.at);
    };
    void machine.endpoint.ping([SERVER_AT]);
    await clock.advance(5_000);
    for (let second = 1; second <= 60; second++) {
      say(second);
      await clock.advance(1_000);
    }
    // The call of the test itself, then one at once and one after 30 s.
    assertEquals(stage.words(), ["M ping", "M ping", "M ping"]);
  }));

Deno.test("A server pings at most once in 30 s for an unknown session", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine, network, clock } = stage;
    stage.restartServer();
    // The machine is deaf, and offers its list again and again.
    network.fate = ({ bytes }) => bytes[5] === 1 ? 0 : 1;
    for (let second = 1; second <= 60; second++) {
      void machine.endpoint.offerList(new Uint8Array(32));
      await clock.advance(1_000);
    }
    const pings = stage.words().filter((word) => word === "S ping");
    assertEquals(pings.length, 2);
    assertEquals(stage.words().includes("S OK"), false);
    // It hears again: one more offer, and the session is new.
    network.fate = () => 1;
    await clock.advance(30_000);
    void machine.endpoint.offerList(new Uint8Array(32));
    await clock.advance(5_000);
    assert(stage.identified);
  }));

Deno.test("A server pings nobody whom it is discovering already", () =>
  onStage({ latencyMs: 10 }, async (stage) => {
    const { machine, network, clock } = stage;
    void machine.endpoint.ping([SERVER_AT]);
    // Its [identifie] has come when a list is offered in some other session.
    await clock.advance(35);
    const vliste = {
      word: "vliste",
      args: { list: new Uint8Array(32) },
    } as const;
    const place = { session: new Uint8Array(8).fill(1), counter: 1 };
    stage.house.latch.close();
    network.inject(
      machineSays(machine.key, vliste, place),
      machine.at,
      SERVER_AT,
    );
    await clock.advance(0);
    stage.house.latch.open();
    await clock.advance(5_000);
    assert(stage.identified);
    assertEquals(stage.words().includes("S ping"), false);
  }));

Deno.test("Session that is present lives until the new one is confirmed", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    const old = need(server.sessionOf(machine.id), "session");
    // Somebody shows each side a session that it does not know.
    const strange = { session: new Uint8Array(8).fill(1), counter: 1 };
    const place = { machine: machineOf(machine.key.publicKey), ...strange };
    network.inject(serverSays(DLISTE, place), SERVER_AT, machine.at);
    await clock.advance(0);
    assertEquals(server.sessionOf(machine.id), old);
    const order = { word: "dliste", sha256: "" } as const;
    const outcome = await stage.until(server.converse(machine.id, order));
    assertEquals(outcome, { kind: "list", coming: true });
  }));
