/**
 * Who may tell a machine what it is, and about whom.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { machineOf } from "../../lib/trust/keys.ts";
import { after, serverSays } from "./forge.ts";
import { need } from "./need.ts";
import { FLEET_KEY, NEXT_SERVER_KEY, SERVER_AT } from "./props.ts";
import { Puppet } from "./puppet.ts";
import { onStage } from "./stage.ts";

Deno.test("A machine ignores a forged [identifiant{refuse}], C-23", () =>
  onStage({}, async (stage) => {
    const { machine, network, server, clock } = stage;
    const registry = stage.house.latch;
    registry.close();
    const call = machine.endpoint.ping([SERVER_AT]);
    await clock.advance(0);
    const identifie = need(network.sent.at(-1), "identifie").bytes;
    const refusal = {
      word: "identifiant",
      args: {
        machine: machineOf(machine.key.publicKey),
        verdict: "refuse",
        certificate: new Uint8Array(),
        sip: SERVER_AT,
        reason: "revoked",
      },
    } as const;
    for (const key of [machine.key, FLEET_KEY, NEXT_SERVER_KEY]) {
      const forged = serverSays(refusal, after(identifie), key);
      network.inject(forged, SERVER_AT, machine.at);
    }
    await clock.advance(0);
    assertEquals(machine.house.standings, []);
    registry.open();
    const outcome = await stage.until(call);
    assertEquals(outcome, { kind: "session", accepted: true });
    assert(server.sessionOf(machine.id) !== null);
  }));

Deno.test("A machine ignores [identifiant] with another machine's name, C-09", () =>
  onStage({}, async (stage) => {
    const server = new Puppet(stage, "server");
    const { house, endpoint } = stage.machine;
    const call = endpoint.ping([SERVER_AT]);
    await stage.clock.advance(0);
    await server.say({
      word: "echo",
      args: { nonce: new Uint8Array(16), delegation: null },
    });
    await server.say({
      word: "identifiant",
      args: {
        machine: new Uint8Array(16).fill(1),
        verdict: "accepte",
        certificate: new Uint8Array(400),
        sip: SERVER_AT,
        reason: null,
      },
    });
    const outcome = await stage.until(call);
    assertEquals(outcome, { kind: "lost", awaited: "identifiant" });
    assertEquals(house.standings, []);
  }));
