/**
 * The agent's own voice over hours: when it calls first, and what it sends to
 * whom when its server is gone.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Caller } from "../../lib/agent/caller.ts";
import {
  AGENT_DEFAULTS,
  type AgentOptions,
  FIRST_PING_MS_MAX,
} from "../../lib/agent/options.ts";
import type { Address } from "../../lib/host/datagrams.ts";
import { silentLog } from "../../lib/host/log.ts";
import type {
  MachineOutcome,
  ServerContact,
} from "../../lib/sep/machine_api.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";

const SERVER = { hostname: "10.0.0.1", port: 2013 };
const SERVERS_IN_THE_JOIN_FILE = ["10.0.0.7"];
const BROADCASTS = ["10.0.0.255", "192.168.4.255"];
/** What a server of 10,000 machines is built to hear in a second. */
const CALLS_PER_SECOND_MAX = 2_000;

/** An agent's voice, and what it said: to whom, and when. */
function callerOf(
  { seed = 1, clock = new FakeClock(), options = {} }: {
    seed?: number;
    clock?: FakeClock;
    options?: Partial<AgentOptions>;
  },
) {
  const said: { readonly to: string; readonly atMs: number }[] = [];
  const contact: ServerContact = {
    sep: SERVER,
    sip: SERVER,
    certificate: new Uint8Array(),
    session: new Uint8Array(8),
  };
  const state = { answers: true };
  const caller = new Caller({
    host: {
      clock,
      randomness: new FakeRandomness(seed),
      names: { resolve: (host) => Promise.resolve([host]) },
      machine: {
        facts: () => ({
          hostName: "bench",
          system: "linux",
          architecture: "x86_64",
          interfaces: BROADCASTS.map((broadcast, index) => ({
            name: `eth${index}`,
            mac: "02:00:00:00:00:01",
            address: "10.0.0.2",
            broadcast,
            loopback: false,
          })),
        }),
      },
    },
    options: { ...AGENT_DEFAULTS, ...options },
    servers: () => SERVERS_IN_THE_JOIN_FILE,
    endpoint: {
      contact,
      ping(to: readonly Address[]): Promise<MachineOutcome> {
        const atMs = clock.monotonicMs();
        said.push(...to.map(({ hostname }) => ({ to: hostname, atMs })));
        return Promise.resolve(
          state.answers ? { kind: "alive" } : { kind: "lost", awaited: "echo" },
        );
      },
    },
    log: silentLog,
  });
  return { caller, clock, said, state };
}

Deno.test("Caller of each machine waits for its own part of the time before it calls first, F-10", async () => {
  const clock = new FakeClock();
  const startMs = clock.monotonicMs();
  const machines = Array.from(
    { length: 200 },
    (_, seed) => callerOf({ seed, clock }),
  );
  await clock.advance(FIRST_PING_MS_MAX);
  const waits = machines.map(({ said, caller }) => {
    caller.stop();
    return (said[0]?.atMs ?? NaN) - startMs;
  });
  assert(waits.every((ms) => ms >= 0 && ms <= FIRST_PING_MS_MAX));
  // Not in step: each tenth of the time has about its tenth of the machines.
  for (let tenth = 0; tenth < 10; tenth++) {
    const found = waits.filter((ms) =>
      Math.floor(10 * ms / FIRST_PING_MS_MAX) === tenth
    ).length;
    assert(found > 4 && found < 45, `${found} in tenth ${tenth}`);
  }
});

Deno.test("FIRST_PING_MS_MAX spreads 10,000 machines thinly enough, F-10", () => {
  const perSecond = 10_000 / (FIRST_PING_MS_MAX / 1_000);
  assert(perSecond <= CALLS_PER_SECOND_MAX, `${perSecond} a second`);
});

Deno.test("Caller on a network without its server tries the old address three times, then calls less and less, N-13", async () => {
  const { caller, clock, said, state } = callerOf({
    options: { firstPingAfterSeconds: 0 },
  });
  await clock.advance(100);
  await clock.advance(120_000);
  assert(said.some(({ to }) => to === SERVER.hostname), "it knew its server");
  state.answers = false;
  said.length = 0;
  const goneMs = clock.monotonicMs();
  await clock.advance(3_600_000);
  caller.stop();
  const old = said.filter(({ to }) => to === SERVER.hostname);
  assertEquals(old.length, 3, "and never again in an hour");
  const networks = ["10.0.0.7", ...BROADCASTS];
  const others = said.filter(({ to }) => to !== SERVER.hostname);
  assertEquals(new Set(others.map(({ to }) => to)), new Set(networks));
  // One datagram a network and call; a call every half a minute at the most.
  const late = others.filter(({ atMs }) => atMs - goneMs > 300_000);
  assert(late.length <= networks.length * 110, `${late.length} datagrams`);
  assert(late.length >= networks.length * 55, "it goes on, all the same");
});
