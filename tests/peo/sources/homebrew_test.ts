/** Homebrew's directories, on recordings. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { FaultList } from "../../../lib/peo/faults.ts";
import { homebrewSource } from "../../../lib/peo/sources/homebrew.ts";
import {
  homebrewProgram,
  type Keg,
} from "../../../lib/peo/sources/homebrew_parser.ts";
import { fixture, inRoot, lines, type ToolRoot } from "./tool_root.ts";

function read(keg: Partial<Keg>) {
  const faults = new FaultList("homebrew");
  const program = homebrewProgram(
    { name: "a", version: "1", receipt: null, formula: null, ...keg },
    faults,
  );
  return { program, faults: faults.all().map(({ error }) => error) };
}

Deno.test("homebrewProgram reads a recorded receipt of a formula", async () => {
  const keg = {
    name: "rclone",
    version: "1.67.0",
    receipt: await fixture("homebrew/rclone.json"),
    formula: await fixture("homebrew/rclone.rb"),
  };
  assertEquals(read(keg), {
    program: {
      name: "rclone",
      version: "1.67.0",
      purl: "pkg:brew/rclone@1.67.0?arch=x86_64&tap=homebrew%2Fcore",
      source: "homebrew",
      architecture: "x86_64",
      licence: "MIT",
      installedAtS: 1_722_991_679,
    },
    faults: [],
  });
});

/** As after an update of one formula, and one cask of each age. */
async function install({ root, put }: ToolRoot, prefix: string) {
  const receipt = await fixture("homebrew/rclone.json");
  const formula = await fixture("homebrew/rclone.rb");
  for (const version of ["1.66.0_1", "1.67.0"]) {
    const keg = `${prefix}/Cellar/rclone/${version}`;
    await put(`${keg}/INSTALL_RECEIPT.json`, receipt);
    await put(`${keg}/.brew/rclone.rb`, formula);
  }
  await put(`${prefix}/Cellar/.DS_Store`, "");
  const cask = `${prefix}/Caskroom/adobe-creative-cloud`;
  await put(
    `${cask}/.metadata/INSTALL_RECEIPT.json`,
    await fixture("homebrew/adobe-creative-cloud.json"),
  );
  await put(`${cask}/.metadata/6.2.0.554/20240703/Casks/x.rb`, "");
  await Deno.mkdir(join(root, cask, "6.2.0.554"));
  await Deno.mkdir(join(root, prefix, "Caskroom/old/latest"), {
    recursive: true,
  });
}

for (const prefix of ["opt/homebrew", "home/linuxbrew/.linuxbrew"]) {
  Deno.test(`homebrewSource lists every version below ${prefix}`, () =>
    inRoot(async (root) => {
      await install(root, prefix);
      assertEquals(await lines(homebrewSource(), root), {
        programs: [
          "rclone 1.66.0_1 x86_64",
          "rclone 1.67.0 x86_64",
          "adobe-creative-cloud 6.2.0.554 arm64",
          "old latest -",
        ],
        faults: [],
      });
    }));
}

Deno.test("homebrewSource reads a prefix that is a link once", () =>
  inRoot(async (root) => {
    await install(root, "opt/homebrew");
    await Deno.mkdir(join(root.root, "usr/local"), { recursive: true });
    await Deno.symlink(
      "../../opt/homebrew/Cellar",
      join(root.root, "usr/local/Cellar"),
    );
    assertEquals((await lines(homebrewSource(), root)).programs.length, 4);
  }));

Deno.test("homebrewSource says nothing where there is no Homebrew", () =>
  inRoot(async (root) => {
    assertEquals(await lines(homebrewSource(), root), {
      programs: [],
      faults: [],
    });
  }));

// deno-fmt-ignore
const RECEIPTS: readonly [string, string, RegExp | null][] = [
  // what it is; the receipt; the fault
  ["an empty one", "", /^Cannot read the receipt of "a": it is empty; it is listed without a date$/],
  ["one cut off", '{"time": 17', /it is not JSON/],
  ["a list", "[1]", null],
  ["a date that is text", '{"time": "yesterday"}', null],
  ["a date before all", '{"time": -5}', null],
  ["a source that is none", '{"source": 5, "arch": {}}', null],
];

for (const [what, receipt, sentence] of RECEIPTS) {
  Deno.test(`homebrewProgram lists what has a broken receipt: ${what}`, () => {
    const { program, faults } = read({
      receipt: new TextEncoder().encode(receipt),
    });
    assertEquals(program, {
      name: "a",
      version: "1",
      purl: "pkg:brew/a@1",
      source: "homebrew",
    });
    if (sentence === null) assertEquals(faults, []);
    else assertMatch(faults[0] ?? "", sentence);
  });
}

Deno.test("homebrewProgram names a keg whose name no list may hold", () => {
  assertMatch(
    read({ name: "a\n" + "b".repeat(250) }).faults[0] ?? "",
    /^Cannot list "a\\nb+/,
  );
});

Deno.test("homebrewProgram never throws", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(fc.property(bytes, bytes, (receipt, formula) => {
    assert(read({ receipt, formula }).program !== null);
  }));
});
