/**
 * A machine's state directory before its disk is copied, on a real disk.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { AgentError } from "../../lib/agent/fault.ts";
import { forgetfulKind } from "../../lib/agent/frozen.ts";
import { Memory } from "../../lib/agent/memory.ts";
import { seal } from "../../lib/agent/seal.ts";
import { realHost } from "../../lib/host/real.ts";
import { Journal } from "../../lib/install/journal/journal.ts";
import type { Transaction } from "../../lib/install/journal/entries.ts";
import { done } from "../../lib/install/result.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import { encodeJoinFile } from "../../lib/trust/join_file.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";

const { disk, processes } = realHost();
const SECRET = new Uint8Array(32).fill(4);
const keyOf = (byte: number) => keyPairFromSeed(new Uint8Array(32).fill(byte));
const FLEET = keyOf(1);
const OTHER_FLEET = keyOf(2);
const SERVER = keyOf(3);
const BEGUN: Transaction = {
  ...{ kind: "remove", id: "2-9-1", order: 9n, attempt: 1, name: "editor" },
  ...{ native: [], hooks: false, previous: "1.0" },
};

function joinText(fleet = FLEET, serial = 1n): string {
  return encodeJoinFile({
    format: 1,
    fleet: fleet.publicKey,
    delegation: signDelegation(fleet, {
      serverKey: SERVER.publicKey,
      certificateHash: new Uint8Array(32),
      serial,
    }),
    filterKey: new Uint8Array(32).fill(5),
    enrolment: { id: enrolmentId(SECRET), secret: SECRET },
    servers: [],
  });
}

/** A place with a machine that has joined its fleet. */
async function withMachine(
  scene: (place: {
    readonly state: string;
    readonly join: string;
    /** Starts as often as it is called; each time with other random bytes. */
    start(directory?: string): Promise<Memory>;
  }) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  const [state, join] = [`${home}/state`, `${home}/join.json`];
  let seed = 0;
  const start = (directory = state) => {
    const host = { disk, randomness: new FakeRandomness(++seed) };
    return Memory.open(host, { directory, joinPath: undefined });
  };
  try {
    await Deno.writeTextFile(join, joinText());
    await Deno.mkdir(state);
    await Deno.copyFile(join, `${state}/join.json`);
    await Deno.chmod(`${state}/join.json`, 0o600);
    const memory = await start();
    await memory.forgetEnrolment();
    await memory.reachEpoch(7n);
    await scene({ state, join, start });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function withJournal(
  state: string,
  use: (journal: Journal) => Promise<void> | void,
): Promise<void> {
  const journal = await Journal.open(disk, `${state}/journal`);
  try {
    await use(journal);
  } finally {
    journal.close();
  }
}

Deno.test("seal makes every copy of a disk a machine of its own, which can join (N-06)", () =>
  withMachine(async ({ state, join, start }) => {
    const { machine } = await start();
    const sealed = await seal({ disk }, state, join);
    assertEquals(sealed.machine, machine);
    const copies = [`${state}-1`, `${state}-2`];
    for (const copy of copies) {
      const { code } = await processes.run({
        command: ["cp", "-a", state, copy],
        environment: { PATH: "/usr/bin:/bin" },
        deadlineMs: 10_000,
        outputBytesMax: 1_000,
      });
      assertEquals(code, 0);
    }
    const [one, other] = [await start(copies[0]), await start(copies[1])];
    assertNotEquals(one.machine, other.machine);
    assertNotEquals(one.machine, machine);
    for (const copy of [one, other]) {
      assertEquals(copy.join.enrolment?.secret, SECRET);
      assertEquals(copy.epoch, 7n);
    }
  }));

Deno.test("seal forgets the results of orders, and keeps what protects from older packages", () =>
  withMachine(async ({ state, join }) => {
    await withJournal(state, async (journal) => {
      await journal.append({
        ...{ do: "floor", name: "editor", publisher: "key", serial: 12 },
      });
      for (const order of [1n, 2n]) {
        const result = done("1.0");
        await journal.append({ do: "result", order, attempt: 1, result });
      }
    });
    assertEquals((await seal({ disk }, state, join)).results, 2);
    await withJournal(state, ({ state }) => {
      const [floor] = state.floors.of("editor");
      assertEquals(floor?.serial, 12);
      assertEquals(state.resultOf(1n, 1), null);
      assertEquals(state.results(), []);
    });
  }));

Deno.test("seal takes away keys, downloads and the way to the agent; done again it finds nothing more", () =>
  withMachine(async ({ state, join }) => {
    await Deno.mkdir(`${state}/downloads`);
    const own = ["agent.key.former", "local.json", "downloads/a.1.part"];
    for (const name of own) await Deno.writeTextFile(`${state}/${name}`, "x");
    await seal({ disk }, state, join);
    const names = [...Deno.readDirSync(state)].map(({ name }) => name).sort();
    assertEquals(names, ["epoch", "join.json", "lock"]);
    // The secret is there now: the join file is not needed a second time.
    const again = await seal({ disk }, state, undefined);
    assertEquals(again, { machine: null, results: 0, hasExam: false });
  }));

Deno.test("seal says that an exam would be on every copy", () =>
  withMachine(async ({ state, join }) => {
    await Deno.writeTextFile(`${state}/exam`, "Maths\n");
    assert((await seal({ disk }, state, join)).hasExam);
  }));

Deno.test("seal refuses, and changes nothing, without a secret that the copies could join by", () =>
  withMachine(async ({ state, join, start }) => {
    const { machine } = await start();
    const refused = async (path: string | undefined, why: RegExp) => {
      const error = await assertRejects(
        () => seal({ disk }, state, path),
        AgentError,
      );
      assert(why.test(error.message), error.message);
      assertEquals((await start()).machine, machine);
    };
    await refused(undefined, /has joined its fleet and erased the secret/);
    await refused(`${state}/join.json`, /has no secret/);
    await refused(`${state}/none.json`, /Cannot read the join file/);
    await Deno.writeTextFile(join, joinText(OTHER_FLEET));
    await refused(join, /of another fleet/);
  }));

Deno.test("seal refuses while the agent runs, while an order is cut short, and where no agent is", () =>
  withMachine(async ({ state, join }) => {
    const refused = async (directory: string, why: RegExp) => {
      const error = await assertRejects(
        () => seal({ disk }, directory, join),
        AgentError,
      );
      assert(why.test(error.message), error.message);
    };
    await refused(`${state}-none`, /there is no such directory/);
    const lock = await disk.lock(`${state}/lock`);
    await refused(state, /its agent runs; stop it first/);
    lock?.release();
    await withJournal(
      state,
      (journal) => journal.append({ do: "begin", ...BEGUN }),
    );
    await refused(state, /an order for editor was cut short/);
  }));

Deno.test("seal keeps the newer delegation, whichever of the two join files has it (K-05)", () =>
  withMachine(async ({ state, join, start }) => {
    await Deno.writeTextFile(join, joinText(FLEET, 5n));
    await seal({ disk }, state, join);
    assertEquals((await start()).join.delegation.serial, 5n);
    await Deno.writeTextFile(join, joinText(FLEET, 2n));
    await seal({ disk }, state, join);
    assertEquals((await start()).join.delegation.serial, 5n);
  }));

Deno.test("forgetfulKind knows a disk that forgets, and takes any other for one that keeps", async () => {
  const on = (stdout: string, code = 0) =>
    forgetfulKind({
      processes: {
        run: () =>
          Promise.resolve({
            ...{ code, signal: null, killed: false, truncated: false },
            stdout: new TextEncoder().encode(stdout),
            stderr: new Uint8Array(),
          }),
      },
    }, "/var/lib/flottille-agent");
  assertEquals(await on("overlayfs\n"), "overlayfs");
  assertEquals(await on("tmpfs\n"), "tmpfs");
  assertEquals(await on("ext2/ext3\n"), null);
  assertEquals(await on("tmpfs\n", 1), null);
  assertEquals(await on(""), null);
});
