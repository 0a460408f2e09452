/** The lists: what takes the place of the one before, and what does not. */

import { assertEquals } from "@std/assert";
import { silentLog } from "../../../lib/host/log.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { buildDocument } from "../../../lib/peo/document.ts";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import { ListArrivals } from "../../../lib/server/lists/list_arrivals.ts";
import { Lists } from "../../../lib/server/lists/lists.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { sha256, toHex, utf8 } from "../../../lib/trust/bytes.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { machine } from "../examples.ts";
import { withStore } from "../temporary.ts";

const ada = machine("ada");

class Bench {
  readonly store: Store;
  readonly directory: string;
  readonly clock = new FakeClock();

  constructor(store: Store, directory: string) {
    this.store = store;
    this.directory = directory;
  }

  async open(): Promise<Lists> {
    return await Lists.open({
      disk: realDisk(),
      directory: this.directory,
      clock: this.clock,
      writer: this.store,
      log: silentLog,
    }, await this.store.lists());
  }

  async files(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.directory)) names.push(name);
    return names.sort();
  }
}

function testLists(name: string, test: (bench: Bench) => Promise<void>): void {
  Deno.test(`Lists ${name}`, () =>
    withStore(async (store, directory) => {
      await store.commit([{ kind: "machine", machine: ada }]);
      await Deno.mkdir(`${directory}/lists`);
      await test(new Bench(store, `${directory}/lists`));
    }));
}

function documentOf(...names: string[]): Uint8Array {
  const programs = names.map((name): ListedProgram => ({
    name,
    version: "1",
    purl: `pkg:generic/${name}@1`,
    source: "flottille",
  }));
  return buildDocument({
    machine: {
      system: "linux",
      architecture: "x86_64",
      distribution: { id: "debian", version: "12" },
    },
    programs,
    faults: [{ source: "dpkg", error: "Cannot read its status" }],
  });
}

/** Sends the bytes as SiP does; what the machine would be told. */
async function send(
  lists: Lists,
  bytes: Uint8Array,
  { hash = toHex(sha256(bytes)), cutAt = bytes.length } = {},
) {
  const sink = await lists.receive(ada.id, hash, bytes.length);
  const { offset } = sink;
  await sink.write(bytes.subarray(offset, cutAt));
  if (cutAt === bytes.length) return { offset, reason: await sink.finish() };
  sink.abandon();
  return { offset, reason: "cut" };
}

async function names(store: Store): Promise<string[]> {
  return (await store.listedPrograms(ada.id)).map(({ name }) => name);
}

testLists("keep a list that is complete and valid", async (bench) => {
  const lists = await bench.open();
  const bytes = documentOf("bash", "curl");
  const hash = toHex(sha256(bytes));
  assertEquals(lists.offered(ada.id, hash), "envoie");
  assertEquals(await send(lists, bytes), { offset: 0, reason: null });
  assertEquals(lists.offered(ada.id, hash), "inchange");
  assertEquals(await names(bench.store), ["bash", "curl"]);
  assertEquals(lists.held(ada.id)?.faults, [
    { source: "dpkg", error: "Cannot read its status" },
  ]);
  assertEquals(lists.held(ada.id)?.atMs, bench.clock.wallMs());
  const [document = "", ...others] = await bench.files();
  assertEquals(others, []);
  assertEquals(await Deno.readFile(`${bench.directory}/${document}`), bytes);
});

testLists("know what they hold after a restart", async (bench) => {
  const bytes = documentOf("bash");
  await send(await bench.open(), bytes);
  const again = await bench.open();
  assertEquals(again.offered(ada.id, toHex(sha256(bytes))), "inchange");
});

testLists(
  "go on where an upload was cut, over a restart, S-17",
  async (bench) => {
    const bytes = documentOf("bash", "curl");
    const first = await bench.open();
    assertEquals(await send(first, bytes, { cutAt: 100 }), {
      offset: 0,
      reason: "cut",
    });
    const second = await bench.open();
    assertEquals(await send(second, bytes), { offset: 100, reason: null });
    assertEquals(await names(bench.store), ["bash", "curl"]);
  },
);

