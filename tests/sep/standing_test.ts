/**
 * Machines that are pending, revoked or approved: who may what.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Verdict } from "../../lib/sep/server_api.ts";
import { sha256 } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { machineSays, serverSays } from "./forge.ts";
import { SECRET } from "./houses.ts";
import { need } from "./need.ts";
import { installOrder, SERVER_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

const PENDING: Verdict = { verdict: "attente", reason: "pending" };
const REVOKED: Verdict = { verdict: "refuse", reason: "revoked" };
const ACCEPTED: Verdict = { verdict: "accepte", reason: "" };
const FLOW_1A = [
  ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
];

/** The registry has decided otherwise: what its house then does. */
async function decide(stage: Stage, verdict: Verdict): Promise<string> {
  const { house, server, machine: { id } } = stage;
  house.verdict = verdict;
  server.forgetSession(id);
  stage.network.sent.length = 0;
  const outcome = await stage.until(server.converse(id, { word: "ping" }));
  await stage.clock.advance(5_000);
  return outcome.kind;
}

Deno.test("A pending machine is told so and gets no orders", () =>
  onStage({}, async (stage) => {
    stage.house.verdict = PENDING;
    await stage.discover();
    const { server, machine: { id, house, endpoint } } = stage;
    assertEquals(house.standings, [{ kind: "pending", reason: "pending" }]);
    assertEquals(stage.house.log, [`pending ${id}`]);
    const order = installOrder(1n);
    for (
      const opening of [
        { word: "possede", name: "editor", version: "*", orElse: null },
        { word: "dliste", sha256: "" },
        { word: "install", order, deadlineMs: 5_000 },
      ] as const
    ) {
      const outcome = await stage.until(server.converse(id, opening));
      assertEquals(outcome, { kind: "no-session" });
    }
    assertEquals(server.sessionOf(id), null, "SiP is closed to it");
    assertEquals(endpoint.contact?.session, null);
    const offer = endpoint.offerList(new Uint8Array(32));
    assertEquals(await stage.until(offer), { kind: "no-session" });
    assertEquals(stage.words(), []);
  }));

Deno.test("A pending machine's session carries 2a and 2b", () =>
  onStage({}, async (stage) => {
    stage.house.verdict = PENDING;
    await stage.discover();
    const { server, machine: { id, endpoint } } = stage;
    await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
    await stage.round();
    assertEquals(stage.words(), ["S ping", "M echo"], "an order costs nothing");
    const alive = await stage.until(endpoint.ping([SERVER_AT]));
    assertEquals(alive, { kind: "alive" });
  }));

Deno.test("A pending machine's list is not asked for, whatever it says", () =>
  onStage({}, async (stage) => {
    stage.house.verdict = PENDING;
    await stage.round();
    const { key, at } = stage.machine;
    const identified = need(stage.network.sent.at(-1), "last OK").bytes;
    const session = sha256(identified).subarray(0, 8);
    stage.machine.endpoint.close();
    stage.network.sent.length = 0;
    const vliste = {
      word: "vliste",
      args: { list: new Uint8Array(32) },
    } as const;
    const place = { session, counter: 1 };
    stage.network.inject(machineSays(key, vliste, place), at, SERVER_AT);
    await stage.clock.advance(60_000);
    assertEquals(stage.words(), []);
    assertEquals(stage.house.log.length, 1);
  }));

Deno.test("A pending machine does nothing that its server orders (C-21)", () =>
  onStage({}, async (stage) => {
    stage.house.verdict = PENDING;
    await stage.round();
    const { key, at } = stage.machine;
    const identified = need(stage.network.sent.at(-1), "last OK").bytes;
    const session = sha256(identified).subarray(0, 8);
    stage.server.close();
    stage.network.sent.length = 0;
    const possede = {
      word: "possede",
      args: { name: "editor", version: "*", only: null },
    } as const;
    const machine = machineOf(key.publicKey);
    const asked = serverSays(possede, { machine, session, counter: 1 });
    stage.network.inject(asked, SERVER_AT, at);
    await stage.clock.advance(1_000);
    assertEquals(stage.words(), []);
  }));

Deno.test("approve opens 1a by unicast, and orders can be given", () =>
  onStage({}, async (stage) => {
    stage.house.verdict = PENDING;
    await stage.discover();
    assertEquals(await decide(stage, ACCEPTED), "session");
    assertEquals(stage.words(), FLOW_1A);
    assertEquals(stage.network.sent[0]?.to, stage.machine.at);
    assertEquals(stage.machine.house.standings.at(-1), { kind: "accepted" });
    assert(stage.identified);
  }));

