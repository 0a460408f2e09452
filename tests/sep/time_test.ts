/**
 * Time: answers that come too late, timers that all fire early or late or
 * together, wall clocks that jump, and machines that sleep.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { FakeClock } from "../fakes/fake_clock.ts";
import { SleepingClock } from "../fakes/sleeping_clock.ts";
import { stretched } from "../fakes/stretched_clock.ts";
import { after, machineSays } from "./forge.ts";
import { need } from "./need.ts";
import { installed, installOrder, keyOf, SERVER_AT, SIP_AT } from "./props.ts";
import { onStage, type Stage, type StageOptions, wordOf } from "./stage.ts";

const INSTALL = {
  word: "install",
  order: installOrder(1n),
  deadlineMs: 5_000,
} as const;

Deno.test("A result that comes after the deadline is kept as a fact, C-19", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, clock, house } = stage;
    machine.house.latch.close();
    const outcome = await stage.until(server.converse(machine.id, INSTALL));
    assertEquals(outcome, { kind: "lost", awaited: "reussi or rate" });
    await clock.advance(3_600_000);
    machine.house.latch.open();
    await clock.advance(0);
    assertEquals(stage.words(), ["S install", "M reussi"]);
    assertEquals(house.late, [
      { order: 1n, attempt: 1, reason: null, version: "1.0", note: "" },
    ]);
    // The machine gives up waiting for the [OK]; nothing more is said.
    await clock.advance(60_000);
    assertEquals(stage.words(), ["S install", "M reussi"]);
  }));

Deno.test("Results [rate] that come late are kept with their reason, C-19", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, clock, house } = stage;
    machine.house.latch.close();
    machine.house.fail = "disk";
    machine.house.note = "It was full";
    await stage.until(server.converse(machine.id, INSTALL));
    machine.house.latch.open();
    await clock.advance(0);
    const told = { reason: "disk", version: "", note: "It was full" } as const;
    assertEquals(house.late, [{ order: 1n, attempt: 1, ...told }]);
  }));

Deno.test("Results that are late count in their session's past only, C-19", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine: { id, key, at }, network, clock } = stage;
    stage.machine.house.latch.close();
    await stage.until(server.converse(id, INSTALL));
    const place = after(need(network.sent[0], "install").bytes);
    stage.machine.endpoint.close();
    const reussi = {
      word: "reussi",
      args: { order: 1n, attempt: 1, version: "1.0", note: "" },
    } as const;
    const say = async (changes: Partial<typeof place>, signer = key) => {
      const bytes = machineSays(key, reussi, { ...place, ...changes }, signer);
      network.inject(bytes, at, SERVER_AT);
      await clock.advance(0);
      return stage.house.late.splice(0).length;
    };
    assertEquals(await say({ session: new Uint8Array(8) }), 0);
    assertEquals(await say({ session: new Uint8Array(8).fill(9) }), 0);
    assertEquals(await say({ counter: place.counter + 1 }), 0, "not given yet");
    assertEquals(await say({}, keyOf(103)), 0, "another's signature");
    assertEquals(await say({}), 1);
    assertEquals(stage.words(), ["S install"]);
  }));

Deno.test("Words that come late are met with silence, C-19", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, network, clock } = stage;
    network.fate = (passing) => wordOf(passing) === "M oui" ? 0 : 1;
    machine.house.programs.set("editor", "1.0");
    const question = {
      word: "possede",
      name: "editor",
      version: "1.0",
      orElse: null,
    } as const;
    const outcome = await stage.until(server.converse(machine.id, question));
    assertEquals(outcome, { kind: "lost", awaited: "oui or non" });
    network.replay(need(network.sent[1], "oui"));
    await clock.advance(60_000);
    assertEquals(stage.words(), ["S possede", "M oui"]);
  }));

Deno.test("The wait for [reussi] goes on while bytes move on SiP", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, clock } = stage;
    machine.house.latch.close();
    const done = server.converse(machine.id, INSTALL);
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      server.touch(machine.id);
    }
    machine.house.latch.open();
    assertEquals(await stage.until(done), installed());
  }));

Deno.test("The wait for [reussi] ends a deadline after the last byte", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { server, machine, clock } = stage;
    machine.house.latch.close();
    let over = false;
    const done = server.converse(machine.id, INSTALL);
    void done.then(() => over = true);
    await clock.advance(4_000);
    server.touch(machine.id);
    await clock.advance(4_900);
    assert(!over);
    await clock.advance(200);
    assert(over);
    assertEquals((await done).kind, "lost");
  }));

/** Discovery and an order, by houses that never give up. */
async function reachTheEnd(stage: Stage): Promise<string> {
  for (let round = 0; round < 12; round++) {
    await stage.round(500);
    const { server, machine: { id } } = stage;
    const outcome = await stage.until(server.converse(id, INSTALL), 200_000);
    await stage.clock.advance(5_000);
    if (outcome.kind !== "done" || !stage.identified) continue;
    const { installs, programs, results } = stage.machine.house;
    const kept = [...results.keys()];
    return JSON.stringify({ installs, programs: [...programs], kept });
  }
  return "the end was not reached";
}

