/** Cargo's accounts: of a real install, and as accidents leave them. */

import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { cargoSource } from "../../../lib/peo/sources/cargo.ts";
import {
  cratePurl,
  readCrates2,
  readCratesToml,
} from "../../../lib/peo/sources/cargo_installs.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { faultOf, valueOf } from "../unwrap.ts";
import {
  anyText,
  contextAt,
  faultsIn,
  inDirectory,
  namesIn,
  programPath,
  writeFiles,
} from "./library_context.ts";

const CARGO = await programPath("cargo");

/** Homes are as the machine's accounts say; these are below a root. */
const HOME = "/srv/anna";

Deno.test({
  name: "cargoSource lists what cargo lists of a crate that it installed, " +
    "with the newer account and with the older one",
  ignore: CARGO === null,
  fn: () =>
    inDirectory(async (directory) => {
      await writeFiles(directory, {
        "crate/Cargo.toml":
          '[package]\nname = "fleet-demo"\nversion = "1.2.3-rc.1"\nedition = "2018"\n',
        "crate/src/main.rs": "fn main() {}\n",
      });
      const root = `${directory}${HOME}/.cargo`;
      await cargo([
        ...["install", "--offline", "--debug", "--quiet"],
        ...["--path", `${directory}/crate`, "--root", root],
      ]);
      const printed = await cargo(["install", "--list", "--root", root]);
      assertMatch(printed, /^fleet-demo v1\.2\.3-rc\.1 \(.*\):\n/);
      const source = cargoSource();
      const context = contextAt(directory, "linux", [HOME]);
      const list = await source.read(context);
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), ["fleet-demo 1.2.3-rc.1"]);
      assertEquals(
        list.programs[0]?.purl,
        "pkg:generic/fleet-demo@1.2.3-rc.1",
      );
      await Deno.remove(`${root}/.crates2.json`);
      const older = await source.read(context);
      assertEquals(faultsIn(older), []);
      assertEquals(namesIn(older), ["fleet-demo 1.2.3-rc.1"]);
    }),
});

const INDEX = "registry+https://github.com/rust-lang/crates.io-index";

/** As cargo 1.95 writes it, with two more keys of other origins. */
const CRATES2 = JSON.stringify({
  installs: {
    [`ripgrep 13.0.0 (${INDEX})`]: {
      version_req: null,
      bins: ["rg"],
      target: "x86_64-unknown-linux-gnu",
      rustc: "rustc 1.95.0",
    },
    "bat 0.24.0 (sparse+https://index.crates.io/)": {},
    "own 0.1.0 (git+https://example.org/own?branch=main#0123abc)": {},
  },
});

Deno.test("cargoSource lists each person's programs, and those for all, once", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      [`${HOME}/.cargo/.crates2.json`]: CRATES2,
      "/usr/local/cargo/.crates2.json": CRATES2,
      "/usr/local/.crates.toml": `[v1]\n"just 1.0.0 (${INDEX})" = ["just"]\n`,
    });
    const context = contextAt(directory, "linux", [HOME, "/srv/nobody"]);
    const list = await cargoSource().read(context);
    assertEquals(faultsIn(list), []);
    assertEquals(
      list.programs.map(({ purl, architecture }) => [purl, architecture]),
      [
        ["pkg:cargo/just@1.0.0", undefined],
        ["pkg:cargo/ripgrep@13.0.0", "x86_64-unknown-linux-gnu"],
        ["pkg:cargo/bat@0.24.0", undefined],
        ["pkg:generic/own@0.1.0", undefined],
      ],
    );
  }));

Deno.test("cargoSource names an account that it cannot read, and takes the older one (S-17)", () =>
  inDirectory(async (directory) => {
    const long = "n".repeat(4_000);
    await writeFiles(directory, {
      [`${HOME}/.cargo/.crates2.json`]: CRATES2.slice(0, 100),
      [`${HOME}/.cargo/.crates.toml`]:
        `[v1]\n"a 1 (${INDEX})" = []\n"b 2" = []\n"${long} 3 (x)" = []\n`,
      "/usr/local/.crates2.json": "[".repeat(1_000_000),
    });
    const list = await cargoSource().read(
      contextAt(directory, "linux", [HOME]),
    );
    assertEquals(namesIn(list), ["a 1"]);
    const sentences = faultsIn(list).join("\n");
    assertMatch(sentences, /anna\/.cargo\/.crates2.json": it is not JSON/);
    assertMatch(sentences, /local\/.crates2.json": it is not JSON/);
    assertMatch(sentences, /"b 2" is not a name, a version and where/);
    assertMatch(sentences, /its name has 4000 characters/);
  }));

Deno.test("cargoSource gives nothing, and no fault, where there is no cargo", () =>
  inDirectory(async (directory) => {
    const list = await cargoSource().read(contextAt(directory));
    assertEquals(list, { programs: [], faults: [] });
  }));

Deno.test("readCrates2 and readCratesToml throw for no bytes at all (S-17)", () => {
  assertEquals(faultOf(readCrates2(utf8("{}"))), 'it has no "installs"');
  assertEquals(faultOf(readCratesToml(utf8("x"))), 'it has no "[v1]"');
  assertEquals(
    valueOf(readCrates2(utf8('{"installs":[1]}'))),
    { installs: [], strange: [] },
  );
  const key = fc.oneof(
    anyText(),
    fc.string().map((text) => `a ${text} (${text}(${text}))`),
  );
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array(),
      fc.dictionary(key, fc.jsonValue()).map((installs) =>
        utf8(JSON.stringify({ installs }))
      ),
      key.map((text) => utf8(`[v1]\n"${text}" = []\n`)),
    ),
    (bytes) => {
      for (const read of [readCrates2, readCratesToml]) {
        const account = read(bytes);
        if (account.ok) account.value.installs.forEach(cratePurl);
      }
    },
  ));
});

async function cargo(args: string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(CARGO ?? "", {
    args,
    env: { CARGO_TERM_COLOR: "never" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
