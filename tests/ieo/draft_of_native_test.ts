/**
 * From a `.deb` or an `.rpm` to what a package will be.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  draftOfNative,
  nativeKindOf,
  readNativeFacts,
} from "../../lib/ieo/draft/of_native.ts";
import type { NativeFacts } from "../../lib/ieo/draft/native_file.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import { controlText, debOf, tarOf } from "./native_kit.ts";
import { build } from "./pack_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

Deno.test("draftOfNative makes a package of a .deb alone", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/tool.deb`;
    await build(directory, { "tool.deb": debOf(), "other": "x" });
    const facts = await readNativeFacts(DISK, path);
    assert(facts !== null);
    const source = await draftOfNative(DISK, path, facts as NativeFacts, {
      serial: 3,
    });
    assertEquals(source.draft, {
      title: "a tool for tests",
      description: "It does nothing.\n\nAt all.",
      homepage: "https://example.org/tool",
      targets: [{ os: "linux", architecture: "x86_64" }],
      native: [{
        kind: "deb",
        package: "tool",
        version: "2:1.0-3",
        path: "tool.deb",
        arguments: [],
      }],
      serial: 3,
      name: "tool",
      version: "1.0-3",
    });
    assertEquals(source.found.files.map(({ path }) => path), ["tool.deb"]);
    assertEquals(source.directory, directory);
  });
});

const FACTS: NativeFacts = {
  kind: "rpm",
  package: "ImageMagick",
  version: "1:7.1^git2-3.el9",
  architecture: "noarch",
  title: "A\ttitle ".repeat(60),
  description: "One\ttwo\n\u0007three " + "x".repeat(5_000),
  homepage: "ftp://example.org",
  licence: "",
  scripts: [],
};

async function ofFacts(changes: Partial<NativeFacts>, name = "a.rpm") {
  return await withDirectory(async (directory) => {
    await build(directory, { [name]: "x" });
    const path = `${directory}/${name}`;
    return await draftOfNative(DISK, path, { ...FACTS, ...changes }, {
      serial: 1,
    });
  });
}

Deno.test("draftOfNative puts names, versions and texts into our words", async () => {
  const { draft, remarks } = await ofFacts({});
  assertEquals(draft.name, "imagemagick");
  assertEquals(draft.version, "7.1+git2-3.el9");
  assertEquals(draft.targets, [{ os: "linux" }]);
  assertEquals(draft.title?.length, 200);
  assert(draft.title?.startsWith("A title A title"));
  assertEquals(draft.description?.length, 4_000);
  assert(draft.description?.startsWith("One two\n three x"));
  assertEquals(draft.homepage, undefined);
  assertEquals(draft.licence, undefined);
  assertEquals(remarks.foreignArchitecture, undefined);
});

Deno.test("draftOfNative knows the systems' names of architectures", async () => {
  const cases: readonly (readonly [string, string | undefined, boolean])[] = [
    ["all", undefined, false],
    ["amd64", "x86_64", false],
    ["arm64", "aarch64", false],
    ["aarch64", "aarch64", false],
    ["i386", "x86_64", true],
    ["armhf", "aarch64", true],
  ];
  for (const [architecture, ours, isForeign] of cases) {
    const { draft, remarks } = await ofFacts({ architecture });
    assertEquals(draft.targets?.[0]?.architecture, ours);
    assertEquals(remarks.foreignArchitecture !== undefined, isForeign);
  }
});

// deno-fmt-ignore
const UNFIT: readonly (readonly [Partial<NativeFacts>, string, string])[] = [
  [{ architecture: "riscv64" }, "a.rpm", "agents run on x86_64 and aarch64 only"],
  [{ architecture: "constructor" }, "a.rpm", "agents run on"],
  [{ package: "a b" }, "a.rpm", "which no rpm can have"],
  [{ package: "con" }, "a.rpm", "give one with --name"],
  [{ package: "x".repeat(65) }, "a.rpm", "give one with --name"],
  [{ version: "1..2-3" }, "a.rpm", "give one with --version"],
  [{ version: "1!2-3" }, "a.rpm", "must be a version as the system's manager tells it"],
  [{}, "a:b.rpm", "rename it"],
];

for (const [changes, name, part] of UNFIT) {
  Deno.test(`draftOfNative refuses ${JSON.stringify(changes)} in ${name}`, async () => {
    const error = await assertRejects(() => ofFacts(changes, name), PackError);
    assert((error as Error).message.includes(part), (error as Error).message);
  });
}

Deno.test("draftOfNative leaves a .deb's odd name to whoever gives another", async () => {
  await withDirectory(async (directory) => {
    const control = tarOf({ control: controlText({ Version: "1!x" }) });
    await build(directory, { "a.deb": debOf({ control }) });
    const path = `${directory}/a.deb`;
    const facts = await readNativeFacts(DISK, path) as NativeFacts;
    // The system's manager would not take such a version either.
    const given = { serial: 1, name: "tool", version: "1" };
    const error = await assertRejects(
      () => draftOfNative(DISK, path, facts, given),
      PackError,
    );
    assert((error as Error).message.includes('"native[0].version"'));
  });
});

Deno.test("nativeKindOf goes by the ending", () => {
  assertEquals(nativeKindOf("a/b.c.DEB"), "deb");
  assertEquals(nativeKindOf("a.pkg"), "pkg");
  assertEquals(nativeKindOf("a.zip"), null);
  assertEquals(nativeKindOf("deb"), null);
});
