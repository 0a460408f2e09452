/**
 * What an agent remembers over restarts, on a real disk.
 *
 * @module
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { AgentError } from "../../lib/agent/fault.ts";
import { Memory } from "../../lib/agent/memory.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { LIBRARY_SOURCES } from "../../lib/peo/sources.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import { encodeJoinFile } from "../../lib/trust/join_file.ts";
import { type KeyPair, keyPairFromSeed } from "../../lib/trust/keys.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";

const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));
const OTHER_FLEET = keyPairFromSeed(new Uint8Array(32).fill(2));

function joinText(fleet: KeyPair, { serial = 1n, servers = [""] } = {}) {
  const secret = new Uint8Array(32).fill(4);
  return encodeJoinFile({
    format: 1,
    fleet: fleet.publicKey,
    delegation: signDelegation(fleet, {
      serverKey: keyPairFromSeed(new Uint8Array(32).fill(3)).publicKey,
      certificateHash: new Uint8Array(32),
      serial,
    }),
    filterKey: new Uint8Array(32).fill(5),
    enrolment: { id: enrolmentId(secret), secret },
    servers: servers.filter((server) => server !== ""),
  });
}

interface Place {
  readonly state: string;
  readonly join: string;
  open(joinPath?: string): Promise<Memory>;
  giveJoin(text: string): Promise<void>;
}

async function inPlace(scene: (place: Place) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  const host = { disk: realDisk(), randomness: new FakeRandomness(1) };
  const state = `${directory}/state`;
  const join = `${directory}/join.json`;
  try {
    await scene({
      state,
      join,
      open: (joinPath) => Memory.open(host, { directory: state, joinPath }),
      giveJoin: (text) => Deno.writeTextFile(join, text),
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function refused(open: Promise<unknown>, because: RegExp): Promise<void> {
  const error = await assertRejects(() => open, AgentError);
  assertMatch(error.message, because);
}

Deno.test("Memory joins once and remembers without the join file", () =>
  inPlace(async ({ join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const { machine } = await open(join);
    assertEquals((await open()).machine, machine);
  }));

Deno.test("Memory without a join file says which file to run with, K-01", () =>
  inPlace(async ({ open }) => {
    await refused(open(), /has not joined a fleet yet.*--join FILE/);
  }));

Deno.test("Memory refuses an empty, cut or missing join file by name, K-01", () =>
  inPlace(async ({ join, open, giveJoin }) => {
    await refused(open(join), /Cannot read the join file ".*join.json"/);
    await giveJoin("");
    await refused(open(join), /Cannot use ".*join.json".*empty/);
    await giveJoin(joinText(FLEET).slice(0, 100));
    await refused(open(join), /Cannot use ".*join.json".*line/);
  }));

Deno.test("Memory refuses the join file of another fleet, K-01", () =>
  inPlace(async ({ join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    await open(join);
    await giveJoin(joinText(OTHER_FLEET));
    await refused(open(join), /it is of another fleet/);
  }));

Deno.test("Memory takes news from a second join file of its fleet", () =>
  inPlace(async ({ join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    await open(join);
    await giveJoin(joinText(FLEET, { serial: 2n, servers: ["10.0.0.1"] }));
    const memory = await open(join);
    assertEquals(memory.join.servers, ["10.0.0.1"]);
    assertEquals(memory.trusted.delegation.serial, 2n);
  }));

Deno.test("Memory erases the enrolment secret for good once enrolled", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    await (await open(join)).forgetEnrolment();
    assertEquals((await open(join)).join.enrolment, null);
    const kept = await Deno.readTextFile(`${state}/join.json`);
    assertEquals(JSON.parse(kept).enrolment, null);
  }));

Deno.test("Memory keeps its files for their owner alone, K-02", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    await open(join);
    for (const name of ["agent.key", "join.json"]) {
      const { mode } = await Deno.stat(`${state}/${name}`);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    }
    await Deno.chmod(`${state}/agent.key`, 0o644);
    await refused(open(), /agent.key.*0644.*chmod 600/);
  }));

Deno.test("Memory makes a broken key again only before enrolment, K-03", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const first = await open(join);
    await Deno.writeTextFile(`${state}/agent.key`, "");
    const second = await open();
    assertEquals(first.machine === second.machine, false);
    await second.forgetEnrolment();
    await Deno.writeTextFile(`${state}/agent.key`, "");
    await refused(open(), /agent.key.*empty or damaged/);
    await Deno.remove(`${state}/agent.key`);
    await refused(open(), /agent.key.*though it is enrolled/);
  }));

Deno.test("Memory makes another key, for which the former one vouches, N-06", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const first = await open(join);
    await first.forgetEnrolment();
    assertEquals(first.formerKey, null);
    assertEquals(
      await first.rekey({ randomness: new FakeRandomness(2) }),
      true,
    );
    const second = await open(join);
    assertEquals(second.machine === first.machine, false);
    assertEquals(second.formerKey?.publicKey, first.key.publicKey);
    const { mode } = await Deno.stat(`${state}/agent.key.former`);
    assertEquals((mode ?? 0) & 0o777, 0o600);
    // Nobody has accepted this one yet: nobody would know whom it vouches for.
    assertEquals(
      await second.rekey({ randomness: new FakeRandomness(3) }),
      false,
    );
    assertEquals((await open()).machine, second.machine);
    await second.forgetFormerKey();
    const third = await open();
    assertEquals([third.machine, third.formerKey], [second.machine, null]);
  }));

Deno.test("Memory is as before after a crash between the two keys, N-06", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const { machine } = await open(join);
    await Deno.copyFile(`${state}/agent.key`, `${state}/agent.key.former`);
    const memory = await open();
    assertEquals([memory.machine, memory.formerKey], [machine, null]);
    assertEquals(
      await memory.rekey({ randomness: new FakeRandomness(2) }),
      true,
    );
    await Deno.writeTextFile(`${state}/agent.key.former`, "");
    assertEquals((await open()).formerKey, null);
  }));

Deno.test("Memory's epoch only grows, and outlives a restart", () =>
  inPlace(async ({ join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const memory = await open(join);
    await memory.reachEpoch(7n);
    await memory.reachEpoch(3n);
    assertEquals((await open()).epoch, 7n);
  }));

Deno.test("Memory counts epochs anew under a newer delegation, K-05", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const memory = await open(join);
    // Whoever stole the server's key drove the epoch to its end.
    const last = 2n ** 64n - 1n;
    await memory.reachEpoch(last);
    assertEquals((await open()).epoch, last);
    await giveJoin(joinText(FLEET, { serial: 2n }));
    const next = await open(join);
    assertEquals(next.epoch, 0n);
    await next.reachEpoch(3n);
    assertEquals((await open()).epoch, 3n);
    // As older agents wrote it.
    await Deno.writeTextFile(`${state}/epoch`, "9\n");
    assertEquals((await open()).epoch, 9n);
  }));

Deno.test("Memory keeps the libraries that the server wants over a restart, and believes none that it does not know", () =>
  inPlace(async ({ state, join, open, giveJoin }) => {
    await giveJoin(joinText(FLEET));
    const memory = await open(join);
    assertEquals(memory.libraries, []);
    const known = LIBRARY_SOURCES.slice(0, 2);
    await memory.wantLibraries(known);
    assertEquals((await open()).libraries, known);
    await memory.wantLibraries([]);
    assertEquals((await open()).libraries, []);
    for (const damaged of ["", "../../etc,nothing\n", "\0\0\0\n"]) {
      await Deno.writeTextFile(`${state}/libraries`, damaged);
      assertEquals((await open()).libraries, []);
    }
    const more = [...known, "nothing"].join(",");
    await Deno.writeTextFile(`${state}/libraries`, `${more}\n`);
    assertEquals((await open()).libraries, known);
  }));
