/**
 * Opening and extracting packages: good ones in every form that a zip tool may
 * give them, and every hostile one refused with the sentence that names it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openPackage } from "../../lib/ieo/open.ts";
import type { PackageFault } from "../../lib/ieo/package_fault.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import type { Outcome } from "../../lib/trust/outcome.ts";
import { HOSTILE } from "./hostile.ts";
import { SETUID_MODE } from "./hostile_entries.ts";
import {
  craftPackage,
  DISK,
  faultOf,
  goodPackage,
  manifestOf,
  type Sample,
  signed,
  statementOf,
  treeOf,
  valueOf,
  withDirectory,
} from "./samples.ts";
import { TYPE_DIRECTORY } from "./zips.ts";

/** Opens the sample and extracts it; the tree holds what was written. */
async function extract(
  sample: Sample,
): Promise<
  Outcome<Record<string, string>, PackageFault & { readonly tree: string[] }>
> {
  return await withDirectory(async (directory) => {
    const path = `${directory}/package`;
    const target = `${directory}/tree`;
    await Deno.writeFile(path, sample.bytes);
    await Deno.mkdir(target);
    const statement = statementOf(sample);
    const opened = await openPackage({ disk: DISK, path, statement });
    const done = opened.ok ? await opened.value.extract(target) : opened;
    if (opened.ok) opened.value.close();
    const tree = treeOf(target);
    return done.ok
      ? { ok: true, value: tree }
      : { ok: false, fault: { ...done.fault, tree: Object.keys(tree) } };
  });
}

for (const { title, build, says } of HOSTILE) {
  Deno.test(`openPackage refuses ${title}`, async () => {
    const refused = faultOf(await extract(build()));
    assertEquals(refused.reason, "package");
    assertMatch(refused.detail, says);
  });
}

const GOOD = { a: "first\n", "d/b": "second\n", "é/ü": "third\n" };

Deno.test("openPackage opens a good package and gives its files", async () => {
  const { "ieo.json": manifest, ...tree } = valueOf(
    await extract(goodPackage(GOOD)),
  );
  assertEquals(JSON.parse(manifest ?? "").name, "tool");
  assertEquals(tree, { ...GOOD, "d/": "", "é/": "" });
});

const FORMS = [
  ["stored", {}, {}],
  ["deflated", { deflated: true }, {}],
  ["with a signed data descriptor, Z-22", { descriptor: "signed" }, {}],
  ["with a bare data descriptor, Z-22", { descriptor: "bare" }, {}],
  ["in zip64", {}, { zip64: true }],
  ["made on MS-DOS", { madeOn: 0, mode: 0 }, {}],
] as const;
for (const [form, entry, options] of FORMS) {
  Deno.test(`openPackage reads an entry ${form}`, async () => {
    const manifest = manifestOf({ a: "first\n" });
    const file = { name: "a", content: utf8("first\n"), ...entry };
    const sample = signed(craftPackage(manifest, [file], options));
    assertEquals(valueOf(await extract(sample))["a"], "first\n");
  });
}

Deno.test("openPackage makes the directories that the manifest names", async () => {
  const manifest = { ...manifestOf({ a: "x" }), directories: ["var/empty"] };
  const sample = signed(craftPackage(manifest, [
    { name: "var/empty/", mode: TYPE_DIRECTORY | 0o755 },
    { name: "a", content: utf8("x") },
  ]));
  assert("var/empty/" in valueOf(await extract(sample)));
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
    const opened = valueOf(await openPackage({ disk: DISK, path, statement }));
    const before = Deno.umask(0o077);
    try {
      valueOf(await opened.extract(directory));
    } finally {
      Deno.umask(before);
      opened.close();
    }
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
    const refused = faultOf(await extract(signed(cut)));
    assertEquals(refused.reason, "package");
    assertEquals(refused.tree, []);
  }
});

Deno.test("openPackage refuses an empty file, Z-23", async () => {
  const refused = faultOf(await extract(signed(new Uint8Array())));
  assertMatch(refused.detail, /not a zip/);
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
    const refused = faultOf(await extract(sample));
    assertEquals(refused.reason, "name");
    assertMatch(refused.detail, new RegExp(`manifest's ${field} is`));
  });
}

Deno.test("openPackage survives one flipped bit anywhere", async () => {
  // What the signature would have refused already: no exception, and never
  // other content than the manifest's.
  const good = goodPackage({ a: "first\n" });
  for (let at = 0; at < good.bytes.length; at++) {
    const bytes = good.bytes.slice();
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    const outcome = await extract(signed(bytes));
    if (outcome.ok) assertEquals(outcome.value["a"], "first\n");
  }
});

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
