/**
 * The seed's rule: "si un seul des messages est perdu entre temps, la
 * discussion est rompue et repart de zéro". Each message lost, in every
 * combination; the houses drive the repetitions, as in the real server and
 * agent.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Opening, Outcome } from "../../lib/sep/server_api.ts";
import { toHex } from "../../lib/trust/bytes.ts";
import type { Passing } from "../fakes/fake_network.ts";
import { need } from "./need.ts";
import { installed, installOrder, SERVER_AT, subsetsOf } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

const FLOW_1A = [
  ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
];
const FLOW_1B = ["M ping", "S echo", "M identifie", "S identifiant", "M OK"];
const ENSURE = ["S possede", "M non", "S install", "M reussi", "S OK"];
const REMOVE = ["S suppression", "M reussi", "S OK"];

/** Loses the first of each of these words that is sent. */
function lose(stage: Stage, words: ReadonlySet<string>): void {
  const left = new Set(words);
  stage.network.fate = (passing) => left.delete(wordOf(passing)) ? 0 : 1;
}

/** Nobody repeats itself: what is lost is said anew, in other bytes. */
function assertNothingRetransmitted(stage: Stage): void {
  const all = stage.network.sent.map(({ bytes }) => toHex(bytes));
  assertEquals(new Set(all).size, all.length);
}

/** The server's house: a round every ten seconds. */
async function keepPinging(stage: Stage, rounds: number): Promise<void> {
  for (let round = 0; round < rounds && !stage.identified; round++) {
    await stage.round();
    await stage.clock.advance(10_000);
  }
}

/** The agent's house: another call when one is lost. */
async function keepCalling(stage: Stage, calls: number): Promise<void> {
  for (let call = 0; call < calls && !stage.identified; call++) {
    await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    await stage.clock.advance(4_000);
  }
}

Deno.test("Flow 1a ends identified after every subset of losses, C-01", async () => {
  for (const lost of subsetsOf(FLOW_1A)) {
    await onStage({}, async (stage) => {
      lose(stage, lost);
      await keepPinging(stage, 8);
      assert(stage.identified, `Lost: ${[...lost].join(", ")}`);
      assertNothingRetransmitted(stage);
    });
  }
});

Deno.test("Flow 1b ends identified after every subset of losses, C-01", async () => {
  for (const lost of subsetsOf(FLOW_1B)) {
    await onStage({}, async (stage) => {
      lose(stage, lost);
      await keepCalling(stage, 8);
      assert(stage.identified, `Lost: ${[...lost].join(", ")}`);
      assertNothingRetransmitted(stage);
    });
  }
});

for (const word of FLOW_1A) {
  Deno.test(`Flow 1a goes on by itself when ${word} is lost, C-01`, () =>
    onStage({}, async (stage) => {
      lose(stage, new Set([word]));
      await stage.round();
      const { sent } = stage.network;
      const first = conversationOf(sent[0]);
      await stage.clock.advance(20_000);
      // Who never got a ping, or was never heard, needs the next round.
      const needsRound = word === "S ping" || word === "M echo";
      assertEquals(stage.identified, !needsRound);
      if (!needsRound) assert(conversationOf(sent.at(-1)) !== first);
    }));
}

/** The 16 bytes that name the datagram's conversation. */
function conversationOf(passing: Passing | undefined): string {
  return toHex(need(passing, "datagram").bytes.subarray(32, 48));
}

Deno.test("Flow 1a forgets what was lost on both sides, C-01", () =>
  onStage({}, async (stage) => {
    lose(stage, new Set(["M identifie"]));
    await stage.round();
    const lost = stage.network.sent.find((passing) =>
      wordOf(passing) === "M identifie"
    );
    await stage.clock.advance(10_000);
    stage.network.sent.length = 0;
    // It turns up after all: the conversation is over, and nobody answers.
    if (lost !== undefined) {
      stage.network.inject(lost.bytes, lost.from, lost.to);
    }
    await stage.clock.advance(10_000);
    assertEquals(stage.words(), []);
    assertEquals(stage.server.dropped, { place: 1 });
  }));

