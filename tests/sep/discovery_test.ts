/**
 * One discovery of a machine at a time, whoever began it, and calls that end
 * whatever happens to them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { machineSays } from "./forge.ts";
import { SERVER_AT, SIP_AT } from "./props.ts";
import { onStage, wordOf } from "./stage.ts";

Deno.test("A machine that calls ignores the [OK] of 1a", () =>
  onStage({ latencyMs: 10 }, async (stage) => {
    const { server, machine, clock } = stage;
    const target = { to: machine.at, sep: SERVER_AT, sip: SIP_AT };
    void server.round([target], 0);
    // Its echo is on the way when it calls; then the [OK] comes.
    await clock.advance(15);
    const call = machine.endpoint.ping([SERVER_AT]);
    const outcome = await stage.until(call);
    assertEquals(outcome, { kind: "session", accepted: true });
    await clock.advance(30_000);
    const said = stage.words().filter((word) => word === "M identifie");
    assertEquals(said.length, 1);
    assertEquals(stage.house.introductions.length, 1);
    // Nobody begins again what another discovery has done.
    const pings = stage.words().filter((word) => word === "S ping");
    assertEquals(pings.length, 1);
    assert(stage.identified);
  }));

Deno.test("A discovery that a machine's call overtakes ends at once", () =>
  onStage({ latencyMs: 10 }, async (stage) => {
    const { server, machine, clock, network } = stage;
    await stage.round();
    server.forgetSession(machine.id);
    network.sent.length = 0;
    // The server's own 1a is greeted when the machine calls.
    const house = server.converse(machine.id, { word: "ping" });
    await clock.advance(15);
    void machine.endpoint.ping([SERVER_AT]);
    assertEquals((await stage.until(house, 100)).kind, "lost");
    await clock.advance(60_000);
    assert(stage.identified);
    const opened = stage.house.log.filter((line) => line.startsWith("opened"));
    assertEquals(opened.length, 2, "the first round's, and the call's");
  }));

Deno.test("A second discovery beside the first ends at once, as lost", () =>
  onStage({ latencyMs: 10 }, async (stage) => {
    const { server, machine, clock } = stage;
    await stage.round();
    server.forgetSession(machine.id);
    const first = server.converse(machine.id, { word: "ping" });
    await clock.advance(5);
    const second = server.converse(machine.id, { word: "ping" });
    assertEquals((await stage.until(second, 100)).kind, "lost");
    assertEquals(await stage.until(first), { kind: "session" });
    const { introductions } = stage.house;
    assertEquals(introductions.length, 2, "the round's and the first's");
  }));

Deno.test("Calls from outside the session are answered twice a second", () =>
  onStage({}, async (stage) => {
    const { machine: { key, at, endpoint }, network, clock } = stage;
    endpoint.close();
    const args = { key: key.publicKey, serial: 1n };
    for (let call = 0; call < 40; call++) {
      const conversation = new Uint8Array(16).fill(call + 1);
      const ping = machineSays(key, { word: "ping", args }, { conversation });
      network.inject(ping, at, SERVER_AT);
      await clock.advance(50);
    }
    const echoes = stage.words().filter((word) => word === "S echo");
    assertEquals(echoes.length, 4, "in two seconds");
  }));

Deno.test("Calls that nobody waits for any longer end as lost", () =>
  onStage({}, async (stage) => {
    const { machine, network } = stage;
    network.fate = () => 0;
    const first = machine.endpoint.ping([SERVER_AT]);
    const second = machine.endpoint.ping([SERVER_AT]);
    const lost = { kind: "lost", awaited: "echo" } as const;
    assertEquals(await stage.until(first, 0), lost);
    assertEquals(await stage.until(second), lost);
  }));

Deno.test("close ends every call that is under way, as lost", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    // A discovery that waits for [identifie], and calls that nobody hears.
    network.fate = (passing) => wordOf(passing) === "M identifie" ? 0 : 1;
    server.forgetSession(machine.id);
    void server.round([{ to: machine.at, sep: SERVER_AT, sip: SIP_AT }], 0);
    await clock.advance(0);
    network.fate = () => 0;
    const target = { to: machine.at, sep: SERVER_AT, sip: SERVER_AT };
    const calls = [
      server.converse(machine.id, { word: "ping" }),
      machine.endpoint.ping([SERVER_AT]),
      machine.endpoint.offerList(new Uint8Array(32)),
    ];
    const round = server.round([target], 60_000);
    server.close();
    machine.endpoint.close();
    const kinds = (await Promise.all(calls)).map(({ kind }) => kind);
    assertEquals(kinds, ["lost", "lost", "lost"]);
    await round;
    assertEquals(clock.pending, 0, "no timer keeps the program alive");
    const late = server.converse(machine.id, { word: "ping" });
    assertEquals(await late, { kind: "no-session" });
  }));
