/**
 * Servers and machines that are killed between any two datagrams, and start
 * again with what their houses keep; two servers at once; numbers that run
 * out.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { COUNTER_MAX } from "../../lib/sep/limits.ts";
import { toHex } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { machineSays, serverSays } from "./forge.ts";
import { ServerHouse } from "./houses.ts";
import { need } from "./need.ts";
import { EVERYONE, installOrder, SERVER_AT, SIP_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

/** The conversations in which somebody is killed, and how many words each has. */
const FLOWS = [
  { name: "1a", words: 6, begin: (stage: Stage) => void startRound(stage) },
  {
    name: "1b",
    words: 5,
    begin: ({ machine }: Stage) => void machine.endpoint.ping([SERVER_AT]),
  },
  { name: "3 and 6", words: 5, begin: (stage: Stage) => void order(stage) },
] as const;

function startRound({ server }: Stage) {
  return server.round([{ to: EVERYONE, sep: SERVER_AT, sip: SIP_AT }], 0);
}

/** The server's house keeps the order, and gives it under one attempt. */
function order({ server, machine: { id } }: Stage) {
  return server.converse(id, {
    word: "possede",
    name: "editor",
    version: "1.0",
    orElse: installOrder(1n),
    deadlineMs: 5_000,
  });
}

/** Lets so many datagrams arrive and loses the rest. */
function cutAfter({ network }: Stage, count: number): void {
  let passed = 0;
  network.fate = () => passed++ < count ? 1 : 0;
}

/** What the houses do, until the order is done: ping, and order again. */
async function recover(stage: Stage): Promise<void> {
  stage.network.fate = () => 1;
  for (let round = 0; round < 5; round++) {
    await stage.round();
    const outcome = await stage.until(order(stage), 60_000);
    if (outcome.kind === "done" || outcome.kind === "owned") return;
    await stage.clock.advance(2_000);
  }
  throw new Error("The order was not done after five rounds");
}

for (const { name, words, begin } of FLOWS) {
  for (const victim of ["server", "machine"] as const) {
    const fault = victim === "server" ? "C-14" : "C-15";
    const title =
      `A ${victim} killed at each step of ${name} goes on, ${fault}`;
    Deno.test(title, async () => {
      for (let step = 0; step <= words; step++) {
        await onStage({}, async (stage) => {
          if (name === "3 and 6") await stage.discover();
          const before = stage.server.sessionOf(stage.machine.id);
          cutAfter(stage, step);
          begin(stage);
          await stage.clock.advance(0);
          if (victim === "server") stage.restartServer();
          else stage.restartMachine(stage.machine);
          await stage.clock.advance(0);
          await recover(stage);
          const { house } = stage.machine;
          assertEquals(house.installs, 1, `step ${step}`);
          assertEquals([...house.results.keys()], ["1/1"]);
          assert(stage.identified, `step ${step}`);
          const now = need(stage.server.sessionOf(stage.machine.id), "session");
          if (before !== null) assert(toHex(now) !== toHex(before));
        });
      }
    });
  }
}

Deno.test("Epoch of a restarted server is higher, and its pings are heard, C-14", () =>
  onStage({}, async (stage) => {
    const { house } = stage.machine;
    for (let run = 0; run < 3; run++) await stage.round();
    assertEquals(house.highest, 1n);
    stage.restartServer();
    await stage.round();
    assertEquals(house.highest, 2n);
    assert(stage.identified);
  }));

Deno.test("A server whose epoch went back learns it from a machine, C-14", () =>
  onStage({}, async (stage) => {
    stage.epoch = 9n;
    await stage.round();
    // A backup of long ago: its pings are over for this machine, whose own
    // call tells the house where to go on.
    stage.restartServer();
    stage.epoch = 2n;
    await stage.round();
    assert(!stage.identified);
    await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    assertEquals(stage.house.introductions.at(-1)?.epoch, 9n);
    stage.epoch = 10n;
    await stage.round();
    assertEquals(stage.machine.house.highest, 10n);
  }));

Deno.test("Machine that restarts has no session, and a new nonce, C-15", () =>
  onStage({}, async (stage) => {
    const { network, server, machine } = stage;
    await stage.round();
    const first = need(network.sent[1], "echo");
    stage.restartMachine(machine);
    network.sent.length = 0;
    const order = server.converse(machine.id, { word: "dliste", sha256: "" });
    assertEquals((await stage.until(order, 60_000)).kind, "lost");
    assertEquals(stage.words(), ["S dliste"], "the old session is refused");
    assertEquals(machine.house.log, []);
    stage.restartMachine(machine);
    network.sent.length = 0;
    await stage.round();
    const second = need(
      network.sent.find((passing) => wordOf(passing) === "M echo"),
      "echo",
    );
    assert(toHex(first.bytes) !== toHex(second.bytes));
    assert(stage.identified);
  }));

