/** Lists from strangers. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseList } from "../../lib/peo/parse.ts";
import { EDITOR, listText, readInPieces, utf8, VIEWER } from "./list_kit.ts";
import { faultOf, valueOf } from "./unwrap.ts";

Deno.test("parseList leaves fields that it does not know alone", () => {
  const list = valueOf(parseList(document([{ ...EDITOR, group: "tools" }])));
  assertEquals(list.programs, [{
    name: "editor",
    version: "1.0",
    purl: "pkg:generic/editor@1.0",
    source: "flottille",
  }]);
});

Deno.test("parseList reads a program without a version", () => {
  const list = parseList(document([{ ...EDITOR, version: undefined }]));
  assertEquals(valueOf(list).programs[0]?.version, "");
});

const GOOD = listText([EDITOR, VIEWER]);
const WANTED = /a list is CycloneDX 1\.6 in JSON$/;
const FORM = /not in the form of a list: .* one program on each line$/;

// deno-fmt-ignore
const REFUSED: readonly [string, Uint8Array | string, RegExp][] = [
  ["no bytes at all", "", /it is empty$/],
  ["bytes that are not UTF-8", Uint8Array.of(0xff, 0xfe), /it is not JSON; /],
  ["CycloneDX in XML", '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>\n', /it is XML; /],
  ["an SPDX document", '{\n  "spdxVersion": "SPDX-2.3",\n  "SPDXID": "SPDXRef-DOCUMENT"\n}\n', /it is an SPDX document; /],
  ["CycloneDX 1.4", '{"bomFormat":"CycloneDX","specVersion":"1.4","components":[]}\n', /it is CycloneDX "1\.4"; /],
  ["CycloneDX 1.4 of many lines", '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.4"\n}\n', /it is CycloneDX "1\.4"; /],
  ["CycloneDX of many lines", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [EDITOR] }, null, 2), FORM],
  ["CycloneDX on one line", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [EDITOR] }) + "\n", FORM],
  ["CycloneDX without components", '{"bomFormat":"CycloneDX","specVersion":"1.6"}\n', FORM],
  ["CycloneDX whose components are elsewhere", '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"components":[\n', FORM],
  ["components that are no list", '{"bomFormat":"CycloneDX","specVersion":"1.6","components":{}}\n', FORM],
  ["JSON of another kind", "null\n", /it is not JSON; /],
  ["an object of another kind", '{"name":"x"}\n', /JSON of another kind, or it is cut off; /],
  ["a format only inherited", '{"__proto__":{"bomFormat":"CycloneDX","specVersion":"1.6"},"components":[]}\n', FORM],
  ["a million brackets", "[".repeat(1e6), /it is not JSON; /],
  ["a million braces", "{".repeat(1e6), /JSON of another kind/],
  ["a head that never ends", '{"bomFormat":"CycloneDX","specVersion":"1.6","x":"'.padEnd(200_000, "x"), FORM],
  ["a list that is cut off after a program", GOOD.slice(0, GOOD.indexOf("\n{") + 200), /it is cut off$/],
  ["a list without its end", GOOD.slice(0, -3), /it is cut off$/],
  ["a list without its last newline", GOOD.slice(0, -1), /it is cut off$/],
  ["bytes after the end", `${GOOD}\n`, /bytes follow its end$/],
  ["bytes of an unfinished line after the end", `${GOOD}x`, /bytes follow its end$/],
  ["a second document after the end", GOOD + GOOD, /bytes follow its end$/],
  ["an end after a comma", GOOD.replace("}\n]}", "},\n]}"), /line 4 is not one program$/],
  ["a comma too few", GOOD.replace("},\n", "}\n"), /line 3 should be "]}", for the line before it ends in no comma$/],
  ["two programs on one line", GOOD.replace("},\n{", "},{"), /line 2 is not one program$/],
  ["line ends of another system", GOOD.replaceAll("\n", "\r\n"), FORM],
  ["a line of half a text", GOOD.replace('"editor"', '"editor'), /line 2 is not one program$/],
  ["a line that is not UTF-8", bytesWith(GOOD, 0xff), /line 2 is not UTF-8$/],
  ["a line of a megabyte", listText([{ ...EDITOR, x: "x".repeat(1e6) }]), /line 2 has more than 16384 bytes$/],
  ["a line of many lists", listText([{ ...EDITOR, x: nested(10_000) }]), /line 2 has more than 16384 bytes$/],
  ["a component that is no object", listText([7]), /program 1 has no name$/],
  ["a name that is no text", listText([{ ...EDITOR, name: 7 }]), /program 1 has 7 for a name$/],
  ["an empty name", listText([{ ...EDITOR, name: "" }]), /program 1 has "" for a name$/],
  ["a long name", listText([{ ...EDITOR, name: "n".repeat(256) }]), /for a name$/],
  ["a name with an escape", listText([{ ...EDITOR, name: "a\x1b[2J" }]), /"a\\u001b\[2J" for a name$/],
  ["a name with a newline", listText([{ ...EDITOR, name: "a\nb" }]), /for a name$/],
  ["a name that turns the text around", listText([{ ...EDITOR, name: "a\u202eb" }]), /for a name$/],
  ["a name with half a character", listText([{ ...EDITOR, name: "a\ud800" }]), /for a name$/],
  ["an empty version", listText([EDITOR, { ...VIEWER, version: "" }]), /program 2 has "" for a version$/],
  ["a purl of another kind", listText([{ ...EDITOR, purl: "http://x" }]), /for a purl$/],
  ["no purl", listText([{ ...EDITOR, purl: undefined }]), /program 1 has no purl$/],
  ["no source", listText([{ ...EDITOR, properties: [] }]), /has no source$/],
  ["properties without a name", listText([{ ...EDITOR, properties: [{}] }]), /has no source$/],
  ["a source twice", listText([{ ...EDITOR, properties: [...EDITOR.properties, ...EDITOR.properties] }]), /has no source$/],
  ["a supplier that a terminal obeys", listText([{ ...EDITOR, supplier: { name: "\x1b[2J" } }]), /has an unreadable supplier$/],
  ["a licence that is no text", listText([{ ...EDITOR, licenses: [{ expression: 7 }] }]), /has an unreadable licence$/],
  ["a date of another form", listText([of("flottille:installed", "yesterday")]), /has "yesterday" for a date$/],
  ["a day that is in no year", listText([of("flottille:installed", "2026-02-30T00:00:00Z")]), /for a date$/],
  ["a size with a sign", listText([of("flottille:bytes", "-1")]), /has "-1" for a size$/],
  ["a size beyond all numbers", listText([of("flottille:bytes", "9".repeat(16))]), /for a size$/],
  ["a program twice", listText([EDITOR, EDITOR]), /"pkg:generic\/editor@1\.0" is in it twice$/],
  ["a program twice with another purl", listText([EDITOR, { ...EDITOR, purl: "pkg:generic/other" }]), /"pkg:generic\/other" is in it twice$/],
  ["programs in another order", listText([VIEWER, EDITOR]), /program 2, "pkg:generic\/editor@1\.0", belongs before the one before it$/],
  ["a fault that a terminal obeys", listText([], { properties: [{ name: "flottille:fault:dpkg", value: "\x1b[2J" }] }), /its faults are not as a machine writes them$/],
  ["a hundred faults", listText([], { properties: Array(100).fill({ name: "flottille:fault:dpkg", value: "x" }) }), /faults/],
];

for (const [what, given, fault] of REFUSED) {
  Deno.test(`parseList refuses ${what} and says so, S-17`, () => {
    const bytes = typeof given === "string" ? utf8(given) : given;
    const sentence = faultOf(parseList(bytes));
    assert(fault.test(sentence), sentence);
    assert(sentence.startsWith("Cannot read the list: "));
    assert(!sentence.includes("; ") || WANTED.test(sentence), sentence);
    // The same sentence however the bytes come.
    assertEquals(faultOf(readInPieces(bytes, 1_021)), sentence);
    if (bytes.length < 5_000) {
      assertEquals(faultOf(readInPieces(bytes, 1)), sentence);
    }
  });
}

// deno-fmt-ignore
const HEADS: readonly [string, unknown, unknown][] = [
  ["a distribution and its version", machine({ type: "operating-system", name: "debian", version: "12" }), { id: "debian", version: "12" }],
  ["a distribution without a version", machine({ type: "operating-system", name: "arch" }), { id: "arch", version: "" }],
  ["what is written when nobody knows", machine({ type: "operating-system", name: "linux" }), null],
  ["another kind of component", machine({ type: "device", name: "debian" }), null],
  ["a name that a terminal obeys", machine({ type: "operating-system", name: "\x1b[2J" }), null],
  ["no head", undefined, null],
];
for (const [name, metadata, expected] of HEADS) {
  Deno.test(`parseList reads the distribution of ${name}`, () => {
    const bytes = document([], metadata);
    assertEquals(valueOf(parseList(bytes)).distribution, expected);
  });
}

Deno.test("parseList never throws, whatever the bytes, D-10", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    parseList(bytes);
  }));
  fc.assert(fc.property(fc.json(), (json) => {
    parseList(utf8(json));
    parseList(document([JSON.parse(json)]));
    parseList(document([], JSON.parse(json)));
  }));
});

Deno.test("parseList reads or refuses every mutation of a good list", () => {
  const good = utf8(GOOD);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const bytes = good.slice();
      bytes[at] = byte;
      parseList(bytes);
    }),
    { numRuns: 2_000 },
  );
});

function machine(system: unknown): unknown {
  return {
    component: { type: "device", name: "computer", components: [system] },
  };
}

function of(name: string, value: string) {
  return { ...EDITOR, properties: [...EDITOR.properties, { name, value }] };
}

function document(components: unknown[], metadata?: unknown): Uint8Array {
  return utf8(listText(components, metadata));
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** The text with this byte in its first program's name. */
function bytesWith(good: string, byte: number): Uint8Array {
  const bytes = utf8(good);
  bytes[good.indexOf("editor")] = byte;
  return bytes;
}
