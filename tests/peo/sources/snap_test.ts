/** `snap list`, on recordings: no snapd runs where these tests do. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { FaultList } from "../../../lib/peo/faults.ts";
import { snapSource } from "../../../lib/peo/sources/snap.ts";
import { parseSnapList } from "../../../lib/peo/sources/snap_parser.ts";
import { fixture, inRoot, lines } from "./tool_root.ts";

const ignore = Deno.build.os === "windows";

function parse(bytes: Uint8Array | string) {
  const faults = new FaultList("snap");
  const programs = parseSnapList(
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    faults,
  );
  return { programs, faults: faults.all().map(({ error }) => error) };
}

Deno.test("parseSnapList reads a recorded table", async () => {
  const { programs, faults } = parse(await fixture("snap/list.txt"));
  assertEquals(faults, []);
  assertEquals(programs.length, 8);
  assertEquals(programs[4], {
    name: "firefox",
    version: "116.0.3-2",
    purl: "pkg:snap/firefox@116.0.3-2?rev=3026",
    source: "snap",
    supplier: "mozilla",
  });
  assertEquals(programs[5]?.version, "0+git.efb213a");
});

Deno.test("parseSnapList reads a table with characters of Unicode", async () => {
  const { programs, faults } = parse(await fixture("snap/list-unicode.txt"));
  assertEquals(faults, []);
  assertEquals(
    programs.map(({ name, supplier }) => `${name} ${supplier}`),
    ["core20", "core22", "lxd", "lxd", "snapd"].map((name) =>
      `${name} canonical`
    ),
  );
});

Deno.test(
  "snapSource asks snap where snaps are",
  { ignore },
  () =>
    inRoot(async (root) => {
      const table = await fixture("snap/list.txt");
      await root.put("table", table);
      const script =
        '[ "$*" = "list --color=never --unicode=never" ] || exit 9';
      await root.put(
        "usr/bin/snap",
        `#!/bin/sh\n${script}\nexec cat "${root.root}/table"\n`,
        0o755,
      );
      // Nobody uses it: snapd is often off then.
      assertEquals((await lines(snapSource(), root)).programs, []);
      await root.put("var/lib/snapd/snaps/firefox_3026.snap", "");
      const { programs, faults } = await lines(snapSource(), root);
      assertEquals(faults, []);
      assertEquals(programs.length, 8);
      assertEquals(programs[4], "firefox 116.0.3-2 -");
    }),
);

Deno.test(
  "snapSource says that snapd does not answer",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("var/lib/snapd/snaps/firefox_3026.snap", "");
      assertEquals((await lines(snapSource(), root)).faults, [
        "There are snaps in /var/lib/snapd/snaps, and no snap to ask for them",
      ]);
      const script = "echo 'error: cannot list snaps: no snapd' >&2; exit 1";
      await root.put("usr/bin/snap", `#!/bin/sh\n${script}\n`, 0o755);
      assertEquals((await lines(snapSource(), root)).faults, [
        "Cannot read what /usr/bin/snap says: it ended with code 1: " +
        "error: cannot list snaps: no snapd",
      ]);
    }),
);

const HEAD = "Name  Version  Rev  Tracking  Publisher  Notes\n";
const GOOD = "a     1        2    latest    b          -\n";

Deno.test("parseSnapList takes no table for no snaps", () => {
  assertEquals(parse(""), { programs: [], faults: [] });
  assertEquals(parse(HEAD), { programs: [], faults: [] });
});

Deno.test("parseSnapList knows a hyphen for nothing", () => {
  const { programs } = parse(HEAD + GOOD.replace("1", "-").replace("b", "-"));
  assertEquals(programs, [{
    name: "a",
    version: "",
    purl: "pkg:snap/a?rev=2",
    source: "snap",
  }]);
});

// deno-fmt-ignore
const BROKEN: readonly [string, string, RegExp][] = [
  // what it is; the line; the fault
  ["a name of 4,000 characters", GOOD.replace("a ", `${"n".repeat(4_000)} `), /^Cannot list "n+\.\.\.".*4000 characters/],
  ["a name with an escape", GOOD.replace("a ", "a\x1b[0m "), /^Cannot list "a\\u001b\[0m".*cannot be shown/],
  ["a column too few", "a 1 2 latest b\n", /it has 5 columns in place of 6$/],
  ["a column too many", "a 1 2 latest b - x\n", /it has 7 columns in place of 6$/],
  ["an empty line", "\n", /the line "" of "snap list"/],
];

for (const [what, broken, sentence] of BROKEN) {
  Deno.test(`parseSnapList names what cannot be listed: ${what}`, () => {
    const { programs, faults } = parse(HEAD + GOOD + broken + GOOD);
    assertEquals(programs.length, 2);
    assertEquals(faults.length, 1);
    assertMatch(faults[0] ?? "", sentence);
  });
}

Deno.test("parseSnapList says that the columns are others", () => {
  assertMatch(
    parse("Nom Vers\na 1\n").faults[0] ?? "",
    /^"snap list" has other columns than known: "Nom Vers"/,
  );
});

Deno.test("parseSnapList says that the table is cut off", () => {
  const { programs, faults } = parse(HEAD + GOOD + "b  1");
  assertEquals(programs.length, 1);
  assertEquals(faults, ['What "snap list" says is cut off']);
});

Deno.test("parseSnapList never throws", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.constantFrom(HEAD, GOOD, "\n", " ", "-", "é")).map((parts) =>
        new TextEncoder().encode(HEAD + parts.join(""))
      ),
    ),
    (bytes) => assert(parse(bytes).faults.length <= 16),
  ));
});
