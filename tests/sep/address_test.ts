/**
 * Addresses that change: learnt from whoever proves to be alive at them, and
 * from nothing else.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Address } from "../../lib/host/datagrams.ts";
import { need } from "./need.ts";
import { ELSEWHERE, installed, installOrder, SERVER_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

const MOVED = { hostname: "10.0.0.77", port: 2013 } as const;

/** From this word on, the first machine's datagrams come from elsewhere. */
function moveAt(stage: Stage, word: string, to: Address): void {
  let moved = false;
  stage.network.fate = (passing) => {
    moved ||= wordOf(passing) === word;
    if (!moved) return 1;
    // The network of the new place: what goes there reaches the machine, and
    // what goes to the old one is lost.
    const { network, machine } = stage;
    if (passing.bytes[5] === 0) network.inject(passing.bytes, to, passing.to);
    else if (passing.to.hostname === to.hostname) {
      network.inject(passing.bytes, passing.from, machine.at);
    }
    return 0;
  };
}

for (const word of ["M echo", "M identifie", "M OK"]) {
  Deno.test(`A machine may move in 1a, at ${word}, C-11 N-09`, () =>
    onStage({}, async (stage) => {
      moveAt(stage, word, MOVED);
      await stage.round();
      assert(stage.identified);
      stage.network.sent.length = 0;
      const { server, machine: { id } } = stage;
      await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
      assertEquals(stage.network.sent[0]?.to, MOVED);
    }));
}

for (const word of ["M ping", "M identifie", "M OK"]) {
  Deno.test(`A machine may move in 1b, at ${word}, C-11 N-09`, () =>
    onStage({}, async (stage) => {
      moveAt(stage, word, MOVED);
      const { server, machine: { id, endpoint } } = stage;
      const outcome = await stage.until(endpoint.ping([SERVER_AT]));
      assertEquals(outcome, { kind: "session", accepted: true });
      stage.network.sent.length = 0;
      await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
      assertEquals(stage.network.sent[0]?.to, MOVED);
    }));
}

for (const word of ["M non", "M reussi"]) {
  Deno.test(`A machine may move in an order, at ${word}, C-11 N-09`, () =>
    onStage({}, async (stage) => {
      await stage.discover();
      moveAt(stage, word, MOVED);
      const { server, machine: { id, house } } = stage;
      const outcome = await stage.until(server.converse(id, {
        word: "possede",
        name: "editor",
        version: "1.0",
        orElse: installOrder(1n),
        deadlineMs: 5_000,
      }));
      assertEquals(outcome, installed());
      assertEquals(house.installs, 1);
      assertEquals(stage.network.sent.at(-1)?.to, MOVED);
    }));
}

Deno.test("Session numbers that are fresh teach a new address, C-11", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine: { id, endpoint } } = stage;
    moveAt(stage, "M ping", MOVED);
    const outcome = await stage.until(endpoint.ping([SERVER_AT]));
    assertEquals(outcome, { kind: "alive" });
    stage.network.sent.length = 0;
    await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
    assertEquals(stage.network.sent[0]?.to, MOVED);
  }));

Deno.test("Address and recording: the one is not learnt from the other, C-11", () =>
  onStage({}, async (stage) => {
    const { server, network, clock, machine: { id, endpoint, at } } = stage;
    await stage.until(endpoint.ping([SERVER_AT]));
    await stage.until(endpoint.ping([SERVER_AT]));
    await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
    const recorded = network.sent.filter(({ bytes }) => bytes[5] === 0);
    const play = async () => {
      for (const { bytes, to } of recorded) {
        network.inject(bytes, ELSEWHERE, to);
        await clock.advance(1_000);
      }
    };
    await play();
    await clock.advance(60_000);
    await play();
    network.sent.length = 0;
    await stage.until(server.converse(id, { word: "dliste", sha256: "" }));
    assertEquals(network.sent[0]?.to, at);
    // Nor after a restart, when the registry alone knows where it is.
    stage.restartServer();
    await play();
    network.sent.length = 0;
    await stage.until(stage.server.converse(id, { word: "ping" }));
    const ping = network.sent.find((passing) => wordOf(passing) === "S ping");
    assertEquals(ping?.to, at);
  }));

Deno.test("A server may move in the middle of a conversation, C-11", () =>
  onStage({}, async (stage) => {
    const { network, machine: { endpoint } } = stage;
    const moved = { hostname: "10.0.0.78", port: 2013 };
    network.fate = (passing) => {
      const fromServer = passing.bytes[5] === 1;
      if (fromServer && wordOf(passing) !== "S ping") {
        network.inject(passing.bytes, moved, passing.to);
        return 0;
      }
      if (passing.to.hostname !== moved.hostname) return 1;
      network.inject(passing.bytes, passing.from, SERVER_AT);
      return 0;
    };
    await stage.round();
    assert(stage.identified);
    assertEquals(endpoint.contact?.sep, moved);
  }));

Deno.test("Ping of a server that moved tells where it is now, N-11", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine: { endpoint }, network } = stage;
    const there = { hostname: "10.0.0.3", port: 2013 };
    const sip = { hostname: "10.0.0.3", port: 3615 };
    stage.server.close();
    stage.epoch++;
    stage.server = stage.startServer({ at: there });
    const target = { to: stage.machine.at, sep: there, sip };
    await stage.until(stage.server.round([target], 0));
    assert(stage.identified);
    assertEquals(endpoint.contact?.sep, there);
    network.sent.length = 0;
    await stage.until(endpoint.offerList(new Uint8Array(32)));
    assertEquals(network.sent[0]?.to, there);
  }));

Deno.test("A machine answers a ping where the ping says, F-08", () =>
  onStage({}, async (stage) => {
    stage.network.fate = ({ bytes, to }) => {
      // Somebody between them sends the ping on, from an address of its own.
      if (bytes[5] === 1) stage.network.inject(bytes, ELSEWHERE, to);
      return 0;
    };
    const { server, clock, network, machine: { at } } = stage;
    const target = { to: at, sep: SERVER_AT, sip: SERVER_AT };
    void server.round([target], 0);
    await clock.advance(0);
    assertEquals(stage.words(), ["S ping", "M echo"]);
    assertEquals(need(network.sent[1], "echo").to, SERVER_AT);
  }));
