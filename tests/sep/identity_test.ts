/**
 * Who is who: machines with one MAC address, machines with one key, and a
 * crowd of machines that do not exist.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { CONVERSATIONS_MAX } from "../../lib/sep/limits.ts";
import { MACHINE_MOVES, MACHINE_PHASES } from "../../lib/sep/moves.ts";
import { Party } from "../../lib/sep/party.ts";
import { Peers, PEERS_MAX } from "../../lib/sep/server_peers.ts";
import { keyPairFromSeed, showMachine } from "../../lib/trust/keys.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { machineSays } from "./forge.ts";
import { MachineHouse } from "./houses.ts";
import { need } from "./need.ts";
import { ELSEWHERE, FILTER_KEY, SERVER_AT, SERVER_KEY } from "./props.ts";
import { onStage, wordOf } from "./stage.ts";

/** How many invented machines call a real server; 100,000 in the long run. */
const FAKES = Number(Deno.env.get("SEP_FAKE_MACHINES") ?? 2_000);

Deno.test("Two machines with one MAC address are two machines, N-05", () =>
  onStage({ machines: 2 }, async (stage) => {
    await stage.round();
    const { introductions } = stage.house;
    const macs = introductions.map(({ macs }) => macs.join());
    assertEquals(new Set(macs).size, 1, "the stage's machines share one");
    const ids = introductions.map(({ machine }) => machine).sort();
    assertEquals(ids, stage.machines.map(({ id }) => id).sort());
    for (const { id } of stage.machines) {
      assert(stage.server.sessionOf(id) !== null);
    }
  }));

Deno.test("A machine with another MAC address is the same machine, N-08", () =>
  onStage({}, async (stage) => {
    const { machine, house } = stage;
    await stage.round();
    const facts = machine.house.self();
    machine.house.self = () => ({ ...facts, macs: ["02:aa:bb:cc:dd:ee"] });
    stage.restartMachine(machine);
    await stage.round();
    const [first, second] = house.introductions;
    assertEquals(first?.machine, second?.machine);
    assert(first?.macs.join() !== second?.macs.join());
  }));

Deno.test("One key that answers from two places is flagged, N-06", () =>
  onStage({}, async (stage) => {
    const { machine, house, network } = stage;
    await stage.round();
    const image = new MachineHouse(stage.delegation);
    const clone = stage.addMachine({ key: machine.key, house: image });
    assertEquals(clone.id, machine.id);
    house.log.length = 0;
    network.sent.length = 0;
    await stage.round();
    const conflict = house.log.filter((line) => line.startsWith("conflict"));
    assertEquals(conflict.length, 1);
    const places = [machine.at, clone.at].map(({ hostname }) => hostname);
    assert(places.includes(conflict[0]?.split(" ").at(-1) ?? ""));
    // Two answers to one ping, from one key, with different nonces.
    const echoes = network.sent.filter((one) => wordOf(one) === "M echo");
    assertEquals(echoes.map(({ from }) => from.hostname).sort(), places.sort());
  }));

Deno.test("One machine that answers once is no clone, N-06", () =>
  onStage({ machines: 3 }, async (stage) => {
    for (let round = 0; round < 5; round++) {
      stage.network.fate = () => 2;
      await stage.round(500);
    }
    const echo = need(
      stage.network.sent.findLast((one) => wordOf(one) === "M echo"),
      "echo",
    );
    stage.network.inject(echo.bytes, ELSEWHERE, SERVER_AT);
    await stage.clock.advance(60_000);
    const conflict = stage.house.log.filter((line) =>
      line.includes("conflict")
    );
    assertEquals(conflict, [], "copies and replays prove nothing");
  }));

