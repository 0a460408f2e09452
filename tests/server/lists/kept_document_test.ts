/** The document of a list, as other tools get it: whole and signed, or not. */

import { assertEquals, assertRejects } from "@std/assert";
import { sha256, toHex } from "../../../lib/trust/bytes.ts";
import {
  ada,
  documentOf,
  type ListsBench,
  pack,
  send,
  sentOf,
  stranger,
  testLists,
} from "./lists_kit.ts";

const NAMES = Array.from({ length: 6_000 }, (_, index) => `p${index}`);
const DOCUMENT = documentOf(...NAMES);

testLists("give the document as it was signed", async (bench) => {
  const lists = await bench.open();
  assertEquals(await lists.document(ada.id), null);
  const list = sentOf(DOCUMENT);
  await send(lists, list);
  const again = await bench.open();
  // As often as it is asked for.
  for (const _ of [1, 2]) {
    const document = await again.document(ada.id);
    assertEquals(document?.size, DOCUMENT.length);
    assertEquals(document?.signature, list.signature);
    const bytes = await new Response(document?.read()).bytes();
    assertEquals(toHex(sha256(bytes)), list.sha256);
  }
  assertEquals(await again.document(stranger.id), null);
});

testLists("close the file of a reader who stops", async (bench) => {
  const lists = await bench.open();
  await send(lists, sentOf(DOCUMENT));
  const reader = (await lists.document(ada.id))?.read().getReader();
  assertEquals((await reader?.read())?.done, false);
  await reader?.cancel();
  // The test's own check of resources finds a file that is left open.
});

testLists(
  "give one list's signature and bytes, whatever comes meanwhile",
  async (bench) => {
    const lists = await bench.open();
    const [old, fresh] = [sentOf(DOCUMENT), sentOf(documentOf("fresh"))];
    await send(lists, old);
    const before = await lists.document(ada.id);
    await send(lists, fresh);
    const bytes = await new Response(before?.read()).bytes();
    assertEquals(toHex(sha256(bytes)), old.sha256);
    assertEquals(before?.signature, old.signature);
    const after = await lists.document(ada.id);
    assertEquals(after?.signature, fresh.signature);
    after?.close();
  },
);

testLists(
  "give the old list or the new one while the new one is put in place",
  async (bench) => {
    const lists = await bench.open();
    const sent = [sentOf(DOCUMENT), sentOf(documentOf("fresh"))];
    for (let round = 0; round < 20; round++) {
      const coming = send(lists, sent[round % 2] ?? sentOf(DOCUMENT));
      let isOver = false;
      void coming.finally(() => isOver = true);
      while (!isOver) {
        const kept = await lists.document(ada.id);
        if (kept === null) continue;
        const bytes = await new Response(kept.read()).bytes();
        const one = sent.find(({ sha256 }) => sha256 === hashOf(bytes));
        assertEquals(kept.signature, one?.signature);
      }
      assertEquals((await coming).reason, null);
    }
  },
);

function hashOf(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

const DAMAGES: Readonly<
  Record<string, (bench: ListsBench, path: string) => Promise<void>>
> = {
  "was changed": (_, path) => Deno.writeFile(path, pack(documentOf("evil"))),
  "was cut off": (_, path) => Deno.truncate(path, 100),
  "is gone": (_, path) => Deno.remove(path),
  "is a directory": async (_, path) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  testLists(
    `give no document that ${what}, and ask the machine for it anew`,
    async (bench) => {
      const lists = await bench.open();
      const list = sentOf(DOCUMENT);
      await send(lists, list);
      const path = `${bench.directory}/${ada.id}.peo.gz`;
      await damage(bench, path);
      await assertRejects(() => lists.document(ada.id), Error);
      assertEquals(lists.offered(ada.id, list.sha256), "envoie");
      assertEquals(await bench.names(), NAMES.toSorted());
      if (what === "is a directory") return;
      assertEquals((await send(lists, list)).reason, null);
      const kept = await lists.document(ada.id);
      kept?.close();
      assertEquals(kept?.size, DOCUMENT.length);
    },
  );
}
