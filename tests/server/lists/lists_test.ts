/** The lists: what takes the place of the one before, and over restarts. */

import { assert, assertEquals } from "@std/assert";
import type { Write, Writer } from "../../../lib/server/store/store.ts";
import { concat } from "../../../lib/trust/bytes.ts";
import { settle } from "../../fakes/fake_clock.ts";
import {
  ada,
  documentOf,
  send,
  sentOf,
  stranger,
  testLists,
} from "./lists_kit.ts";

const KEPT = ".peo.gz";

testLists("keep a list that is complete and valid", async (bench) => {
  const lists = await bench.open();
  const list = sentOf(documentOf("bash", "curl"));
  assertEquals(lists.offered(ada.id, list.sha256), "envoie");
  assertEquals(await send(lists, list), { offset: 0, reason: null });
  assertEquals(lists.offered(ada.id, list.sha256), "inchange");
  assertEquals(await bench.names(), ["bash", "curl"]);
  const { bytes: _, packed: __, ...facts } = list;
  assertEquals(lists.held(ada.id), {
    ...facts,
    machine: ada.id,
    atMs: bench.clock.wallMs(),
    confirmedMs: bench.clock.wallMs(),
    faults: [{ source: "dpkg", error: "Cannot read its status" }],
    distribution: "debian",
    distributionVersion: "12",
    rebootFor: "",
    programs: 2,
  });
  assertEquals(await bench.files(), [KEPT]);
});

testLists("know what they hold after a restart", async (bench) => {
  const list = sentOf(documentOf("bash"));
  await send(await bench.open(), list);
  const again = await bench.open();
  assertEquals(again.offered(ada.id, list.sha256), "inchange");
  assertEquals(again.held(ada.id)?.signature, list.signature);
});

testLists("note that a list still holds, however it is said", async (bench) => {
  const lists = await bench.open();
  const list = sentOf(documentOf("bash"));
  await send(lists, list);
  const atMs = bench.clock.wallMs();
  const confirmedMs = async () => {
    await settle();
    const [stored] = await bench.store.listDates(ada.id);
    assertEquals(stored?.confirmedMs, lists.held(ada.id)?.confirmedMs);
    assertEquals(stored?.atMs, atMs);
    return lists.held(ada.id)?.confirmedMs;
  };
  assertEquals(await confirmedMs(), atMs);
  await bench.clock.advance(1_000);
  assertEquals(lists.offered(ada.id, list.sha256), "inchange");
  assertEquals(await confirmedMs(), atMs + 1_000);
  await bench.clock.advance(1_000);
  assert(lists.confirm(ada.id, list.sha256));
  assertEquals(await confirmedMs(), atMs + 2_000);
  // Another list than the one that is held is confirmed by nobody.
  await bench.clock.advance(1_000);
  assert(!lists.confirm(ada.id, "00".repeat(32)));
  assert(!lists.confirm(ada.id, ""));
  assert(!lists.confirm(stranger.id, ""));
  assertEquals(await confirmedMs(), atMs + 2_000);
});

testLists(
  "go on where an upload was cut, over a restart, S-17",
  async (bench) => {
    const list = sentOf(documentOf("bash", "curl"));
    assertEquals(await send(await bench.open(), list, { cutAt: 100 }), {
      offset: 0,
      reason: "cut",
    });
    const again = await send(await bench.open(), list);
    assertEquals(again, { offset: 100, reason: null });
    assertEquals(await bench.names(), ["bash", "curl"]);
  },
);

testLists(
  "drop the part of an older list when a newer one comes",
  async (bench) => {
    const lists = await bench.open();
    await send(lists, sentOf(documentOf("bash")), { cutAt: 100 });
    const newer = sentOf(documentOf("bash", "curl"));
    assertEquals(await send(lists, newer), { offset: 0, reason: null });
    assertEquals(await bench.files(), [KEPT]);
  },
);

testLists(
  "begin anew when the same list comes packed in another way",
  async (bench) => {
    const lists = await bench.open();
    const document = documentOf("bash");
    const list = sentOf(document);
    await send(lists, list, { cutAt: 100 });
    const stored = concat(
      list.bytes.subarray(0, 10),
      Uint8Array.of(1, document.length & 255, document.length >> 8),
      Uint8Array.of(~document.length & 255, ~document.length >> 8 & 255),
      document,
      list.bytes.subarray(-8),
    );
    const other = sentOf(document, { bytes: stored });
    assertEquals(await send(lists, other), { offset: 0, reason: null });
    assertEquals(await bench.names(), ["bash"]);
    assertEquals(await bench.files(), [KEPT]);
  },
);