Deno.test("approve in the middle of a discovery takes effect", () =>
  onStage({}, async (stage) => {
    const { server, house, machine, clock } = stage;
    house.verdict = PENDING;
    await stage.discover();
    // The registry's word of before is on its way when the owner approves.
    house.latch.close();
    server.forgetSession(machine.id);
    void server.converse(machine.id, { word: "ping" });
    await clock.advance(0);
    house.verdict = ACCEPTED;
    house.latch.open();
    await decide(stage, ACCEPTED);
    await clock.advance(30_000);
    assertEquals(machine.house.standings.at(-1), { kind: "accepted" });
    assert(stage.identified);
  }));

Deno.test("revoke in the middle of a discovery takes effect", () =>
  onStage({}, async (stage) => {
    const { server, house, machine, clock, network } = stage;
    // Accepted, and its last [OK] still on the way.
    network.fate = (passing) => wordOf(passing) === "M OK" ? 0 : 1;
    void stage.machine.endpoint.ping([SERVER_AT]);
    await clock.advance(0);
    house.verdict = REVOKED;
    server.forgetSession(machine.id);
    network.replay(need(network.sent.at(-1), "last OK"));
    await clock.advance(0);
    assertEquals(server.sessionOf(machine.id), null);
    assertEquals(house.log, []);
  }));

Deno.test("A revoked machine loses its session and is told once an hour", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    assertEquals(await decide(stage, REVOKED), "refused");
    assertEquals(stage.words(), FLOW_1A.slice(0, 5));
    assertEquals(machine.house.standings.at(-1), {
      kind: "refused",
      reason: "revoked",
    });
    assertEquals(server.sessionOf(machine.id), null);
    const refusals = async (calls: number) => {
      network.sent.length = 0;
      for (let call = 0; call < calls; call++) {
        await stage.until(machine.endpoint.ping([SERVER_AT]));
        await clock.advance(60_000);
      }
      return stage.words().filter((word) => word === "S identifiant").length;
    };
    assertEquals(await refusals(50), 0);
    await clock.advance(600_000);
    assertEquals(await refusals(50), 1);
    const opening = { word: "dliste", sha256: "" } as const;
    assertEquals(await stage.until(server.converse(machine.id, opening)), {
      kind: "no-session",
    });
  }));

Deno.test("A machine that is refused heeds its old session no more", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    const session = need(server.sessionOf(machine.id), "session");
    await decide(stage, REVOKED);
    assertEquals(machine.endpoint.contact?.session, null);
    network.sent.length = 0;
    const dliste = {
      word: "dliste",
      args: { held: null, libraries: null },
    } as const;
    const place = { machine: machineOf(machine.key.publicKey), session };
    const bytes = serverSays(dliste, { ...place, counter: 50 });
    network.inject(bytes, SERVER_AT, machine.at);
    await clock.advance(0);
    assertEquals(stage.words().includes("M OK"), false);
    assertEquals(machine.house.log, []);
    // Its call is one of a machine that has no session.
    const call = network.sent.find((passing) => wordOf(passing) === "M ping");
    const named = need(call, "call").bytes.subarray(64, 72);
    assertEquals(named, new Uint8Array(8));
  }));

Deno.test("A refusal carries no certificate, and its reason, K-04", () =>
  onStage({}, async (stage) => {
    for (const reason of ["secret", "expired", "used"]) {
      stage.house.verdict = { verdict: "refuse", reason };
      const call = stage.machine.endpoint.ping([SERVER_AT]);
      assertEquals(await stage.until(call), { kind: "refused", reason });
      await stage.clock.advance(60_000);
    }
    assertEquals(stage.machine.endpoint.contact?.certificate, null);
    assertEquals(stage.house.log, []);
  }));

Deno.test("A machine proves its secret to the registry, K-04", () =>
  onStage({}, async (stage) => {
    await stage.round();
    await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    stage.restartMachine(stage.machine);
    await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    const { introductions } = stage.house;
    assertEquals(introductions.length, 2, "one by 1a and one by 1b");
    for (const introduction of introductions) {
      assertEquals(introduction.enrolmentId.length, 8);
      assert(introduction.provesSecret(SECRET));
      assert(!introduction.provesSecret(new Uint8Array(32)));
    }
  }));