testLists(
  "drop the part of an older list when a newer one comes",
  async (bench) => {
    const lists = await bench.open();
    await send(lists, documentOf("bash"), { cutAt: 100 });
    const newer = documentOf("bash", "curl");
    assertEquals(await send(lists, newer), { offset: 0, reason: null });
    assertEquals((await bench.files()).length, 1);
  },
);

type Bad = [bytes: Uint8Array, options: { hash?: string }, reason: string];

const twice = utf8(
  new TextDecoder().decode(documentOf("bash", "curl"))
    .replaceAll("curl", "bash"),
);

const BAD: Record<string, Bad> = {
  "bytes of another hash": [
    documentOf("zsh"),
    { hash: "00".repeat(32) },
    "hash",
  ],
  "text that is no list": [utf8("not a list"), {}, "package"],
  "no bytes": [new Uint8Array(), {}, "package"],
  "half a list": [documentOf("zsh").slice(0, -20), {}, "package"],
  "one program twice": [twice, {}, "package"],
  "a name with a line feed": [
    utf8(
      new TextDecoder().decode(documentOf("zsh"))
        .replaceAll('"zsh"', '"z\\nsh"'),
    ),
    {},
    "package",
  ],
};

for (const [what, [bytes, options, reason]] of Object.entries(BAD)) {
  testLists(`keep the one before when ${what} come, S-17`, async (bench) => {
    const lists = await bench.open();
    const good = documentOf("bash");
    await send(lists, good);
    assertEquals((await send(lists, bytes, options)).reason, reason);
    assertEquals(await names(bench.store), ["bash"]);
    assertEquals(lists.offered(ada.id, toHex(sha256(good))), "inchange");
    assertEquals((await bench.files()).length, 1);
    // And the next good one is taken.
    assertEquals((await send(lists, documentOf("zsh"))).reason, null);
  });
}

testLists("take an empty list and a long one, S-17", async (bench) => {
  const lists = await bench.open();
  const many = Array.from({ length: 20_000 }, (_, index) => `p${index}`);
  assertEquals((await send(lists, documentOf(...many))).reason, null);
  assertEquals((await names(bench.store)).length, 20_000);
  assertEquals((await send(lists, documentOf())).reason, null);
  assertEquals(await names(bench.store), []);
});

testLists(
  "tell the machine to come again when the store fails, B-04",
  async (bench) => {
    const stranger = machine("stranger"); // Not in the store: it will refuse.
    const lists = await bench.open();
    const bytes = documentOf("bash");
    const hash = toHex(sha256(bytes));
    const sink = await lists.receive(stranger.id, hash, bytes.length);
    await sink.write(bytes);
    assertEquals(await sink.finish(), "later");
    assertEquals(lists.held(stranger.id), null);
  },
);

testLists("tell who waits that the list has come", async (bench) => {
  const lists = await bench.open();
  const good = lists.expect(ada.id);
  await send(lists, documentOf("bash"));
  assertEquals(await good.within(1_000), true);
  const bad = lists.expect(ada.id).within(1_000);
  await send(lists, utf8("not a list"));
  assertEquals(await bad, false);
});

Deno.test("ListArrivals waits as long as something moves, and no longer", async () => {
  const clock = new FakeClock();
  const arrivals = new ListArrivals(clock);
  let came: boolean | null = null;
  void arrivals.expect("m").within(1_000).then((result) => came = result);
  for (let count = 0; count < 5; count++) {
    await clock.advance(900);
    arrivals.moved("m");
  }
  assertEquals(came, null);
  await clock.advance(1_001);
  assertEquals(came, false);
  assertEquals(clock.pending, 0);
});

Deno.test("ListArrivals tells nothing to who has dropped it, or another machine's", async () => {
  const clock = new FakeClock();
  const arrivals = new ListArrivals(clock);
  const told: boolean[] = [];
  const dropped = arrivals.expect("m");
  dropped.drop();
  void arrivals.expect("other").within(1_000).then((came) => told.push(came));
  arrivals.over("m", true);
  await settle();
  assertEquals(told, []);
  arrivals.over("other", true);
  await settle();
  assertEquals(told, [true]);
});
