/**
 * What a `.deb` says of itself: real ones in every compression, and ones that
 * lie.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { readDeb } from "../../lib/ieo/draft/deb_reader.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import {
  type ArMember,
  buildDeb,
  bytesOf,
  controlText,
  debOf,
  isThere,
  tarOf,
} from "./native_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

const FACTS = {
  kind: "deb",
  package: "tool",
  version: "2:1.0-3",
  architecture: "amd64",
  title: "a tool for tests",
  description: "It does nothing.\n\nAt all.",
  homepage: "https://example.org/tool",
  licence: "",
  scripts: [],
};

const hasDpkg = await isThere("dpkg-deb");

for (const compression of ["gzip", "xz", "zstd", "none"] as const) {
  Deno.test({
    name: `readDeb reads what dpkg-deb made, compressed with ${compression}`,
    ignore: !hasDpkg,
    fn: () =>
      withDirectory(async (directory) => {
        const path = `${directory}/tool.deb`;
        const postinst = "#!/bin/sh\nexit 0\n";
        await buildDeb(directory, path, { compression, postinst });
        const facts = await readDeb(DISK, path);
        assertEquals(facts, { ...FACTS, scripts: ["postinst"] });
      }),
  });
}

Deno.test("readDeb reads a control file in another encoding and with CRLF", async () => {
  const control = controlText({ Description: "a tool" })
    .replaceAll("\n", "\r\n");
  const facts = await read(debOf({ control: tarOf({ control }) }));
  assertEquals(facts.title, "a tool");
  const latin = tarOf({ control: controlText({ Homepage: "@" }) });
  latin[latin.indexOf(0x40)] = 0xe9; // An e with an accent in Latin-1.
  assertEquals((await read(debOf({ control: latin }))).package, "tool");
});

Deno.test("readDeb reads the first paragraph only", async () => {
  const control = `\n${controlText()}\nPackage: other\n`;
  const facts = await read(debOf({ control: tarOf({ control }) }));
  assertEquals(facts.package, "tool");
});

function withControl(name: string, bytes: Uint8Array): Uint8Array {
  return debOf({
    members: [FORMAT, { name, bytes }, { name: "data.tar", bytes }],
  });
}

const FORMAT: ArMember = { name: "debian-binary", bytes: bytesOf("2.0\n") };
const CONTROL: ArMember = {
  name: "control.tar",
  bytes: tarOf({ control: controlText() }),
};

// deno-fmt-ignore
const HOSTILE: readonly (readonly [string, Uint8Array, string])[] = [
  ["an empty file", new Uint8Array(), "it is empty"],
  ["a text", bytesOf("hello, world"), "it is no Debian package"],
  ["an ar archive of something else", debOf({ members: [CONTROL] }), "no Debian package"],
  ["another format", debOf({ members: [{ name: "debian-binary", bytes: bytesOf("3.0\n") }, CONTROL] }), 'the format "3.0"'],
  ["no control", debOf({ members: [FORMAT, { name: "data.tar", bytes: bytesOf("x") }] }), "says nothing of itself"],
  ["no program", debOf({ members: [FORMAT, CONTROL] }), "holds no program"],
  ["a member larger than the file", debOf({ members: [FORMAT, { ...CONTROL, claims: "9999999999" }] }), "is cut off"],
  ["a negative size", debOf({ members: [FORMAT, { ...CONTROL, claims: "-1" }] }), "has no good header"],
  ["too many members", debOf({ members: Array(20).fill(FORMAT) }), "more than 16 members"],
  ["an old compression", withControl("control.tar.lzma", bytesOf("x")), "dpkg-deb -Zxz"],
  ["damaged gzip", withControl("control.tar.gz", bytesOf("not gzip")), "is damaged"],
  ["damaged xz", withControl("control.tar.xz", bytesOf("not xz at all")), "is damaged"],
  ["damaged zstd", withControl("control.tar.zst", bytesOf("not zstd")), "is damaged"],
  ["a bomb", withControl("control.tar.gz", gzipSync(new Uint8Array(80_000_000))), "holds more than 67108864 bytes"],
  ["a control that is no tar", debOf({ control: bytesOf("x".repeat(600)) }), "is no tar archive"],
  ["a tar that is cut off", debOf({ control: tarOf({ control: "x" }, 100_000) }), "is cut off"],
  ["a tar without control", debOf({ control: tarOf({ other: "x" }) }), "no control file"],
  ["no name", debOf({ control: tarOf({ control: controlText({ Package: null }) }) }), 'does not say its "Package"'],
  ["an empty version", debOf({ control: tarOf({ control: controlText({ Version: "" }) }) }), 'does not say its "Version"'],
];

for (const [what, bytes, part] of HOSTILE) {
  Deno.test(`readDeb refuses ${what}`, async () => {
    const error = await assertRejects(() => read(bytes), PackError);
    const { message } = error as Error;
    assert(message.startsWith('Cannot pack "'), message);
    assert(message.includes(part), message);
  });
}

Deno.test("readDeb refuses every cut, wherever it is", async () => {
  const whole = debOf();
  for (let size = 0; size < whole.length; size += 101) {
    await assertRejects(() => read(whole.subarray(0, size)), PackError);
  }
});

Deno.test("readDeb refuses what is no file", async () => {
  await withDirectory(async (directory) => {
    await assertRejects(() => readDeb(DISK, directory), PackError);
    await assertRejects(() => readDeb(DISK, `${directory}/none`), PackError);
  });
});

async function read(bytes: Uint8Array) {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    return await readDeb(DISK, path);
  } finally {
    await Deno.remove(path);
  }
}
