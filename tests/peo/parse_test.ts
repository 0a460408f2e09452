/** Lists from strangers. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { buildDocument } from "../../lib/peo/document.ts";
import { parseDocument, parseList } from "../../lib/peo/parse.ts";
import { LIST_LIMITS } from "../../lib/peo/program.ts";
import { faultOf, valueOf } from "./unwrap.ts";

const COMPONENT = {
  type: "application",
  name: "editor",
  version: "1.0",
  purl: "pkg:generic/editor@1.0",
  properties: [{ name: "flottille:source", value: "flottille" }],
};

Deno.test("parseDocument leaves fields that it does not know alone", () => {
  const list = parseDocument(document([{ ...COMPONENT, group: "tools" }]));
  assertEquals(list, {
    ok: true,
    value: [{
      name: "editor",
      version: "1.0",
      purl: "pkg:generic/editor@1.0",
      source: "flottille",
    }],
  });
});

// deno-fmt-ignore
const REFUSED: readonly [string, Uint8Array, RegExp][] = [
  ["no bytes at all", new Uint8Array(0), /not JSON/],
  ["bytes that are not UTF-8", Uint8Array.of(0xff, 0xfe), /not UTF-8/],
  ["a document that is cut off", document([COMPONENT]).subarray(0, -3), /cut off/],
  ["a million brackets", utf8("[".repeat(1e6)), /not JSON/],
  ["a million brackets, closed", utf8("[".repeat(1e6) + "]".repeat(1e6)), /not CycloneDX 1\.6/],
  ["null", utf8("null"), /not CycloneDX 1\.6/],
  ["CycloneDX 1.5", utf8('{"bomFormat":"CycloneDX","specVersion":"1.5"}'), /not CycloneDX 1\.6/],
  ["a format only inherited", utf8('{"__proto__":{"bomFormat":"CycloneDX","specVersion":"1.6"}}'), /not CycloneDX 1\.6/],
  ["components that are no list", utf8('{"bomFormat":"CycloneDX","specVersion":"1.6","components":{}}'), /no list/],
  ["a component that is no object", document([7]), /program 1 has no name/],
  ["a name that is no text", document([{ ...COMPONENT, name: 7 }]), /program 1 has 7 for a name/],
  ["an empty name", document([{ ...COMPONENT, name: "" }]), /program 1 has "" for a name/],
  ["a long name", document([{ ...COMPONENT, name: "n".repeat(256) }]), /for a name/],
  ["a name with an escape", document([{ ...COMPONENT, name: "a\x1b[2J" }]), /"a\\u001b\[2J" for a name/],
  ["a name with a newline", document([{ ...COMPONENT, name: "a\nb" }]), /for a name/],
  ["a name that turns the text around", document([{ ...COMPONENT, name: "a\u202eb" }]), /for a name/],
  ["a name with half a character", document([{ ...COMPONENT, name: "a\ud800" }]), /for a name/],
  ["no version", document([COMPONENT, { ...COMPONENT, version: undefined }]), /program 2 has no version/],
  ["a purl of another kind", document([{ ...COMPONENT, purl: "http://x" }]), /for a purl/],
  ["no source", document([{ ...COMPONENT, properties: [] }]), /has no source/],
  ["properties without a name", document([{ ...COMPONENT, properties: [{}] }]), /has no source/],
  ["a source twice", document([{ ...COMPONENT, properties: [...COMPONENT.properties, ...COMPONENT.properties] }]), /has no source/],
  ["a program twice", document([COMPONENT, COMPONENT]), /in it twice/],
  ["too many programs", document(Array(LIST_LIMITS.programsMax + 1).fill(0)), /holds 200001 programs/],
  ["too many bytes", new Uint8Array(LIST_LIMITS.documentBytesMax + 1), /holds 67108865 bytes/],
  ["a fault that a terminal obeys", document([], { properties: [{ name: "flottille:fault:dpkg", value: "\x1b[2J" }] }), /faults/],
  ["a thousand faults", document([], { properties: Array(1_000).fill({ name: "flottille:fault:dpkg", value: "x" }) }), /faults/],
];

for (const [what, bytes, fault] of REFUSED) {
  Deno.test(`parseDocument refuses ${what} and says so, S-17`, () => {
    const sentence = faultOf(parseDocument(bytes));
    assert(fault.test(sentence), sentence);
    assert(sentence.startsWith("Cannot read the list: "));
  });
}

Deno.test("parseList reads 100,000 programs, S-17", () => {
  const count = 100_000;
  const programs = Array.from({ length: count }, (_, index) => ({
    name: `program-${index}`,
    version: "1.0",
    purl: `pkg:deb/debian/program-${index}@1.0?arch=amd64&distro=debian-12`,
    source: "dpkg",
    architecture: "amd64",
  }));
  const machine = {
    system: "linux",
    architecture: "x86_64",
    distribution: { id: "debian", version: "12" },
  };
  const bytes = buildDocument({ machine, programs, faults: [] });
  const list = valueOf(parseList(bytes));
  assertEquals(list.programs.length, count);
  assertEquals(list.programs[99_999]?.name, "program-99999");
});

// deno-fmt-ignore
const HEADS: readonly [string, unknown, unknown][] = [
  ["a distribution and its version", { component: { type: "operating-system", name: "debian", version: "12" } }, { id: "debian", version: "12" }],
  ["a distribution without a version", { component: { type: "operating-system", name: "arch" } }, { id: "arch", version: "" }],
  ["what is written when nobody knows", { component: { type: "operating-system", name: "linux" } }, null],
  ["another kind of component", { component: { type: "device", name: "debian" } }, null],
  ["a name that a terminal obeys", { component: { type: "operating-system", name: "\x1b[2J" } }, null],
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

function document(components: unknown[], metadata?: unknown): Uint8Array {
  const bom = { bomFormat: "CycloneDX", specVersion: "1.6" };
  return utf8(JSON.stringify({ ...bom, metadata, components }));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("parseDocument refuses millions of objects before it parses them, S-17", () => {
  const bytes = new Uint8Array(8 * 1_024 * 1_024).fill(0x7b);
  const read = parseDocument(bytes);
  assertEquals(read.ok, false);
  if (!read.ok) assertMatch(read.fault, /too many objects and lists/);
});
