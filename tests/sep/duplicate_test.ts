/**
 * Datagrams that arrive twice, or a hundred times: the same answer again, and
 * no second act.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { toHex } from "../../lib/trust/bytes.ts";
import { need } from "./need.ts";
import { installed, installOrder, SERVER_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

const FLOWS: readonly {
  readonly name: string;
  readonly words: readonly string[];
  /** Plays the flow on a stage that has had its discovery, where it needs it. */
  play(stage: Stage): Promise<unknown>;
}[] = [
  {
    name: "1a",
    words: [
      ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
    ],
    play: (stage) => stage.round(),
  },
  {
    name: "1b",
    words: ["M ping", "S echo", "M identifie", "S identifiant", "M OK"],
    play: (stage) => stage.until(stage.machine.endpoint.ping([SERVER_AT])),
  },
  {
    name: "3 and 6",
    words: ["S possede", "M non", "S install", "M reussi", "S OK"],
    async play(stage) {
      await stage.discover();
      const opening = {
        word: "possede",
        name: "editor",
        version: "1.0",
        orElse: installOrder(1n),
      } as const;
      const { server, machine: { id } } = stage;
      return await stage.until(server.converse(id, opening));
    },
  },
  {
    name: "4",
    words: ["S dliste", "M OK"],
    async play(stage) {
      await stage.discover();
      const { server, machine: { id } } = stage;
      const opening = { word: "dliste", sha256: "" } as const;
      return await stage.until(server.converse(id, opening));
    },
  },
  {
    name: "5",
    words: ["M vliste", "S OK"],
    async play(stage) {
      await stage.discover();
      const { endpoint } = stage.machine;
      return await stage.until(endpoint.offerList(new Uint8Array(32)));
    },
  },
  {
    name: "7",
    words: ["S suppression", "M reussi", "S OK"],
    async play(stage) {
      await stage.discover();
      const order = { order: 1n, attempt: 1, name: "editor", version: "*" };
      const opening = {
        word: "suppression",
        order,
        deadlineMs: 9_000,
      } as const;
      const { server, machine: { id } } = stage;
      return await stage.until(server.converse(id, opening));
    },
  },
];

/** What a scene leaves behind, in a form that can be compared. */
async function outcomeOf(
  play: (stage: Stage) => Promise<unknown>,
  copies: number,
) {
  let left: unknown;
  const repeats = new Map<string, number>();
  await onStage({}, async (stage) => {
    const { clock } = stage;
    stage.network.latency = { clock, delayMs: (_, copy) => copy };
    const seen = new Map<string, number>();
    // The first of each is multiplied; what answers the copies is not, or a
    // hundred copies of six messages would be a hundred to the sixth.
    stage.network.fate = ({ bytes }) => {
      const name = toHex(bytes.subarray(-64));
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return seen.get(name) === 1 ? copies : 1;
    };
    const result = await play(stage);
    await stage.clock.advance(30_000);
    const { house, endpoint } = stage.machine;
    for (const passing of stage.network.sent) {
      const word = wordOf(passing);
      repeats.set(word, seen.get(toHex(passing.bytes.subarray(-64))) ?? 0);
    }
    left = {
      result,
      house,
      log: stage.house.log,
      introductions: stage.house.introductions.length,
      late: stage.house.late,
      contact: endpoint.contact,
      session: stage.server.sessionOf(stage.machine.id),
      different: seen.size,
    };
  });
  return { left: Deno.inspect(left, { depth: 9 }), repeats };
}

for (const { name, words, play } of FLOWS) {
  Deno.test(`Flow ${name} ends the same with copies of each message, C-03`, async () => {
    const { left: expected } = await outcomeOf(play, 1);
    for (const copies of [2, 100]) {
      const { left, repeats } = await outcomeOf(play, copies);
      assertEquals(left, expected);
      // Every message but the first answered something, and did so each time.
      for (const word of words.slice(1)) {
        const times = repeats.get(word) ?? 0;
        assert(times >= copies, `${word} was said ${times} times`);
      }
      assertEquals(repeats.get(words[0] ?? ""), 1);
    }
  });
}

Deno.test("An answer is repeated only as long as it lingers, C-03", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine: { id } } = stage;
    const opening = { word: "dliste", sha256: "" } as const;
    await stage.until(server.converse(id, opening));
    const [first] = stage.network.sent.splice(0);
    const dliste = need(first, "dliste");
    await stage.clock.advance(9_000);
    stage.network.replay(dliste);
    await stage.clock.advance(0);
    assertEquals(stage.words(), ["M OK"]);
    await stage.clock.advance(10_000);
    stage.network.replay(dliste);
    await stage.clock.advance(0);
    assertEquals(stage.words(), ["M OK"]);
    assertEquals(stage.machine.house.log, ["upload"]);
  }));

Deno.test("A copy that comes while the house still works waits, C-03", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine: { id, house } } = stage;
    house.latch.close();
    const order = installOrder(1n);
    const done = server.converse(id, {
      word: "install",
      order,
      deadlineMs: 60_000,
    });
    await stage.clock.advance(1_000);
    const install = need(stage.network.sent[0], "install");
    for (let copy = 0; copy < 10; copy++) stage.network.replay(install);
    await stage.clock.advance(1_000);
    assertEquals(stage.words(), ["S install"]);
    house.latch.open();
    assertEquals(await stage.until(done), installed());
    assertEquals(house.installs, 1);
    assertEquals(stage.words(), ["S install", "M reussi", "S OK"]);
  }));