Deno.test("Machine killed after its install says [oui] later, C-16", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network } = stage;
    network.fate = (passing) => wordOf(passing) === "M reussi" ? 0 : 1;
    const install = {
      word: "install",
      order: installOrder(1n),
      deadlineMs: 5_000,
    } as const;
    const first = server.converse(machine.id, install);
    await stage.clock.advance(0);
    assertEquals(machine.house.installs, 1);
    stage.restartMachine(machine);
    assertEquals((await stage.until(first)).kind, "lost");
    network.fate = () => 1;
    await stage.round();
    const question = {
      word: "possede",
      name: "editor",
      version: "1.0",
      orElse: installOrder(1n),
    } as const;
    const answer = await stage.until(server.converse(machine.id, question));
    assertEquals(answer, { kind: "owned" });
    assertEquals(machine.house.installs, 1);
  }));

Deno.test("Of two servers a machine keeps the higher epoch, C-13", () =>
  onStage({}, async (stage) => {
    const { machine, network, clock } = stage;
    const there = { hostname: "10.0.0.3", port: 2013 };
    const house = new ServerHouse();
    const other = stage.startServer({ at: there, house, epoch: () => 5n });
    const ping = async () => {
      const target = { to: EVERYONE, sep: there, sip: SIP_AT };
      await stage.until(other.round([target], 0));
    };
    await ping();
    assertEquals(machine.house.highest, 5n);
    assertEquals(machine.endpoint.contact?.sep, there);
    network.sent.length = 0;
    // The lower one: silence, and one line in an hour.
    for (let round = 0; round < 10; round++) await stage.round();
    assert(stage.words().every((word) => word === "S ping"));
    assertEquals(machine.endpoint.contact?.sep, there);
    assertEquals(machine.house.log, ["conflict 1 10.0.0.1"]);
    await clock.advance(3_600_000);
    await stage.round();
    assertEquals(machine.house.log.length, 2);
    // What the machine says of it is enough for the lower one to know.
    await stage.until(machine.endpoint.ping([SERVER_AT]));
    assertEquals(stage.house.introductions.at(-1)?.epoch, 5n);
    other.close();
  }));

Deno.test("Of two servers that answer one call the first counts, C-13", () =>
  onStage({}, async (stage) => {
    const { machine } = stage;
    const there = { hostname: "10.0.0.3", port: 2013 };
    const house = new ServerHouse();
    const other = stage.startServer({ at: there, house });
    const call = machine.endpoint.ping([there, SERVER_AT]);
    assertEquals(await stage.until(call), { kind: "session", accepted: true });
    await stage.clock.advance(30_000);
    assertEquals(house.log, [`opened ${machine.id}`]);
    assertEquals(stage.house.log, []);
    assertEquals(machine.endpoint.contact?.sep, there);
    assertEquals(machine.house.standings.length, 1);
    other.close();
  }));

Deno.test("A session whose numbers are used up is over, C-20", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    const place = {
      machine: machineOf(machine.key.publicKey),
      session: need(server.sessionOf(machine.id), "session"),
    };
    const dliste = {
      word: "dliste",
      args: { held: null, libraries: null },
    } as const;
    const say = async (counter: number) => {
      network.sent.length = 0;
      const conversation = new Uint8Array(16).fill(counter % 251);
      const bytes = serverSays(dliste, { ...place, conversation, counter });
      network.inject(bytes, SERVER_AT, machine.at);
      await clock.advance(5_000);
    };
    await say(COUNTER_MAX);
    assertEquals(stage.words(), ["M OK"]);
    await say(1);
    assertEquals(stage.words(), [], "a number that wrapped");
    await say(COUNTER_MAX + 1);
    assertEquals(stage.words(), [
      ...["M ping", "S echo", "M identifie", "S identifiant", "M OK"],
    ]);
    assert(stage.identified);
  }));

Deno.test("A machine whose numbers are used up is discovered anew, C-20", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    const session = need(server.sessionOf(machine.id), "session");
    const args = { key: machine.key.publicKey, serial: 1n };
    const bytes = machineSays(machine.key, { word: "ping", args }, {
      session,
      counter: COUNTER_MAX + 1,
    });
    network.inject(bytes, machine.at, SERVER_AT);
    await clock.advance(5_000);
    assertEquals(stage.words(), [
      ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
    ]);
    assert(stage.identified);
    const now = need(server.sessionOf(machine.id), "session");
    assert(toHex(now) !== toHex(session));
  }));
