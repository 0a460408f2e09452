/** Trees of files that accidents and people left strange. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  beginningOf,
  bytesOf,
  directoriesBelow,
  distinct,
  entriesOf,
} from "../../../lib/peo/sources/library_files.ts";
import { inDirectory, lookingAt, writeFiles } from "./library_context.ts";

Deno.test("bytesOf and beginningOf open plain files only, behind links as well", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, { "usr/plain": "0123456789" });
    await Deno.symlink("/usr/plain", `${directory}/absolute`);
    await Deno.symlink("../usr/./plain", `${directory}/usr/relative`);
    await Deno.symlink("circle", `${directory}/circle`);
    const { success } = await new Deno.Command("mkfifo", {
      args: [`${directory}/pipe`],
    }).output();
    assertEquals(success, true);
    const looking = lookingAt(directory);
    for (const path of ["/usr/plain", "/absolute", "/usr/relative"]) {
      assertEquals((await bytesOf(looking, path, 10))?.length, 10);
      assertEquals((await beginningOf(looking, path, 4))?.length, 4);
      assertEquals((await beginningOf(looking, path, 40))?.length, 10);
    }
    assertEquals(await bytesOf(looking, "/absent", 10), null);
    assertEquals(await beginningOf(looking, "/absent", 10), null);
    assertEquals(looking.faults.all(), []);
    assertEquals(await bytesOf(looking, "/usr/plain", 9), null);
    assertEquals(await bytesOf(looking, "/pipe", 9), null);
    assertEquals(await beginningOf(looking, "/usr", 9), null);
    assertEquals(await beginningOf(looking, "/circle", 9), null);
    assertEquals(looking.faults.all().map(({ error }) => error), [
      'Cannot read "/usr/plain": it holds more than 9 bytes',
      'Cannot read "/pipe": it is no file',
      'Cannot read "/usr": it is no file',
      'Cannot follow the link "/circle": it has no end',
    ]);
  }));

Deno.test("directoriesBelow and distinct find each directory once, by its name", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "lib/python3/site/a": "",
      "lib/python3.11/site/a": "",
      "lib/perl/site/a": "",
      "lib/python4": "",
    });
    await Deno.symlink("python3.11", `${directory}/lib/python3.12`);
    const looking = lookingAt(directory);
    const found = await directoriesBelow(looking, "/lib", [
      /^python/,
      /^site$/,
    ]);
    assertEquals(found, [
      "/lib/python3/site",
      "/lib/python3.11/site",
      "/lib/python3.12/site",
    ]);
    assertEquals(
      await distinct(looking, ["/lib/python3.12", "/lib/python3.11", "/x"]),
      [
        "/lib/python3.11",
      ],
    );
    assertEquals(looking.faults.all(), []);
  }));

Deno.test("entriesOf looks at so many entries of a directory and says it", () =>
  inDirectory(async (directory) => {
    const many = Array.from({ length: 20_001 }, (_, index) => `f${index}`);
    for (const name of many) Deno.writeTextFileSync(`${directory}/${name}`, "");
    const looking = lookingAt(directory);
    assertEquals((await entriesOf(looking, "/")).length, 20_000);
    assertMatch(looking.faults.all()[0]?.error ?? "", /^Only 20000 entries/);
  }));
