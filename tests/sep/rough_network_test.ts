/**
 * A network worse than any office has: 100 machines and a server, each in its
 * own rhythm, until all are identified.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Caller } from "../../lib/agent/caller.ts";
import { AGENT_DEFAULTS } from "../../lib/agent/options.ts";
import { silentLog } from "../../lib/host/log.ts";
import { equalBytes } from "../../lib/trust/bytes.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { EVERYONE, SERVER_AT, SIP_AT } from "./props.ts";
import { onStage, type Stage } from "./stage.ts";

const MACHINES = 100;
const FIVE_MINUTES_MS = 300_000;
/** As an untouched configuration has them. */
const PING_EVERY_MS = 60_000;
const WINDOW_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

const LOST = 0.3;
const DOUBLED = 0.05;
const OVERTAKEN = 0.25;

/** Loses, doubles, delays by 200 ms give or take 100, and lets overtake. */
function roughen({ network, clock }: Stage, chance: FakeRandomness) {
  const told = { sent: 0, lost: 0, doubled: 0 };
  network.fate = () => {
    told.sent++;
    if (chance.fraction() < LOST) {
      told.lost++;
      return 0;
    }
    if (chance.fraction() >= DOUBLED) return 1;
    told.doubled++;
    return 2;
  };
  const delayMs = () =>
    100 + 200 * chance.fraction() +
    (chance.fraction() < OVERTAKEN ? 300 : 0);
  network.latency = { clock, delayMs };
  return told;
}

/** Each agent calls as agents do. */
function callersOf({ machines, clock }: Stage): Caller[] {
  return machines.map(({ endpoint }, index) =>
    new Caller({
      host: {
        clock,
        randomness: new FakeRandomness(1_000 + index),
        names: { resolve: () => Promise.resolve([]) },
        machine: {
          facts: () => ({
            hostName: `bench-${index}`,
            system: "linux",
            architecture: "x86_64",
            interfaces: [],
          }),
        },
      },
      // On a switch everybody hears a broadcast; here the server does.
      options: { ...AGENT_DEFAULTS, broadcast: [SERVER_AT.hostname] },
      servers: () => [],
      endpoint,
      log: silentLog,
    })
  );
}

Deno.test("Callers of a hundred machines have them identified within five minutes of 30 % loss, delay, overtaking and doubling, N-17", () =>
  onStage({ machines: MACHINES }, async (stage) => {
    const { clock, machines, server } = stage;
    const told = roughen(stage, new FakeRandomness(17));
    const callers = callersOf(stage);
    const target = { to: EVERYONE, sep: SERVER_AT, sip: SIP_AT };
    const identified = new Set<string>();
    const startMs = clock.monotonicMs();
    let nowMs = 0;
    while (identified.size < MACHINES && nowMs < FIVE_MINUTES_MS) {
      if (nowMs % PING_EVERY_MS === 0) void server.round([target], WINDOW_MS);
      await clock.advance(LOOK_EVERY_MS);
      nowMs = clock.monotonicMs() - startMs;
      for (const { id, endpoint } of machines) {
        const own = endpoint.contact?.session ?? null;
        const theirs = server.sessionOf(id);
        if (own === null || theirs === null) continue;
        if (equalBytes(own, theirs)) identified.add(id);
      }
    }
    for (const caller of callers) caller.stop();
    assertEquals(identified.size, MACHINES, `after ${nowMs / 1_000} s`);
    assert(told.lost > 0.25 * told.sent && told.doubled > 0, `${told.lost}`);
    assertEquals(stage.house.log.filter((line) => /trouble/.test(line)), []);
  }));
