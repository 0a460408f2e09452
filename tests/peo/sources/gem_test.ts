/** Gems: what `gem list` lists of recorded ones, and what accidents leave. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  gemSource,
  readGemSpecifications,
} from "../../../lib/peo/sources/gem.ts";
import {
  gemPurl,
  readGemSpecification,
} from "../../../lib/peo/sources/gem_specification.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import {
  anyText,
  contextAt,
  faultsIn,
  inDirectory,
  lookingAt,
  namesIn,
  sortedOnce,
  writeFiles,
} from "./library_context.ts";

const RECORDED = new URL("../fixtures/gem/", import.meta.url).pathname;

/** The system's own Ruby, whose gems are the machine's. */
const GEM = "/usr/bin/gem";

const hasGem = await Deno.stat(GEM).then(() => true, () => false);

Deno.test({
  name: "gemSource lists what gem lists on this very machine: none missed, " +
    "none invented",
  ignore: !hasGem,
  fn: () =>
    inDirectory(async (directory) => {
      const list = await gemSource().read(contextAt(""));
      const { stdout } = await new Deno.Command(GEM, {
        args: ["list", "--local"],
        clearEnv: true,
        env: { PATH: "/usr/bin:/bin", HOME: directory },
      }).output();
      const theirs = listedByGem(new TextDecoder().decode(stdout));
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), theirs);
      assert(theirs.length > 0);
    }),
});

Deno.test("gemSource lists what gem listed of the recorded specifications", async () => {
  const list = await gemSource().read(contextAt(`${RECORDED}root`));
  const printed = await Deno.readTextFile(`${RECORDED}gem_list.txt`);
  assertEquals(faultsIn(list), []);
  assertEquals(namesIn(list), listedByGem(printed));
  assertEquals(list.programs.find(({ name }) => name === "rbs"), {
    source: "gem",
    name: "rbs",
    version: "2.7.0",
    purl: "pkg:gem/rbs@2.7.0",
    licence: "BSD-2-Clause, Ruby",
    supplier: "Soutaro Matsumoto",
  });
});

Deno.test("gemSource finds the places of each system", async () => {
  const cases: readonly [string, readonly string[]][] = [
    ["linux", [
      "/usr/lib/ruby/gems/3.1.0/specifications",
      "/usr/lib/ruby/gems/3.1.0/specifications/default",
      "/usr/local/bundle/specifications",
      "/var/lib/gems/3.1.0/specifications",
      "/usr/share/rubygems-integration/all/specifications",
      "/usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0/specifications",
      "/usr/share/gems/specifications",
    ]],
    ["darwin", [
      "/Library/Ruby/Gems/2.6.0/specifications",
      "/opt/homebrew/lib/ruby/gems/3.3.0/specifications",
      "/System/Library/Frameworks/Ruby.framework/Versions/2.6/usr/lib/ruby/gems/2.6.0/specifications",
    ]],
    ["windows", ["C:/Ruby33-x64/lib/ruby/gems/3.3.0/specifications"]],
  ];
  for (const [system, places] of cases) {
    await inDirectory(async (directory) => {
      const root = system === "windows" ? `${directory}/` : directory;
      for (const [index, place] of places.entries()) {
        await writeFiles(root, { [`${place}/g${index}-1.gemspec`]: "" });
      }
      const list = await gemSource().read(contextAt(root, system));
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), places.map((_, index) => `g${index} 1`));
    });
  }
});

Deno.test("gemSource gives nothing, and no fault, where there is no Ruby", () =>
  inDirectory(async (directory) => {
    const list = await gemSource().read(contextAt(directory));
    assertEquals(list, { programs: [], faults: [] });
  }));

Deno.test("readGemSpecifications names each one that it cannot read, and goes on (S-17)", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "good-1.0.gemspec": "",
      "nothing.gemspec": "# stub: \n",
      "long-1.gemspec": `# stub: ${"n".repeat(4_000)} 1 ruby lib\n`,
      "bell-1.gemspec": "# stub: a\x07b 1 ruby lib\n",
      "latin-2.gemspec": Uint8Array.from(
        "# stub: lat\xefn 1 ruby lib\n",
        (char) => char.charCodeAt(0),
      ),
      "other.txt": "",
    });
    const list = await readGemSpecifications(lookingAt(""), [directory]);
    // What cannot be read of a stub is told by the file's name.
    assertEquals(namesIn(list), ["good 1.0", "latin 2"]);
    const sentences = faultsIn(list).join("\n");
    assertMatch(sentences, /nothing.gemspec": it names no version/);
    assertMatch(sentences, /its name has 4000 characters/);
    assertMatch(sentences, /its name holds characters that cannot be shown/);
    assertEquals(faultsIn(list).length, 3);
  }));

Deno.test("readGemSpecification and gemPurl tell a platform from a name", () => {
  const cases: readonly [string, string, string][] = [
    // the stub; the file; the package URL
    [
      "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.4 x86_64-linux lib\n",
      "x",
      "pkg:gem/nokogiri@1.15.4?platform=x86_64-linux",
    ],
    [
      "",
      "nokogiri-1.15.4-x86_64-linux.gemspec",
      "pkg:gem/nokogiri@1.15.4?platform=x86_64-linux",
    ],
    [
      "",
      "net-http-2-persistent-4.0.gemspec",
      "pkg:gem/net-http-2-persistent@4.0",
    ],
    ["", "a-1.0.0.pre.1-java.gemspec", "pkg:gem/a@1.0.0.pre.1?platform=java"],
    ["# stub: a\n", "b-1.gemspec", "pkg:gem/b@1"],
  ];
  for (const [stub, file, purl] of cases) {
    const gem = readGemSpecification(utf8(stub), file);
    assertEquals(gem === null ? null : gemPurl(gem), purl, file);
  }
  assertEquals(readGemSpecification(utf8(""), "a.gemspec"), null);
});

Deno.test("readGemSpecification throws for no bytes at all (S-17)", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array(),
      anyText().map((text) =>
        utf8(`# stub: ${text} 1 ruby\n  s.authors = ["${text}", "\\u{fffff}"]`)
      ),
    ),
    anyText(),
    (bytes, file) => {
      const gem = readGemSpecification(bytes, file);
      if (gem !== null) gemPurl(gem);
    },
  ));
});

/** `json (2.6.1, default: 2.5.1)`: `json 2.6.1`, `json 2.5.1`. */
function listedByGem(printed: string): string[] {
  return sortedOnce(
    printed.split("\n").flatMap((line) => {
      const [, name, versions = ""] = /^(\S+) \((.*)\)$/.exec(line) ?? [];
      return name === undefined ? [] : versions.split(", ").map((version) => {
        const [bare] = version.replace("default: ", "").split(" ");
        return `${name} ${bare}`;
      });
    }),
  );
}