/** The clocks of C-22, each with what it does to the timers. */
const CLOCKS: readonly {
  readonly name: string;
  readonly options: StageOptions;
}[] = [
  { name: "in time", options: {} },
  { name: "early", options: { clocks: (clock) => both(clock, 0.2) } },
  { name: "late", options: { clocks: (clock) => both(clock, 10) } },
  {
    name: "early for the server and late for the machine",
    options: {
      clocks: (clock) => ({
        server: stretched(clock, 0.2),
        machine: stretched(clock, 10),
      }),
    },
  },
  {
    name: "late for the server and early for the machine",
    options: {
      clocks: (clock) => ({
        server: stretched(clock, 10),
        machine: stretched(clock, 0.2),
      }),
    },
  },
];

function both(clock: FakeClock, factor: number) {
  const one = stretched(clock, factor);
  return { server: one, machine: one };
}

for (const { name, options } of CLOCKS) {
  Deno.test(`Timers that fire ${name} change no outcome, C-22`, () =>
    onStage({ ...options, latencyMs: 100 }, async (stage) => {
      assertEquals(await reachTheEnd(stage), THE_END);
    }));
}

const THE_END = JSON.stringify({
  installs: 1,
  programs: [["editor", "1.0"]],
  kept: ["1/1"],
});

for (const lastFirst of [false, true]) {
  const order = lastFirst ? "the later made first" : "the earlier made first";
  Deno.test(`Timers of one millisecond, ${order}, end the same, C-22`, async () => {
    // The reply takes exactly as long as the wait for it: the two timers are
    // due at the same millisecond.
    for (const latencyMs of [1_000, 2_000]) {
      await onStage({ latencyMs, lastFirst }, async (stage) => {
        const call = () =>
          stage.until(stage.machine.endpoint.ping([SERVER_AT]));
        await call();
        await stage.clock.advance(10_000);
        const { clock } = stage;
        stage.network.latency = { clock, delayMs: () => 10 };
        assertEquals(await reachTheEnd(stage), THE_END);
      });
    }
  });
}

Deno.test("SeP asks no wall clock, N-01 N-03", () =>
  onStage({}, async (stage) => {
    stage.clock.wallMs = () => {
      throw new Error("SeP asked for the wall clock");
    };
    assertEquals(await reachTheEnd(stage), THE_END);
  }));

for (const [name, wallMs] of Object.entries({ "1970": 0, "2099": 4.07e12 })) {
  Deno.test(`A wall clock that jumps to ${name} fires nothing, N-01 N-03`, () =>
    onStage({}, async (stage) => {
      await stage.discover();
      const { server, machine: { id, house }, clock } = stage;
      house.latch.close();
      const done = server.converse(id, INSTALL);
      await clock.advance(1_000);
      const { pending } = clock;
      clock.wallOffsetMs = wallMs - clock.monotonicMs();
      await clock.advance(0);
      assertEquals(clock.pending, pending);
      house.latch.open();
      assertEquals(await stage.until(done), installed());
    }));
}

const EIGHT_HOURS_MS = 8 * 3_600_000;

function startRound({ server, machine }: Stage): Promise<unknown> {
  return server.round([{ to: machine.at, sep: SERVER_AT, sip: SIP_AT }], 0);
}

function ensure({ server, machine }: Stage): Promise<unknown> {
  const question = { word: "possede", name: "editor", version: "1.0" } as const;
  const orElse = installOrder(1n);
  const order = { ...question, orElse, deadlineMs: 5_000 };
  return server.converse(machine.id, order);
}

/** Where a laptop can fall asleep: after so many datagrams of a flow. */
const SLEEPS = [
  { name: "1a", steps: 6 },
  { name: "3 and 6", steps: 5 },
] as const;

for (const { name, steps } of SLEEPS) {
  Deno.test(`A laptop that sleeps in any step of ${name} goes on, N-12`, async () => {
    for (let step = 0; step <= steps; step++) {
      await onStage({ machines: 0, latencyMs: 10 }, async (stage) => {
        const lid = new SleepingClock(stage.clock);
        const { house } = stage.addMachine({ clock: lid });
        if (name === "3 and 6") await stage.discover();
        let passed = 0;
        stage.network.fate = () => passed++ < step ? 1 : 0;
        const ended = name === "1a" ? startRound(stage) : ensure(stage);
        await stage.clock.advance(10 * step + 5);
        lid.sleep();
        const { length } = stage.network.sent;
        await stage.clock.advance(EIGHT_HOURS_MS);
        await ended;
        stage.network.fate = () => 1;
        lid.wake();
        await stage.clock.advance(5_000);
        // Awake: nothing old is acted on, what is still wanted is asked again.
        const woken = stage.network.sent.slice(length).map(wordOf);
        assert(!woken.includes("M reussi"), `step ${step}: ${woken}`);
        assert(house.installs <= 1);
        assertEquals(await reachTheEnd(stage), THE_END, `step ${step}`);
      });
    }
  });
}

Deno.test("Machines answer a ping at different moments of W, F-10", () =>
  onStage({ machines: 20 }, async (stage) => {
    const moments = new Map<string, number>();
    stage.network.fate = (passing) => {
      if (wordOf(passing) !== "M echo") return 1;
      moments.set(passing.from.hostname, stage.clock.monotonicMs());
      return 1;
    };
    const startMs = stage.clock.monotonicMs();
    await stage.round(5_000);
    const waits = [...moments.values()].map((atMs) => atMs - startMs);
    assertEquals(waits.length, 20);
    assert(waits.every((ms) => ms >= 0 && ms < 5_000));
    assert(new Set(waits).size > 15, "they do not answer together");
    assertEquals(stage.house.log.length, 20, "all found within one round");
  }));
