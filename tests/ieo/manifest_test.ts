/**
 * The manifest: its one spelling, what is wrong with every other, and what
 * follows from it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  contentBytesOf,
  deadlinesMsOf,
  decodeManifest,
  emptyManifest,
  encodeManifest,
  isMachinePath,
  type Manifest,
  MANIFEST_BYTES_MAX,
  NATIVE_SECONDS_MAX,
  runsCode,
} from "../../lib/ieo/manifest.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { anyManifest } from "./manifest_arbitrary.ts";
import { BAD_MANIFESTS } from "./manifest_bad.ts";
import {
  AGENT_UPDATE,
  bytesOf,
  FULL,
  HASH,
  jsonOf,
} from "./manifest_samples.ts";
import { faultOf, valueOf } from "./samples.ts";

const EMPTY = emptyManifest({ name: "tool", version: "1.0", serial: 1 });

Deno.test("encodeManifest writes one entry a line, and no field that is assumed", () => {
  const manifest: Manifest = {
    ...EMPTY,
    requires: [{ name: "python", versions: "*" }],
    files: FULL.files.slice(0, 2),
  };
  assertEquals(
    fromUtf8(encodeManifest(manifest)),
    `{
"format": 1,
"name": "tool",
"version": "1.0",
"serial": 1,
"requires": [
{"name":"python"}
],
"files": [
{"path":"a","size":0,"sha256":"${HASH}","mode":"0644"},
{"path":"bin/tool","size":12,"sha256":"${HASH}","mode":"0755"}
]
}
`,
  );
});

Deno.test("encodeManifest writes the files of a package that has none", () => {
  assertMatch(fromUtf8(encodeManifest(EMPTY)) ?? "", /"files": \[\]\n}\n$/);
  assertEquals(valueOf(decodeManifest(encodeManifest(EMPTY))), EMPTY);
});

Deno.test("decodeManifest reads back what encodeManifest wrote", () => {
  for (const manifest of [FULL, AGENT_UPDATE]) {
    assertEquals(valueOf(decodeManifest(encodeManifest(manifest))), manifest);
  }
  assertEquals(contentBytesOf(FULL), 24);
});

Deno.test("decodeManifest and encodeManifest agree on any manifest", () => {
  fc.assert(fc.property(anyManifest, (manifest) => {
    const bytes = encodeManifest(manifest);
    const read = valueOf(decodeManifest(bytes));
    assertEquals(read, manifest);
    assertEquals(encodeManifest(read), bytes);
  }));
});

Deno.test("decodeManifest ignores fields that it does not know, at any depth", () => {
  const json = JSON.stringify(jsonOf(FULL))
    .replaceAll(/\{(?=")/g, '{"colour":{"of":"paint"},');
  assertEquals(valueOf(decodeManifest(utf8(json))), FULL);
});

Deno.test("decodeManifest reads a manifest of the days before hooks", () => {
  const old = {
    format: 1,
    name: "tool",
    version: "1.0",
    serial: 1,
    files: [],
  };
  assertEquals(valueOf(decodeManifest(bytesOf(old))), EMPTY);
});

const NOT_EVEN_JSON: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  "nothing": [new Uint8Array(), /is not JSON/],
  "what is not UTF-8": [new Uint8Array([0xff]), /is not UTF-8/],
  "what is too long": [
    new Uint8Array(MANIFEST_BYTES_MAX + 1),
    /longer than 16777216 bytes/,
  ],
  "a list": [utf8("[]"), /must be an object/],
  "null": [utf8("null"), /must be an object/],
};
for (const [what, [bytes, says]] of Object.entries(NOT_EVEN_JSON)) {
  Deno.test(`decodeManifest refuses ${what}`, () => {
    assertMatch(faultOf(decodeManifest(bytes)), says);
  });
}

for (const { what, json, says } of BAD_MANIFESTS) {
  Deno.test(`decodeManifest refuses ${what}`, () => {
    assertMatch(faultOf(decodeManifest(bytesOf(json))), says);
  });
}

Deno.test("decodeManifest gives a manifest or a sentence, whatever the JSON", () => {
  fc.assert(fc.property(fc.json(), (json) => {
    const read = decodeManifest(utf8(json));
    assert(!read.ok && read.fault.length < 1_000);
  }));
});

const HOOK = { run: ["/bin/true"], deadlineSeconds: 30 } as const;

Deno.test("runsCode is about hooks, native packages and the agent itself", () => {
  const self = { path: "agent", deadlineSeconds: 1 };
  assertEquals(runsCode(EMPTY), false);
  assertEquals(runsCode({ ...FULL, hooks: {}, native: [] }), false);
  assertEquals(runsCode({ ...EMPTY, hooks: { postremove: HOOK } }), true);
  assertEquals(runsCode({ ...EMPTY, native: FULL.native }), true);
  assertEquals(runsCode({ ...EMPTY, self }), true);
});

Deno.test("deadlinesMsOf sums what may take its time", () => {
  assertEquals(deadlinesMsOf(EMPTY), 0);
  assertEquals(
    deadlinesMsOf({ ...EMPTY, hooks: { preinstall: HOOK, check: HOOK } }),
    60_000,
  );
  assertEquals(deadlinesMsOf(AGENT_UPDATE), 120_000);
  const hooksMs = (60 + 10 + 3_600) * 1_000;
  assertEquals(
    deadlinesMsOf(FULL),
    hooksMs + 2 * 2 * NATIVE_SECONDS_MAX * 1_000,
  );
});

Deno.test("isMachinePath tells the machine's programs from the package's", () => {
  for (const path of ["/bin/sh", "C:\\a.exe", "d:/a.exe"]) {
    assert(isMachinePath(path), path);
  }
  for (const path of ["bin/sh", "sh", "C:a.exe", "\\a.exe", ""]) {
    assert(!isMachinePath(path), path);
  }
});
