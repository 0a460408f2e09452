/**
 * What an `.rpm` says of itself: one that rpmbuild made, and ones that lie.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { readRpm } from "../../lib/ieo/draft/rpm_reader.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import {
  bytesOf,
  isThere,
  RPM_VALUES,
  rpmHeader,
  rpmNumber,
  rpmOf,
  rpmText,
  runTool,
} from "./native_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

Deno.test("readRpm reads what a package says of itself", async () => {
  assertEquals(await read(rpmOf()), {
    kind: "rpm",
    package: "Tool",
    version: "2:1.0~rc1-3.el9",
    architecture: "x86_64",
    title: "A tool for tests",
    description: "It does nothing.\nAt all.",
    homepage: "https://example.org/tool",
    licence: "MIT",
    scripts: ["%post"],
  });
});

const SPEC = `Name: tool
Version: 1.0
Release: 3
Summary: A tool for tests
License: MIT
URL: https://example.org/tool
BuildArch: noarch
%description
It does nothing.
%post
echo hello
%files
`;

Deno.test({
  name: "readRpm reads what rpmbuild made",
  ignore: !await isThere("rpmbuild"),
  fn: () =>
    withDirectory(async (directory) => {
      await Deno.writeTextFile(`${directory}/tool.spec`, SPEC);
      await runTool(
        "rpmbuild",
        ...["-bb", "--define", `_topdir ${directory}`],
        `${directory}/tool.spec`,
      );
      const path = `${directory}/RPMS/noarch/tool-1.0-3.noarch.rpm`;
      const facts = await readRpm(DISK, path);
      assertEquals(facts, {
        kind: "rpm",
        package: "tool",
        version: "1.0-3",
        architecture: "noarch",
        title: "A tool for tests",
        description: "It does nothing.",
        homepage: "https://example.org/tool",
        licence: "MIT",
        scripts: ["%post"],
      });
      const whole = await Deno.readFile(path);
      const cut = whole.subarray(0, whole.length - 1);
      await assertRejects(() => read(cut), PackError);
    }),
});

function without(tag: number): Uint8Array<ArrayBuffer> {
  return rpmHeader(RPM_VALUES.filter(([one]) => one !== tag));
}

/** The header of a package, one of whose values is another. */
function withValue(value: Parameters<typeof rpmHeader>[0][number]) {
  const others = RPM_VALUES.filter(([tag]) => tag !== value[0]);
  return rpmHeader([...others, value]);
}

// deno-fmt-ignore
const HOSTILE: readonly (readonly [string, Uint8Array, string])[] = [
  ["an empty file", new Uint8Array(), "it is empty"],
  ["a text", bytesOf("hello, world"), "it is no RPM package"],
  ["a lead and no more", rpmOf().subarray(0, 96), "is cut off"],
  ["a source package", rpmOf({ type: 1 }), "it is a source package"],
  ["a source package by its header", rpmOf({ header: withValue(rpmNumber(1106, 1)) }), "it is a source package"],
  ["a header that is none", rpmOf({ header: new Uint8Array(64) }), "does not begin as a header does"],
  ["2^32 - 1 entries", rpmOf({ header: rpmHeader(RPM_VALUES, { entries: 0xffffffff }) }), "at most 65535 may be"],
  ["more entries than it has", rpmOf({ header: rpmHeader(RPM_VALUES, { entries: 60_000 }) }), "is cut off"],
  ["a store of 4 GB", rpmOf({ header: rpmHeader(RPM_VALUES, { store: 0xffffffff }) }), "at most 67108864 may be"],
  ["a store past the end", rpmOf({ header: rpmHeader(RPM_VALUES, { store: 1_000_000 }) }), "is cut off"],
  ["a text outside the store", rpmOf({ header: rpmHeader(RPM_VALUES, { store: 4 }) }), "is not where it says"],
  ["a text without its end", rpmOf({ header: withValue([1022, 6, bytesOf("x86_64")]) }), "is not where it says"],
  ["a name that is a number", rpmOf({ header: withValue(rpmNumber(1000, 7)) }), "of another type"],
  ["an epoch that is a text", rpmOf({ header: withValue(rpmText(1003, "7")) }), "of another type"],
  ["an epoch past the end", rpmOf({ header: withValue([1003, 4, bytesOf("xy")]) }), "is not where it says"],
  ["no name", rpmOf({ header: without(1000) }), 'does not say its "name"'],
  ["an empty version", rpmOf({ header: withValue(rpmText(1001, "")) }), 'does not say its "version"'],
  ["less than its signatures tell", rpmOf({ claims: 5_000 }), "is cut off"],
];

for (const [what, bytes, part] of HOSTILE) {
  Deno.test(`readRpm refuses ${what}`, async () => {
    const error = await assertRejects(() => read(bytes), PackError);
    const { message } = error as Error;
    assert(message.startsWith('Cannot pack "'), message);
    assert(message.includes(part), message);
  });
}

Deno.test("readRpm refuses another format, and every cut", async () => {
  const whole = rpmOf();
  const other = whole.slice();
  other[4] = 9;
  await assertRejects(() => read(other), PackError);
  for (let size = 0; size < whole.length; size += 7) {
    await assertRejects(() => read(whole.subarray(0, size)), PackError);
  }
});

async function read(bytes: Uint8Array) {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    return await readRpm(DISK, path);
  } finally {
    await Deno.remove(path);
  }
}
