/** A file that is not all here yet. */

import { assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { PartFile } from "../../lib/sip/part_file.ts";
import { hexHash, someBytes, temporaryDirectory } from "./things.ts";

const disk = realDisk();
const BYTES = someBytes(600_000);

Deno.test("PartFile goes on where it was left, and hashes the whole, S-02", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/part`;
  const size = BYTES.length;
  for (let at = 0; at < size; at += 100_000) {
    const part = await PartFile.open({ disk, path, size });
    assertEquals(part.bytes, at);
    await part.write(BYTES.subarray(at, at + 100_000));
    if (at + 100_000 === size) assertEquals(part.digest(), hexHash(BYTES));
    part.close();
  }
  assertEquals(await Deno.readFile(path), BYTES);
});

Deno.test("PartFile is only for its owner's eyes", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/part`;
  (await PartFile.open({ disk, path, size: 1 })).close();
  const { mode } = await Deno.stat(path);
  if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("PartFile begins anew when there is more than the whole", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/part`;
  await Deno.writeFile(path, someBytes(11));
  const part = await PartFile.open({ disk, path, size: 10 });
  assertEquals(part.bytes, 0);
  part.close();
  assertEquals((await Deno.stat(path)).size, 0);
});

Deno.test("PartFile takes away what is no file, and follows no link", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/part`;
  await Deno.mkdir(`${path}/inside`, { recursive: true });
  (await PartFile.open({ disk, path, size: 10 })).close();
  const found = await disk.stat(path);
  assertEquals([found?.kind, found?.size], ["file", 0]);
});

Deno.test("PartFile that is removed gives its space back", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/part`;
  const part = await PartFile.open({ disk, path, size: 10 });
  await part.write(someBytes(5));
  await part.remove();
  assertEquals(await disk.stat(path), null);
});
