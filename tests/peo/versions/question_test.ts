/** What a person asks of the fleet, and which programs are meant by it. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { valueOf } from "../unwrap.ts";
import { matches, parseQuestion } from "../../../lib/peo/versions/question.ts";

const UNDERSTOOD = [
  ["openssl", "openssl"],
  ["openssl < 3.0.15", "openssl < 3.0.15"],
  ["openssl<3.0.15", "openssl < 3.0.15"],
  ["  editor >=2   <3 ", "editor >= 2 < 3"],
  ["editor == 2", "editor = 2"],
  [
    "Mozilla Firefox (x64 fr) >= 128 < 130",
    "Mozilla Firefox (x64 fr) >= 128 < 130",
  ],
  ["libstdc++6 != 12.2.0-14", "libstdc++6 != 12.2.0-14"],
  ["libssl*", "libssl*"],
] as const;

for (const [asked, understood] of UNDERSTOOD) {
  Deno.test(`parseQuestion understands "${asked}"`, () => {
    assertEquals(valueOf(parseQuestion(asked)).text, understood);
  });
}

const REFUSED = [
  ["", "names no program"],
  ["< 3", "names no program"],
  ["openssl <", 'no version follows "<"'],
  ["openssl < 3 4", '"3 4" is no version'],
  ["openssl < > 3", 'no version follows "<"'],
  ["a > 1 > 2 > 3 > 4 > 5", "at most 4 comparisons"],
  ["x".repeat(300), "no program has so long a name"],
  [`x < ${"1".repeat(300)}`, "no program has so long a version"],
] as const;

for (const [asked, because] of REFUSED) {
  Deno.test(`parseQuestion refuses "${asked.slice(0, 30)}", and says why`, () => {
    const question = parseQuestion(asked);
    const fault = question.ok ? "" : question.fault;
    assert(fault.includes(because), fault);
  });
}

const DEB = "pkg:deb/debian/x@1?distro=debian-12";

/** Question, name, version, purl, and whether it is meant. */
const MEANT = [
  ["openssl < 3.0.15", "openssl", "3.0.11-1~deb12u2", DEB, true],
  ["openssl < 3.0.15", "openssl", "3.0.15-1~deb12u1", DEB, false],
  ["OpenSSL", "openssl", "3.0.15-1~deb12u1", DEB, true],
  ["openssl", "libssl3", "3.0.15", DEB, false],
  ["lib*", "libssl3", "3.0.15", DEB, true],
  ["lib?sl3", "libssl3", "3.0.15", DEB, true],
  ["lib.sl3", "libssl3", "3.0.15", DEB, false],
  ["vim < 9.1", "vim", "2:9.0.1378-2", DEB, true],
  ["vim < 1:9.1", "vim", "2:9.0.1378-2", DEB, false],
  ["vim < 2:9.1", "vim", "2:9.0.1378-2", DEB, true],
  ["editor >= 2 < 3", "editor", "2.10", "pkg:generic/editor@2.10", true],
  ["editor >= 2 < 3", "editor", "3.0", "pkg:generic/editor@3.0", false],
  ["left < 2.0.0", "left", "2.0.0-rc.1", "pkg:npm/left@2.0.0-rc.1", true],
  ["left < 18", "left", "17.0.2", "pkg:npm/left@17.0.2", true],
  ["left < 18", "left", "19.0.0", "pkg:npm/left@19.0.0", false],
  ["left >= 18", "left", "18.2.0", "pkg:npm/left@18.2.0", true],
  ["left = 18.2", "left", "18.2.0", "pkg:npm/left@18.2.0", true],
  ["tool", "tool", "", "pkg:generic/tool", true],
  ["tool < 9", "tool", "", "pkg:generic/tool", false],
] as const;

for (const [asked, name, version, purl, meant] of MEANT) {
  Deno.test(`matches: "${asked}" ${meant ? "means" : "does not mean"} ${name} ${version || "of no version"}`, () => {
    const question = valueOf(parseQuestion(asked));
    assertEquals(matches(question, { name, version, purl }), meant);
  });
}

Deno.test("matches tries no star of a pattern twice", () => {
  const question = valueOf(parseQuestion(`${"*a".repeat(100)}*b`));
  const program = { name: "a".repeat(255), version: "1", purl: DEB };
  assertEquals(matches(question, program), false);
});

Deno.test("parseQuestion and matches throw at no text whatever", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (asked, name) => {
    const question = parseQuestion(asked);
    if (question.ok) matches(question.value, { name, version: "1", purl: DEB });
  }));
});