Deno.test("A machine that answers again from its one place is no clone, N-06", () =>
  onStage({}, async (stage) => {
    const { machine, network, clock, house } = stage;
    await stage.round();
    const ping = need(network.sent[0], "ping");
    // It restarts, and hears the same ping a second time.
    stage.restartMachine(machine);
    network.sent.length = 0;
    network.replay(ping);
    await clock.advance(0);
    assertEquals(stage.words(), ["M echo"]);
    assertEquals(house.log.filter((line) => line.includes("conflict")), []);
  }));

Deno.test("A party keeps a bounded number of conversations, F-06", () => {
  let lost = 0;
  const party = new Party({
    role: "machine",
    play: { phases: MACHINE_PHASES, moves: MACHINE_MOVES },
    compose: () => ({ word: "oui", args: {} }),
    echoSession: () => new Uint8Array(8),
    patience: () => null,
    ask: () => {},
    ended: () => void lost++,
  }, {
    clock: new FakeClock(),
    fleet: new Uint8Array(8),
    filterKey: FILTER_KEY,
    signer: SERVER_KEY,
    send: () => {},
  });
  const machine = new Uint8Array(16);
  const numberOf = (index: number) => {
    const number = new Uint8Array(16);
    new DataView(number.buffer).setUint32(0, index);
    return number;
  };
  for (let index = 0; index < 100_000; index++) {
    const conversation = party.begin({
      machine,
      number: numberOf(index),
      session: new Uint8Array(8),
      counter: 0,
      peers: [],
      topic: null,
    });
    // Every tenth is answered: to sign all those answers shows nothing more.
    if (index % 10 === 0) {
      party.receive(conversation, new Uint8Array(32), "possede");
    }
  }
  let kept = 0;
  for (let index = 0; index < 100_000; index++) {
    if (party.find(machine, numberOf(index)) !== null) kept++;
  }
  assertEquals(kept, CONVERSATIONS_MAX);
  const gone = 100_000 - CONVERSATIONS_MAX;
  assertEquals(lost, gone / 10, "each that was answered is told that it ended");
  assert(party.find(machine, numberOf(99_999)) !== null, "the newest stay");
});

Deno.test("A server remembers a bounded number of machines, F-06", () => {
  const crowd = PEERS_MAX + 10_000;
  const peers = new Peers({ addressOf: () => null, keyOf: () => null });
  const idOf = (index: number) => {
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setUint32(0, index);
    return showMachine(bytes);
  };
  const real = peers.meet(idOf(2 ** 31), new Uint8Array(32), ELSEWHERE);
  real.session = { id: new Uint8Array(8), sent: 0, received: 0 };
  for (let index = 0; index < crowd; index++) {
    peers.meet(idOf(index), new Uint8Array(32), ELSEWHERE);
  }
  let known = 0;
  for (let index = 0; index < crowd; index++) {
    if (peers.get(idOf(index)) !== null) known++;
  }
  assert(known < PEERS_MAX, `${known} are known`);
  assertEquals(peers.get(real.id), real, "one with a session is not forgotten");
});

Deno.test("A crowd of invented machines costs a real one nothing, F-06", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine: { id }, network, clock } = stage;
    stage.house.verdict = { verdict: "refuse", reason: "secret" };
    const chance = new FakeRandomness(1);
    for (let index = 0; index < FAKES; index++) {
      const key = keyPairFromSeed(chance.bytes(32));
      const args = { key: key.publicKey, serial: 1n };
      const conversation = chance.bytes(16);
      const ping = machineSays(key, { word: "ping", args }, { conversation });
      network.inject(ping, ELSEWHERE, SERVER_AT);
      if (index % 100 === 0) await clock.advance(1);
    }
    await clock.advance(1);
    const opening = { word: "dliste", sha256: "" } as const;
    const outcome = await stage.until(server.converse(id, opening));
    assertEquals(outcome, { kind: "list", coming: true });
    network.sent.length = 0;
    await clock.advance(60_000);
    assertEquals(clock.pending, 0, "nothing is left of the crowd");
    assertEquals(network.sent, []);
  }));