testLists(
  "take nothing twice: what is held needs no bytes to come again",
  async (bench) => {
    const lists = await bench.open();
    const list = sentOf(documentOf("bash"));
    await send(lists, list);
    await bench.clock.advance(1_000);
    const arrival = lists.expect(ada.id);
    assertEquals(await send(lists, list), {
      offset: list.packed,
      reason: null,
    });
    assertEquals(await arrival.within(1_000), { kind: "received" });
    assertEquals((await bench.store.listDates(ada.id)).length, 1);
  },
);

testLists("take an empty list and one of 20,000, S-17", async (bench) => {
  const lists = await bench.open();
  const many = Array.from({ length: 20_000 }, (_, index) => `p${index}`);
  const long = sentOf(documentOf(...many));
  assertEquals((await send(lists, long)).reason, null);
  assertEquals((await bench.names()).length, 20_000);
  assertEquals(lists.held(ada.id)?.programs, 20_000);
  assertEquals((await send(lists, sentOf(documentOf()))).reason, null);
  assertEquals(await bench.names(), []);
});

testLists(
  "tell the machine to come again when the store fails, and go on from there, B-04",
  async (bench) => {
    let left = 0;
    bench.writer = failingAfter(bench.store, () => left-- > 0);
    const lists = await bench.open();
    left = 100;
    await send(lists, sentOf(documentOf("bash")));
    const many = Array.from({ length: 5_000 }, (_, index) => `p${index}`);
    const list = sentOf(documentOf(...many));
    // Its beginning, two parts, and then the disk is full.
    for (const commits of [0, 1, 2, 3]) {
      left = commits;
      const arrival = lists.expect(ada.id);
      const { reason } = await send(lists, list);
      assertEquals(reason, "later");
      assertEquals((await arrival.within(1_000)).kind, "list refused");
      assertEquals(await bench.names(), ["bash"]);
      assertEquals(lists.held(ada.id)?.programs, 1);
    }
    left = 100;
    const ended = await send(lists, list);
    assertEquals(ended, { offset: list.packed, reason: null });
    assertEquals((await bench.names()).length, 5_000);
    assertEquals(await bench.files(), [KEPT]);
    assertEquals(bench.told.length, 4);
  },
);

testLists(
  "put a document into its place that a power cut kept from it, I-20",
  async (bench) => {
    const list = sentOf(documentOf("bash"));
    await send(await bench.open(), list);
    // As if the server had ended between the store's commit and the rename.
    const [machine, directory] = [ada.id, bench.directory];
    const part = `${machine}.${list.sha256}-${list.packed}.part`;
    await Deno.rename(`${directory}/${machine}${KEPT}`, `${directory}/${part}`);
    const again = await bench.open();
    assertEquals(await bench.files(), [KEPT]);
    const kept = await again.document(machine);
    kept?.close();
    assertEquals(kept?.size, list.size);
    // A part that is not whole is worth nothing when the list is held.
    await Deno.writeFile(`${directory}/${part}`, list.bytes.subarray(0, 9));
    await bench.open();
    assertEquals(await bench.files(), [KEPT]);
  },
);

testLists("remove what servers of before have left", async (bench) => {
  const names = [`${ada.id}.peo`, `${ada.id}.${"0a".repeat(32)}.part`];
  for (const name of names) {
    await Deno.writeTextFile(`${bench.directory}/${name}`, "old");
  }
  await Deno.writeTextFile(`${bench.directory}/README`, "the owner's own");
  await bench.open();
  const [left = "", ...others] = await bench.files();
  assertEquals([left, others], ["README".slice(32), []]);
});

/** The store, as long as `mayCommit` says so. */
function failingAfter(store: Writer, mayCommit: () => boolean): Writer {
  return {
    commit(writes: readonly Write[]) {
      // To give up what was staged is what a full disk still can.
      const drops = writes.every(({ kind }) => kind === "list dropped");
      const isFull = !mayCommit();
      return isFull && !drops
        ? Promise.reject(new Error("database or disk is full"))
        : store.commit(writes);
    },
  };
}
