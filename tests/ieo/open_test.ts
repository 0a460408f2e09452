/**
 * Opening and extracting packages: good ones in every form that a zip tool may
 * give them, and every hostile one refused with the sentence that names it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openPackage } from "../../lib/ieo/open.ts";
import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { HOSTILE } from "./hostile.ts";
import { SETUID_MODE } from "./hostile_entries.ts";
import { refusalOf, treeFrom, withUmask } from "./open_kit.ts";
import {
  craftPackage,
  DISK,
  goodPackage,
  manifestOf,
  signed,
  statementOf,
  valueOf,
  withDirectory,
} from "./samples.ts";
import { extraField, TYPE_DIRECTORY } from "./zips.ts";

for (const { title, build, says } of HOSTILE) {
  Deno.test(`openPackage refuses ${title}`, async () => {
    const refused = await refusalOf(build());
    assertEquals(refused.reason, "package");
    assertMatch(refused.detail, says);
  });
}

const GOOD = { a: "first\n", "d/b": "second\n", "é/ü": "third\n" };

Deno.test("openPackage opens a good package and gives its files", async () => {
  const { "ieo.json": manifest, ...tree } = await treeFrom(
    goodPackage(GOOD),
  );
  assertEquals(JSON.parse(manifest ?? "").name, "tool");
  assertEquals(tree, { ...GOOD, "d/": "", "é/": "" });
});

Deno.test("openPackage takes entries in any order, and each of them once", async () => {
  const manifest = { ...manifestOf(GOOD), directories: ["e/f", "g"] };
  const named = (name: string) => ({ name, mode: 0o755 | TYPE_DIRECTORY });
  const entries = [
    ...Object.entries(GOOD).map(([name, text]) => (
      { name, content: utf8(text) }
    )),
    ...["e/f/", "g/"].map(named),
  ];
  const tree = { ...GOOD, "d/": "", "é/": "", "e/": "", "e/f/": "", "g/": "" };
  for (const order of [[3, 4, 0, 1, 2], [4, 2, 0, 1, 3], [3, 4, 0, 2, 1]]) {
    const inOrder = order.flatMap((index) => entries[index] ?? []);
    const { "ieo.json": _, ...found } = await treeFrom(
      signed(craftPackage(manifest, inOrder)),
    );
    assertEquals(found, tree);
    for (const [index, entry] of inOrder.entries()) {
      const twice = signed(craftPackage(manifest, [...inOrder, entry]));
      assertMatch((await refusalOf(twice)).detail, /or twice in the zip$/);
      const without = signed(
        craftPackage(manifest, inOrder.toSpliced(index, 1)),
      );
      assertEquals(
        (await refusalOf(without)).detail,
        `Cannot open tool 1.0: "${entry.name}" is in the manifest and not in ` +
          "the zip",
      );
    }
  }
});

const TIMES = concat(
  extraField(0x5455, new Uint8Array(5)),
  extraField(0x7875, new Uint8Array([1, 1, 0, 1, 0])),
  extraField(0x000a, new Uint8Array(32)),
);

const FORMS = [
  ["stored", {}, {}],
  ["deflated", { deflated: true }, {}],
  ["with a signed data descriptor, Z-22", { descriptor: "signed" }, {}],
  ["with a bare data descriptor, Z-22", { descriptor: "bare" }, {}],
  ["with a signed and long data descriptor, Z-22", {
    descriptor: "signed",
    localZip64: true,
  }, {}],
  ["with a bare and long data descriptor, Z-22", {
    descriptor: "bare",
    localZip64: true,
  }, {}],
  ["deflated, with a data descriptor, Z-22", {
    descriptor: "signed",
    deflated: true,
  }, {}],
  ["with a data descriptor whose header tells all, Z-22", {
    descriptor: "signed",
    local: { crc: 0xc74ab32a, size: 6, compressedSize: 6 },
  }, {}],
  ["in zip64", {}, { zip64: true }],
  ["in zip64 in both headers", { localZip64: true }, { zip64: true }],
  ["with times and owner", { both: { extra: TIMES } }, {}],
  ["with other times in its local header", { local: { extra: TIMES } }, {}],
  ["made on MS-DOS", { madeOn: 0, mode: 0 }, {}],
] as const;
for (const [form, entry, options] of FORMS) {
  Deno.test(`openPackage reads an entry ${form}`, async () => {
    const manifest = manifestOf({ a: "first\n" });
    const file = { name: "a", content: utf8("first\n"), ...entry };
    const sample = signed(craftPackage(manifest, [file], options));
    assertEquals((await treeFrom(sample))["a"], "first\n");
  });
}

Deno.test("openPackage makes the directories that the manifest names", async () => {
  const manifest = { ...manifestOf({ a: "x" }), directories: ["var/empty"] };
  const sample = signed(craftPackage(manifest, [
    { name: "var/empty/", mode: TYPE_DIRECTORY | 0o755 },
    { name: "a", content: utf8("x") },
  ]));
  assert("var/empty/" in (await treeFrom(sample)));
});

Deno.test("openPackage drops setuid, setgid and sticky, Z-05", async () => {
  await withDirectory(async (directory) => {
    const manifest = manifestOf({ a: "x" });
    const sample = signed(craftPackage(manifest, [
      { name: "a", content: utf8("x"), mode: SETUID_MODE },
    ]));
    await Deno.writeFile(`${directory}/package`, sample.bytes);
    await Deno.mkdir(`${directory}/tree`);
    const opened = valueOf(
      await openPackage({
        disk: DISK,
        path: `${directory}/package`,
        statement: statementOf(sample),
      }),
    );
    valueOf(await opened.extract(`${directory}/tree`));
    opened.close();
    assertEquals((await DISK.stat(`${directory}/tree/a`))?.mode, 0o644);
  });
});

Deno.test("openPackage gives the manifest's modes whatever the umask is", async () => {
  const manifest = manifestOf({ a: "x", "d/b": "y" });
  const [first, ...rest] = manifest.files;
  if (first === undefined) throw new Error("There is no file");
  const files = [{ ...first, mode: 0o755 as const }, ...rest];
  const sample = signed(craftPackage({ ...manifest, files }, [
    { name: "a", content: utf8("x") },
    { name: "d/b", content: utf8("y") },
  ]));
  await withDirectory(async (directory) => {
    const path = `${directory}/package`;
    await Deno.writeFile(path, sample.bytes);
    const statement = statementOf(sample);
    const disk = withUmask(DISK, 0o077);
    const opened = valueOf(await openPackage({ disk, path, statement }));
    valueOf(await opened.extract(directory));
    opened.close();
    const modes = ["a", "d", "d/b", "ieo.json"].map(async (name) =>
      (await DISK.stat(`${directory}/${name}`))?.mode
    );
    assertEquals(await Promise.all(modes), [0o755, 0o755, 0o644, 0o644]);
  });
});

Deno.test("openPackage refuses a package truncated at every 1 %, Z-20", async () => {
  const { bytes } = goodPackage({ a: "x".repeat(3_000), b: "y\n".repeat(900) });
  for (let percent = 0; percent < 100; percent++) {
    const cut = bytes.slice(0, Math.floor(bytes.length * percent / 100));
    const refused = await refusalOf(signed(cut));
    assertEquals(refused.reason, "package");
    assertMatch(refused.detail, /^Cannot open /);
  }
});

for (
  const [field, naming] of Object.entries({
    name: { name: "other" },
    version: { version: "2.0" },
    serial: { serial: 2 },
  })
) {
  Deno.test(`openPackage refuses a manifest of another ${field}, S-11`, async () => {
    const manifest = manifestOf({ a: "x" }, naming);
    const entry = { name: "a", content: utf8("x") };
    const sample = signed(craftPackage(manifest, [entry]));
    const refused = await refusalOf(sample);
    assertEquals(refused.reason, "name");
    assertMatch(refused.detail, new RegExp(`manifest's ${field} is`));
  });
}

Deno.test("openPackage throws what the disk throws", async () => {
  await assertRejects(
    () =>
      openPackage({
        disk: DISK,
        path: "/nonexistent/package.ieo",
        statement: statementOf(goodPackage({ a: "x" })),
      }),
    Deno.errors.NotFound,
  );
});
