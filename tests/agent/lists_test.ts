/**
 * The agent's lists on their way to a real server of SiP: which one is sent,
 * how it is packed and signed, and what waits for what.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { Link, type PackedList } from "../../lib/agent/link.ts";
import { Lists, type ListsOptions } from "../../lib/agent/lists.ts";
import { packList } from "../../lib/agent/pack_list.ts";
import { silentLog } from "../../lib/host/log.ts";
import { realStreams } from "../../lib/host/real_streams.ts";
import { makeList, type PeoList } from "../../lib/peo/list.ts";
import type { Reason } from "../../lib/sep/reasons.ts";
import { concat, toHex } from "../../lib/trust/bytes.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { verifyList } from "../../lib/trust/list_statement.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { startTrustedState } from "../../lib/trust/trusted_state.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { clock, disk, makeMachine } from "../sip/things.ts";
import { certificate, certificateHash, makeWorld } from "../sip/world.ts";

const MACHINE = makeMachine(1);
const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));

/** A list of so many programs, the first of them of this name. */
function listOf(name: string, count = 1): PeoList {
  const programs = Array.from({ length: count }, (_, index) => {
    const own = index === 0 ? name : `${name}-${index}`;
    const purl = `pkg:generic/${own}@1`;
    return { name: own, version: "1", purl, source: "flottille" };
  });
  const distribution = { id: "debian", version: "12" };
  const machine = { system: "linux", architecture: "x86_64", distribution };
  return makeList(machine, [{ programs, faults: [] }]);
}

/** Lists whose machine and server are made up. */
class Bench {
  readonly clock = new FakeClock();
  /** What the machine holds now. */
  now = listOf("bash");
  /** Resolves when the next collecting may end; null: at once. */
  hold: Promise<void> | null = null;
  readonly asked: boolean[] = [];
  readonly sent: PackedList[] = [];
  /** Ends the upload under way. */
  end: (reason: Reason | null) => void = () => {};
  readonly lists: Lists;

  constructor(link?: ListsOptions["link"]) {
    this.lists = new Lists({
      host: { clock: this.clock, randomness: new FakeRandomness(1) },
      collector: {
        collect: async ({ fresh = false } = {}) => {
          this.asked.push(fresh);
          const { now, hold } = this;
          await hold;
          return now;
        },
      },
      memory: { key: MACHINE.key },
      link: link ?? {
        uploadList: (list) => {
          this.sent.push(list);
          return new Promise((resolve) => this.end = resolve);
        },
      },
      log: silentLog,
    });
  }

  /** The names of the first programs of what was sent. */
  get names(): (string | undefined)[] {
    return this.sent.map(({ packed }) => {
      const document = JSON.parse(new TextDecoder().decode(gunzipSync(packed)));
      return document.components[0]?.name;
    });
  }
}

Deno.test("Lists send a list over real TLS, packed and signed", async () => {
  await using world = await makeWorld();
  world.house.know(MACHINE);
  const contact = {
    sep: world.address,
    sip: world.address,
    certificate: certificate.certificateDer,
    session: MACHINE.session,
  };
  const trusted = startTrustedState({
    fleet: FLEET.publicKey,
    delegation: signDelegation(FLEET, {
      serverKey: FLEET.publicKey,
      certificateHash,
      serial: 1n,
    }),
  });
  const link = new Link({
    host: { streams: realStreams(), disk, clock },
    memory: { key: MACHINE.key, trusted, believe: () => Promise.resolve() },
    contact: () => contact,
    downloadsDirectory: world.directory,
    log: silentLog,
  });
  world.house.isPacked = true;
  const bench = new Bench(link);
  bench.now = listOf("bash", 2_000);
  assertEquals(await bench.lists.send(), null);
  const packed = world.house.lists.get(MACHINE.id) ?? new Uint8Array();
  const document = concat(...bench.now.lines());
  assertEquals(new Uint8Array(gunzipSync(packed)), document);
  const [offer] = world.house.offers;
  const { sha256, size } = bench.now;
  assertEquals([offer?.sha256, offer?.size], [sha256, document.length]);
  assertEquals(offer?.packed, packed.length);
  const statement = { machine: MACHINE.machine, sha256, size };
  const signature = offer?.signature ?? new Uint8Array();
  assert(verifyList(MACHINE.key.publicKey, statement, signature));
  link.close();
});

