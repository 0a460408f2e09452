/**
 * Inflating within a bound: not one byte past it is ever handed on.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { inflate, inflateSmall, TooLongError } from "../../lib/ieo/inflate.ts";
import {
  CHUNK_BYTES,
  Uint8ArrayReader,
  ZipReader,
} from "../../lib/ieo/zip_library.ts";
import { craftZip } from "./zips.ts";

const CONTENT = new Uint8Array(100_000).fill(7);

async function entryOf(content: Uint8Array) {
  const zip = craftZip([{ name: "a", content, deflated: true }]);
  const [entry] = await new ZipReader(new Uint8ArrayReader(zip)).getEntries();
  if (entry === undefined || entry.directory) throw new Error("No file");
  return entry;
}

Deno.test("inflate gives the content in pieces", async () => {
  const pieces: number[] = [];
  const entry = await entryOf(CONTENT);
  await inflate(
    entry,
    CONTENT.length,
    ({ length }) => void pieces.push(length),
  );
  assertEquals(pieces.reduce((sum, length) => sum + length), CONTENT.length);
  assert(Math.max(...pieces) <= CHUNK_BYTES);
});

Deno.test("inflate stops at the first byte too many, Z-12", async () => {
  for (const bytesMax of [0, 1, CHUNK_BYTES, CONTENT.length - 1]) {
    let given = 0;
    const entry = await entryOf(CONTENT);
    await assertRejects(
      () => inflate(entry, bytesMax, ({ length }) => void (given += length)),
      TooLongError,
      `more than ${bytesMax} bytes`,
    );
    assert(given <= bytesMax);
  }
});

Deno.test("inflateSmall gives the whole of a small entry", async () => {
  assertEquals(await inflateSmall(await entryOf(CONTENT), 100_000), CONTENT);
  const empty = new Uint8Array();
  assertEquals(await inflateSmall(await entryOf(empty), 10), empty);
});
