/** dpkg's database, as it should be and as accidents leave it. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type DpkgStatus,
  DpkgStatusParser,
  parseDpkgStatus,
} from "../../lib/peo/sources/dpkg_parser.ts";
import { isListable, LIST_LIMITS } from "../../lib/peo/program.ts";

const GOOD = `Package: bash
Essential: yes
Status: install ok installed
Priority: required
Installed-Size: 7164
Maintainer: Matthias Klose <doko@debian.org>
Architecture: amd64
Version: 5.2.15-2+b7
Depends: base-files (>= 2.1.12), debianutils (>= 5.6-0.1)
Conffiles:
 /etc/bash.bashrc 89269e1298235f1b12b4c16e4065ad0d
Description: GNU Bourne Again SHell
 Package: this is a description's line and no field
 .
 Status: neither is this

Package: tzdata
Status: hold ok installed
Architecture: all
Version: 2024a-0+deb12u1

Package: libc6
Status: install ok installed
Architecture: i386
Source: glibc (2.36-8)
Version: 2.36-9
Multi-Arch: same

Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9
Multi-Arch: same

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

`;

Deno.test("parseDpkgStatus lists what is installed and nothing else", () => {
  assertEquals(parse(GOOD), {
    packages: [
      {
        name: "bash",
        version: "5.2.15-2+b7",
        architecture: "amd64",
        maintainer: "Matthias Klose",
        sizeBytes: 7_164 * 1_024,
      },
      { name: "tzdata", version: "2024a-0+deb12u1", architecture: "all" },
      {
        name: "libc6",
        version: "2.36-9",
        architecture: "i386",
        isMultiArch: true,
        sourcePackage: "glibc",
        sourceVersion: "2.36-8",
      },
      {
        name: "libc6",
        version: "2.36-9",
        architecture: "amd64",
        isMultiArch: true,
      },
    ],
    faults: [],
  });
});

Deno.test("parseDpkgStatus reads either line ending and either case", () => {
  const other = GOOD.replaceAll("\n", "\r\n").replaceAll(
    "Package: t",
    "PACKAGE:t",
  );
  assertEquals(parse(other), parse(GOOD));
});

// deno-fmt-ignore
const FACTS: readonly [string, string, Record<string, unknown>][] = [
  // what it is; the field; what is known by it
  ["a maintainer with an address", "Maintainer: Anna <a@b.example>", { maintainer: "Anna" }],
  ["a maintainer in quotes", 'Maintainer: "Anna, Inc." <a@b.example>', { maintainer: "Anna, Inc." }],
  ["a maintainer of another script", "Maintainer: Vojt\u011bch \u00e0 <a@b.example>", { maintainer: "Vojt\u011bch \u00e0" }],
  ["a maintainer who ends in a letter of two bytes", "Maintainer: Vojt\u00e0", { maintainer: "Vojt\u00e0" }],
  ["a maintainer without a name", "Maintainer: a@b.example", {}],
  ["an empty maintainer", "Maintainer:", {}],
  ["a source of the same name", "Source: a", {}],
  ["another source", "Source: b", { sourcePackage: "b" }],
  ["a source of another version", "Source: a (2)", { sourceVersion: "2" }],
  ["a source of another name and version", "Source: b (2)", { sourcePackage: "b", sourceVersion: "2" }],
  ["a source that is none", "Source: b (2", {}],
  ["a size", "Installed-Size: 12", { sizeBytes: 12_288 }],
  ["no size", "Installed-Size: 0", { sizeBytes: 0 }],
  ["a size that is no number", "Installed-Size: much", {}],
  ["a size below nothing", "Installed-Size: -1", {}],
  ["a size beyond all numbers", `Installed-Size: ${"9".repeat(30)}`, {}],
  ["a size given twice", "Installed-Size: 12\nInstalled-Size: 13", { sizeBytes: 12_288 }],
  ["a maintainer of a megabyte", `Maintainer: ${"a".repeat(1e6)}`, {}],
];

for (const [what, field, facts] of FACTS) {
  Deno.test(`parseDpkgStatus reads ${what}, and never loses the package`, () => {
    const status = "Package: a\nStatus: install ok installed\nVersion: 1";
    assertEquals(parse(entry(`${status}\n${field}`)), {
      packages: [{ name: "a", version: "1", ...facts }],
      faults: [],
    });
  });
}

Deno.test("parseDpkgStatus leaves a maintainer out who is not UTF-8", () => {
  const bytes = new TextEncoder().encode(
    entry(
      "Package: a\nStatus: install ok installed\nVersion: 1\nMaintainer: X",
    ),
  );
  bytes[bytes.indexOf(0x58)] = 0xe9;
  assertEquals(parseDpkgStatus(bytes), {
    packages: [{ name: "a", version: "1" }],
    faults: [],
  });
});

// deno-fmt-ignore
const BROKEN: readonly [string, string, number, RegExp][] = [
  // what it is; the file; packages that are still listed; the fault
  ["an empty file", "", 0, /is empty; .*status-old/],
  ["zeros after a power cut", "\0".repeat(5_000), 0, /cut off in line 1/],
  ["zeros and a newline", "\0".repeat(5_000) + "\n", 0, /line 1 has no field/],
  ["text of another kind", "<html>\n<body>\n", 0, /line 1 has no field in line 1/],
  ["a file cut in a line", GOOD.slice(0, -20), 4, /cut off in line 37/],
  ["a file cut after a line", entry("Package: a\nVersion: 1"), 0, /"a" in line 1 has no status/],
  ["an entry without a name", entry("Status: install ok installed\nVersion: 1"), 0, /entry in line 1 has no name/],
  ["an entry without a version", entry("Package: a\nStatus: install ok installed"), 0, /"a" in line 1 has no version/],
  ["a status of one word", entry("Package: a\nStatus: installed\nVersion: 1"), 0, /no status of three words/],
  ["an unknown status", entry("Package: a\nStatus: install ok sleeping\nVersion: 1"), 0, /unknown status "sleeping"/],
  ["a half-configured package", entry("Package: a\nStatus: install ok half-configured\nVersion: 1"), 0, /"a" in line 1 is half-configured; "dpkg --audit"/],
  ["a version twice", entry("Package: a\nStatus: install ok installed\nVersion: 1\nVersion: 2"), 0, /gives version a second time in line 4/],
  ["an entry twice", entry("Package: a\nStatus: install ok installed\nVersion: 1").repeat(2), 1, /"a" in line 5 stands there twice/],
  ["a name with a path", entry("Package: ../evil\nStatus: install ok installed\nVersion: 1"), 0, /has a name no package may have/],
  ["a name with an escape", entry("Package: a\x1b[2J\nStatus: install ok installed\nVersion: 1"), 0, /"a\\u001b\[2J" in line 1 has a name/],
  ["a name of 4,000 characters", entry(`Package: ${"a".repeat(4_000)}\nStatus: install ok installed\nVersion: 1`), 0, /a name no package may have/],
  ["a long name", entry(`Package: ${"a".repeat(256)}\nStatus: install ok installed\nVersion: 1`), 0, /a name no package may have/],
  ["a version with a space", entry("Package: a\nStatus: install ok installed\nVersion: 1 2"), 0, /"1 2" for a version/],
  ["an architecture with a slash", entry("Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: a/b"), 0, /"a\/b" for an architecture/],
  ["a line of a megabyte", entry(`Package: a\nStatus: install ok installed\nVersion: ${"1".repeat(1e6)}`), 0, /unreadable version in line 3/],
];

for (const [what, file, count, fault] of BROKEN) {
  Deno.test(`parseDpkgStatus names the fault of ${what}, D-10`, () => {
    const { packages, faults } = parse(file);
    assertEquals(packages.length, count);
    assertEquals(faults.length, 1);
    assertEquals(faults[0]?.source, "dpkg");
    const sentence = faults[0]?.error ?? "";
    assert(fault.test(sentence), sentence);
  });
}

Deno.test("parseDpkgStatus refuses a name that is not UTF-8, D-10", () => {
  const bytes = Uint8Array.of(
    ...new TextEncoder().encode("Package: a"),
    0xff,
    ...new TextEncoder().encode("\nStatus: install ok installed\n\n"),
  );
  const { packages, faults } = parseDpkgStatus(bytes);
  assertEquals(packages, []);
  assertEquals(
    faults[0]?.error,
    "The entry in line 1 has a name no package may have",
  );
});

Deno.test("parseDpkgStatus counts the faults that it does not keep", () => {
  const { faults } = parse(entry("Package: a").repeat(1_000));
  assertEquals(faults.length, LIST_LIMITS.faultsMax);
  assertEquals(faults.at(-1)?.error, "985 more faults of this kind");
});

Deno.test("parseDpkgStatus stops at the most programs, S-17", () => {
  const count = LIST_LIMITS.programsMax + 2;
  const file = Array.from(
    { length: count },
    (_, index) =>
      entry(`Package: p${index}\nStatus: install ok installed\nVersion: 1`),
  ).join("");
  const { packages, faults } = parse(file);
  assertEquals(packages.length, LIST_LIMITS.programsMax);
  assertEquals(faults.length, 2);
});

Deno.test("DpkgStatusParser gives the same for pieces of any size", () => {
  const files = [GOOD, ...BROKEN.map(([, file]) => file.slice(0, 20_000))];
  for (const file of [...files, GOOD.replaceAll("\n", "\r\n")]) {
    const bytes = new TextEncoder().encode(file);
    for (const size of [1, 2, 3, 7, 64, 4_096]) {
      const parser = new DpkgStatusParser();
      for (let at = 0; at < bytes.length; at += size) {
        parser.push(bytes.subarray(at, at + size));
      }
      assertEquals(parser.finish(), parse(file), `pieces of ${size}`);
    }
  }
});

Deno.test("DpkgStatusParser gives the same for a file of many megabytes", () => {
  const file = Array.from({ length: 6_000 }, (_, index) =>
    entry(
      `Package: p${index}\nStatus: install ok installed\nVersion: 1\n` +
        `Description: ${"x".repeat(500)}`,
    )).join("");
  const bytes = new TextEncoder().encode(file);
  const parser = new DpkgStatusParser();
  for (let at = 0; at < bytes.length; at += 65_536) {
    parser.push(bytes.subarray(at, at + 65_536));
  }
  assertEquals(parser.finish(), parse(file));
});

Deno.test("DpkgStatusParser never throws, whatever the bytes, D-10", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }),
    (pieces) => {
      const parser = new DpkgStatusParser();
      for (const piece of pieces) parser.push(piece);
      assertSound(parser.finish());
    },
  ));
});

Deno.test("parseDpkgStatus reads or faults every mutation of a good file", () => {
  const good = new TextEncoder().encode(GOOD);
  fc.assert(
    fc.property(
      fc.nat(good.length - 1),
      fc.nat(255),
      fc.nat(good.length),
      (at, byte, length) => {
        const bytes = good.slice(0, length);
        if (at < length) bytes[at] = byte;
        assertSound(parseDpkgStatus(bytes));
      },
    ),
    { numRuns: 2_000 },
  );
});

/** Nothing in it that a list may not hold. */
function assertSound({ packages, faults }: DpkgStatus): void {
  assert(faults.length <= LIST_LIMITS.faultsMax);
  for (const { error } of faults) {
    assert(isListable(error, LIST_LIMITS.faultLengthMax), error);
  }
  for (const { name, version, architecture } of packages) {
    assert(isListable(name) && isListable(version));
    assert(architecture === undefined || isListable(architecture));
  }
}

function parse(text: string): DpkgStatus {
  return parseDpkgStatus(new TextEncoder().encode(text));
}

function entry(fields: string): string {
  return `${fields}\n\n`;
}