Deno.test("Flow 1b is called again by whoever began it, C-01", () =>
  onStage({}, async (stage) => {
    lose(stage, new Set(["S echo"]));
    const { endpoint } = stage.machine;
    const call = () => stage.until(endpoint.ping([SERVER_AT]));
    assertEquals(await call(), { kind: "lost", awaited: "echo" });
    assertEquals(await call(), { kind: "session", accepted: true });
  }));

/** The server's house: the same order, until it is done. */
async function keepOrdering(
  stage: Stage,
  opening: Opening,
  tries: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let trial = 0; trial < tries; trial++) {
    const { server, machine: { id } } = stage;
    const outcome = await stage.until(server.converse(id, opening), 60_000);
    outcomes.push(outcome);
    if (outcome.kind !== "lost") break;
    await stage.clock.advance(2_000);
  }
  await stage.clock.advance(10_000);
  return outcomes;
}

Deno.test("An order to ensure installs once after every loss, C-02", async () => {
  for (const lost of subsetsOf(ENSURE)) {
    await onStage({}, async (stage) => {
      await stage.discover();
      lose(stage, lost);
      const outcomes = await keepOrdering(stage, {
        word: "possede",
        name: "editor",
        version: "1.0",
        orElse: installOrder(1n),
        deadlineMs: 10_000,
      }, 8);
      const { house } = stage.machine;
      const story = `Lost: ${[...lost].join(", ")}`;
      assertEquals(house.installs, 1, story);
      assertEquals([...house.results.keys()], ["1/1"], story);
      const ends = ["done", "owned"];
      assert(ends.includes(outcomes.at(-1)?.kind ?? ""), story);
      assertNothingRetransmitted(stage);
    });
  }
});

Deno.test("An order to remove removes once after every loss, C-02", async () => {
  for (const lost of subsetsOf(REMOVE)) {
    await onStage({}, async (stage) => {
      await stage.discover();
      stage.machine.house.programs.set("editor", "1.0");
      lose(stage, lost);
      const outcomes = await keepOrdering(stage, {
        word: "suppression",
        order: { order: 2n, attempt: 1, name: "editor", version: "*" },
        deadlineMs: 10_000,
      }, 8);
      const story = `Lost: ${[...lost].join(", ")}`;
      assertEquals(stage.machine.house.removals, 1, story);
      assertEquals(outcomes.at(-1), installed(""), story);
    });
  }
});

Deno.test("Outcome [rate] that was lost is told again, not tried again, C-02", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { house } = stage.machine;
    house.fail = "disk";
    house.note = "It was full";
    lose(stage, new Set(["M rate"]));
    const order = installOrder(1n);
    const opening = { word: "install", order, deadlineMs: 5_000 } as const;
    const outcomes = await keepOrdering(stage, opening, 4);
    assertEquals(outcomes, [
      { kind: "lost", awaited: "reussi or rate" },
      { kind: "failed", reason: "disk", note: "It was full" },
    ]);
    assertEquals(house.installs, 1);
    // A new attempt is another order: it is tried.
    house.fail = null;
    const again = installOrder(1n, 2);
    await keepOrdering(stage, { ...opening, order: again }, 1);
    assertEquals(house.installs, 2);
  }));

Deno.test("A list that is asked for comes after every loss, C-02", async () => {
  for (const lost of subsetsOf(["S dliste", "M OK"])) {
    await onStage({}, async (stage) => {
      await stage.discover();
      lose(stage, lost);
      const opening = { word: "dliste", sha256: "" } as const;
      const outcomes = await keepOrdering(stage, opening, 4);
      assertEquals(outcomes.at(-1), { kind: "list", coming: true });
    });
  }
});

Deno.test("Flow 6 may lose its end: the server knows already, C-02", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    lose(stage, new Set(["S OK"]));
    const order = installOrder(1n);
    const opening = { word: "install", order, deadlineMs: 5_000 } as const;
    assertEquals(await keepOrdering(stage, opening, 1), [installed()]);
    assertEquals(stage.house.late, []);
  }));