Deno.test("packList gives the same list the same bytes, without a date", async () => {
  const list = listOf("bash", 5_000);
  const [one, other] = [
    await packList(list, clock),
    await packList(list, clock),
  ];
  assertEquals(toHex(one), toHex(other));
  assertEquals(toHex(one.subarray(0, 8)), "1f8b080000000000");
  assert(one.length < list.size / 5, `${one.length} of ${list.size}`);
});

Deno.test("Lists send the very list whose hash was told", async () => {
  const bench = new Bench();
  const told = await bench.lists.hash();
  bench.now = listOf("zsh");
  const sending = bench.lists.sendTold();
  await settle();
  bench.end(null);
  assertEquals(await sending, null);
  assertEquals(bench.sent.map(({ sha256 }) => sha256), [toHex(told)]);
  // Once: what is sent after it is new.
  const next = bench.lists.sendTold();
  await settle();
  bench.end(null);
  await next;
  assertEquals(bench.names, ["bash", "zsh"]);
  assertEquals(bench.asked, [true, true], "what is sent is collected fresh");
});

Deno.test("Lists send after a removal a list that was made after it, whatever was told or is under way", async () => {
  const bench = new Bench();
  await bench.lists.hash();
  const first = bench.lists.sendTold();
  await settle();
  // The removal happens while the list of before goes up.
  await bench.lists.hash();
  bench.now = listOf("zsh");
  const proof = bench.lists.send();
  const shared = bench.lists.sendTold();
  await settle();
  assertEquals(bench.sent.length, 1, "never two at once");
  bench.end(null);
  assertEquals(await first, null);
  await settle();
  bench.end(null);
  assertEquals([await proof, await shared], [null, null]);
  assertEquals(bench.names, ["bash", "zsh"]);
});

Deno.test("Lists try again with the same bytes when it may help, and only then", async () => {
  const bench = new Bench();
  const sending = bench.lists.send();
  for (const reason of ["network", "later", "hash"] as const) {
    await settle();
    bench.end(reason);
    await bench.clock.advance(60_000);
  }
  bench.end("package");
  assertEquals(await sending, "package");
  assertEquals(bench.sent.length, 4);
  const [first] = bench.sent;
  for (const { packed } of bench.sent) {
    assertEquals(toHex(packed), toHex(first?.packed ?? new Uint8Array()));
  }
  const given = bench.lists.send();
  for (let count = 0; count < 6; count++) {
    await settle();
    bench.end("network");
    await bench.clock.advance(60_000);
  }
  assertEquals(await given, "network");
});

Deno.test("Lists that are stopped try no more", async () => {
  const bench = new Bench();
  const sending = bench.lists.send();
  await settle();
  bench.end("network");
  await settle();
  bench.lists.stop();
  assertEquals(await sending, "network");
  assertEquals(bench.sent.length, 1);
});

Deno.test("Lists answer about a program in time, from a moment ago when a source is slow", async () => {
  const bench = new Bench();
  assertEquals(await bench.lists.holds("bash", "*"), true);
  assertEquals(await bench.lists.holds("bash", "2"), false);
  const gate = Promise.withResolvers<void>();
  bench.hold = gate.promise;
  bench.now = listOf("zsh");
  const late = bench.lists.holds("zsh", "1");
  await bench.clock.advance(1_500);
  assertEquals(await late, false, "what was known a moment ago");
  const inTime = bench.lists.holds("zsh", "1");
  gate.resolve();
  assertEquals(await inTime, true);
  assertEquals(bench.asked.includes(true), false, "a question reads no anew");
  assertEquals(bench.clock.pending, 0);
});
