/**
 * Recordings, played again at every later moment, and from every place.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { toHex } from "../../lib/trust/bytes.ts";
import type { Passing } from "../fakes/fake_network.ts";
import { need } from "./need.ts";
import {
  ELSEWHERE,
  EVERYONE,
  installOrder,
  SERVER_AT,
  SIP_AT,
} from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

/** The owner's day: every flow that a session carries, after a 1a. */
async function playDay(stage: Stage): Promise<void> {
  const { server, machine: { id, endpoint } } = stage;
  const rest = () => stage.clock.advance(3_000);
  await stage.round();
  await stage.round();
  await stage.until(endpoint.ping([SERVER_AT]));
  const question = { word: "possede", name: "editor", version: "1.0" } as const;
  const orElse = installOrder(1n);
  await stage.until(server.converse(id, { ...question, orElse }));
  await rest();
  await stage.until(server.converse(id, { ...question, orElse: null }));
  await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
  await stage.until(endpoint.offerList(new Uint8Array(32)));
  await rest();
  const order = { order: 2n, attempt: 1, name: "editor", version: "*" };
  const removal = { word: "suppression", order, deadlineMs: 9_000 } as const;
  await stage.until(server.converse(id, removal));
  await rest();
}

/** Everything that a day leaves behind. */
function leftBehind(stage: Stage): string {
  const { house, machine, server } = stage;
  const { log, late, introductions } = house;
  return Deno.inspect({
    log,
    late,
    introductions: introductions.length,
    machine: machine.house,
    contact: machine.endpoint.contact,
    session: server.sessionOf(machine.id),
  }, { depth: 9, iterableLimit: 1_000 });
}

/** The different datagrams that were sent, in their order. */
function different({ network }: Stage): string[] {
  return [...new Set(network.sent.map(({ bytes }) => toHex(bytes)))];
}

Deno.test("A replay at any later point of the day has no effect, C-06", async () => {
  const undisturbed: { left: string; said: string[] } = { left: "", said: [] };
  await onStage({}, async (stage) => {
    await playDay(stage);
    undisturbed.left = leftBehind(stage);
    undisturbed.said = different(stage);
  });
  assertEquals(undisturbed.said.length, 25);
  await onStage({}, async (stage) => {
    const recorded = new Map<string, Passing>();
    // Before each new datagram arrives, all that were before it come again.
    stage.network.fate = (passing) => {
      const name = toHex(passing.bytes);
      if (recorded.has(name)) return 1;
      for (const earlier of recorded.values()) stage.network.replay(earlier);
      recorded.set(name, passing);
      return 1;
    };
    await playDay(stage);
    assertEquals(leftBehind(stage), undisturbed.left);
    assertEquals(different(stage), undisturbed.said);
    // Long after: silence, whatever comes.
    await stage.clock.advance(60_000);
    stage.network.sent.length = 0;
    for (const passing of recorded.values()) stage.network.replay(passing);
    await stage.clock.advance(60_000);
    assertEquals(stage.words(), []);
    const { late, ...told } = lateApart(stage);
    assertEquals(told.left, undisturbed.left);
    // A result is a fact: it may be told again, and is the same fact.
    assertEquals(late, [
      { order: 1n, attempt: 1, reason: null, version: "1.0", note: "" },
      { order: 2n, attempt: 1, reason: null, version: "", note: "" },
    ]);
  });
});

function lateApart(stage: Stage) {
  const late = stage.house.late.splice(0);
  return { late, left: leftBehind(stage) };
}

Deno.test("Replays of four datagrams do not rule a restarted agent, C-07", async () => {
  for (const wiped of [false, true]) {
    await onStage({}, async (stage) => {
      const { machine, network, server } = stage;
      await stage.round();
      const order = installOrder(1n);
      const opening = { word: "install", order, deadlineMs: 5_000 } as const;
      await stage.until(server.converse(machine.id, opening));
      const spoken = network.sent.filter(({ bytes }) => bytes[5] === 1);
      assertEquals(spoken.map(wordOf).slice(0, 4), [
        ...["S ping", "S OK", "S identifiant", "S install"],
      ]);
      await stage.clock.advance(60_000);
      server.close();
      machine.house.results.clear();
      machine.house.standings.length = 0;
      if (wiped) machine.house.highest = 0n;
      stage.restartMachine(machine);
      network.sent.length = 0;
      for (const passing of spoken) {
        network.replay(passing);
        await stage.clock.advance(100);
      }
      await stage.clock.advance(60_000);
      // The ping is answered once, to the address that is signed in it, and
      // the unknown session has it call the server that is not there.
      assertEquals(stage.words(), ["M echo", "M ping"]);
      assertEquals(machine.house.installs, 1);
      assertEquals(machine.house.standings, []);
      assertEquals(machine.endpoint.contact?.session, null);
    });
  }
});

