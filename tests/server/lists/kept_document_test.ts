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
  const document = await again.document(ada.id);
  assertEquals(document?.size, DOCUMENT.length);
  assertEquals(document?.signature, list.signature);
  // As often as it is asked for.
  for (const _ of [1, 2]) {
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
      assertEquals((await lists.document(ada.id))?.size, DOCUMENT.length);
    },
  );
}
