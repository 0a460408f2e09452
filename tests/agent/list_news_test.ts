/**
 * When an agent tells by itself that its list has changed: once, a moment
 * later, never in the middle of an order, never while it stops.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ListNews } from "../../lib/agent/list_news.ts";
import { silentLog } from "../../lib/host/log.ts";
import type { MachineOutcome } from "../../lib/sep/machine_api.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";

const WANTED: MachineOutcome = { kind: "list", upload: true };
const HELD: MachineOutcome = { kind: "list", upload: false };
const LOST: MachineOutcome = { kind: "lost", awaited: "OK" };

/** News among rooms that are made up. */
class Bench {
  readonly clock = new FakeClock();
  offers = 0;
  uploads = 0;
  outcome: MachineOutcome = WANTED;
  /** Ends the order under way. */
  end: () => void = () => {};
  #job: Promise<void> | null = null;
  /** The list cannot be made. */
  isBroken = false;
  readonly news: ListNews;

  constructor() {
    const busy = () => this.#job;
    this.news = new ListNews({
      host: { clock: this.clock, randomness: new FakeRandomness(1) },
      lists: {
        hash: () =>
          this.isBroken
            ? Promise.reject(new Error("No list"))
            : Promise.resolve(new Uint8Array(32)),
        sendTold: () => {
          this.uploads++;
          return Promise.resolve(null);
        },
      },
      worker: {
        get doing() {
          return busy() === null ? null : "installs";
        },
        idle: () => busy() ?? Promise.resolve(),
      },
      endpoint: {
        offerList: () => {
          this.offers++;
          return Promise.resolve(this.outcome);
        },
      },
      log: silentLog,
    });
  }

  /** An order is under way. */
  begin(): void {
    this.#job = new Promise((resolve) => {
      this.end = () => {
        this.#job = null;
        resolve();
      };
    });
  }

  get told(): [offers: number, uploads: number] {
    return [this.offers, this.uploads];
  }
}

Deno.test("ListNews tells within ten seconds of a change, and sends what is wanted", async () => {
  const bench = new Bench();
  bench.news.changed();
  await settle();
  assertEquals(bench.told, [0, 0], "not at once: a whole room was installed");
  await bench.clock.advance(10_000);
  assertEquals(bench.told, [1, 1]);
  bench.outcome = HELD;
  bench.news.changed();
  await bench.clock.advance(10_000);
  assertEquals(bench.told, [2, 1]);
  assertEquals(bench.clock.pending, 0);
});

Deno.test("ListNews tells once of several changes in a row", async () => {
  const bench = new Bench();
  for (let count = 0; count < 5; count++) bench.news.changed();
  await bench.clock.advance(60_000);
  assertEquals(bench.told, [1, 1]);
});

Deno.test("ListNews waits for the end of an order, and a moment more", async () => {
  const bench = new Bench();
  bench.news.changed();
  bench.begin();
  await bench.clock.advance(60_000);
  assertEquals(bench.told, [0, 0]);
  bench.end();
  await settle();
  assertEquals(bench.told, [0, 0]);
  await bench.clock.advance(10_000);
  assertEquals(bench.told, [1, 1]);
});

Deno.test("ListNews that are stopped tell nothing, not even of what ends then", async () => {
  const bench = new Bench();
  bench.news.changed();
  bench.begin();
  await bench.clock.advance(20_000);
  bench.news.stop();
  bench.end();
  bench.news.changed();
  await bench.clock.advance(60_000);
  assertEquals(bench.told, [0, 0]);
  assertEquals(bench.clock.pending, 0);
});

Deno.test("ListNews begins anew when nobody answers, a few times", async () => {
  const bench = new Bench();
  bench.outcome = LOST;
  bench.news.changed();
  await bench.clock.fireNext(10_000);
  assertEquals(bench.told, [1, 0]);
  bench.outcome = WANTED;
  await bench.clock.advance(60_000);
  assertEquals(bench.told, [2, 1]);
  for (const outcome of [LOST, { kind: "no-session" } as const]) {
    bench.offers = 0;
    bench.outcome = outcome;
    bench.news.changed();
    await bench.clock.advance(600_000);
    assertEquals(bench.offers, 5);
  }
  assertEquals(bench.clock.pending, 0);
});

Deno.test("ListNews survives a list that cannot be made", async () => {
  const bench = new Bench();
  bench.isBroken = true;
  bench.news.changed();
  await bench.clock.advance(10_000);
  bench.isBroken = false;
  await bench.clock.advance(60_000);
  assertEquals(bench.told, [1, 1]);
});