Deno.test("Server that restarts is not fooled by its machines' past, C-07", () =>
  onStage({}, async (stage) => {
    await playDay(stage);
    const spoken = stage.network.sent.filter(({ bytes }) => bytes[5] === 0);
    stage.restartServer();
    stage.house.log.length = 0;
    stage.machine.endpoint.close();
    stage.network.sent.length = 0;
    for (const passing of spoken) {
      stage.network.replay(passing);
      await stage.clock.advance(1_000);
    }
    await stage.clock.advance(60_000);
    assertEquals(stage.house.log, []);
    assertEquals(stage.house.late, []);
    assertEquals(stage.server.sessionOf(stage.machine.id), null);
    // It answers the call as any call, and pings a machine whose session it
    // does not know: once each, and to where the machine is.
    assertEquals(stage.words(), ["S echo", "S ping"]);
  }));

Deno.test("A call that is replayed breaks no discovery under way, C-06", () =>
  onStage({ latencyMs: 5 }, async (stage) => {
    const { machine, network, clock } = stage;
    await stage.until(machine.endpoint.ping([SERVER_AT]));
    await clock.advance(30_000);
    const call = need(network.sent[0], "ping");
    // The machine is forgotten and discovered anew, while somebody plays its
    // old call between any two messages.
    stage.server.forgetSession(machine.id);
    network.fate = (passing) => {
      const answers = ["M ping", "S echo"].includes(wordOf(passing));
      if (!answers) network.replay(call);
      return 1;
    };
    await stage.round();
    assert(stage.identified);
    // And during a call of its own: the discovery goes on, from one call.
    stage.restartMachine(machine);
    const outcome = await stage.until(machine.endpoint.ping([SERVER_AT]));
    assertEquals(outcome, { kind: "session", accepted: true });
  }));

Deno.test("An answer to everyone's ping begins nothing when it comes again after its conversation was lost, C-06", () =>
  onStage({}, async (stage) => {
    const { clock, network, server } = stage;
    // What follows the machine's answer is lost, so its conversation is.
    network.fate = (passing) => wordOf(passing) === "M identifie" ? 0 : 1;
    const target = { to: EVERYONE, sep: SERVER_AT, sip: SIP_AT };
    const round = server.round([target], 20_000);
    await clock.advance(19_000);
    const echo = need(
      network.sent.find((passing) => wordOf(passing) === "M echo"),
      "echo",
    );
    network.sent.length = 0;
    network.inject(echo.bytes, ELSEWHERE, echo.to);
    await clock.advance(60_000);
    const told = network.sent.filter(({ to }) =>
      to.hostname === ELSEWHERE.hostname
    );
    assertEquals(told.map(wordOf), []);
    await round;
  }));

Deno.test("A server's ping from a victim's address brings it nothing, F-08", () =>
  onStage({ machines: 5 }, async (stage) => {
    const { network, clock } = stage;
    await stage.round();
    const ping = need(network.sent[0], "ping");
    await clock.advance(60_000);
    for (const machine of stage.machines) {
      machine.house.highest = 0n;
      stage.restartMachine(machine);
    }
    network.sent.length = 0;
    for (let times = 0; times < 10; times++) {
      network.inject(ping.bytes, ELSEWHERE, ping.to);
    }
    await clock.advance(60_000);
    // Ten pings are one: each machine answers while it remembers, to the
    // signed address, with less than it got.
    const echoes = new Set(network.sent.map(({ bytes }) => toHex(bytes)));
    assertEquals(echoes.size, 5);
    for (const { bytes, to } of network.sent) {
      assertEquals(to, SERVER_AT);
      assert(bytes.length < ping.bytes.length);
    }
  }));

Deno.test("Nothing that is replayed sends a byte to a victim, F-08", () =>
  onStage({}, async (stage) => {
    await playDay(stage);
    const recorded = [...stage.network.sent];
    stage.network.sent.length = 0;
    const play = async () => {
      for (const { bytes, to } of recorded) {
        stage.network.inject(bytes, ELSEWHERE, to);
        await stage.clock.advance(10);
      }
    };
    await play();
    await stage.clock.advance(60_000);
    await play();
    stage.restartServer();
    await play();
    // After a restart a call inside a session that the server forgot is a call
    // like another. One echo, not longer than the call, is all it brings.
    const struck = stage.network.sent.filter(({ to }) =>
      to.hostname === ELSEWHERE.hostname
    );
    assertEquals(struck.map(wordOf), ["S echo"]);
    const call = recorded.find((passing) => wordOf(passing) === "M ping");
    const echo = need(struck[0], "echo").bytes;
    assert(echo.length <= need(call, "ping").bytes.length);
  }));
