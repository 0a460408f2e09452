/**
 * The manifest: its one spelling, and what is wrong with every other.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import {
  contentBytesOf,
  decodeManifest,
  encodeManifest,
  LATER_FIELDS,
  type Manifest,
  MANIFEST_BYTES_MAX,
} from "../../lib/ieo/manifest.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { faultOf, valueOf } from "./samples.ts";

const HASH = "0123456789abcdef".repeat(4);

const MANIFEST: Manifest = {
  name: "tool",
  version: "2.1~rc1",
  serial: 7,
  title: "The Tool",
  description: "First line\nSecond line",
  protected: true,
  directories: ["var/empty"],
  files: [
    { path: "a", size: 0, sha256: HASH, mode: 0o644 },
    { path: "bin/tool", size: 12, sha256: HASH, mode: 0o755 },
  ],
};

Deno.test("encodeManifest writes one file a line", () => {
  const { title: _, description: __, ...rest } = MANIFEST;
  const plain = { ...rest, protected: false, directories: [] };
  assertEquals(
    fromUtf8(encodeManifest(plain)),
    `{
"format": 1,
"name": "tool",
"version": "2.1~rc1",
"serial": 7,
"files": [
{"path":"a","size":0,"sha256":"${HASH}","mode":"0644"},
{"path":"bin/tool","size":12,"sha256":"${HASH}","mode":"0755"}
]
}
`,
  );
});

Deno.test("decodeManifest reads back what encodeManifest wrote", () => {
  assertEquals(valueOf(decodeManifest(encodeManifest(MANIFEST))), MANIFEST);
  assertEquals(contentBytesOf(MANIFEST), 12);
});

/** The manifest's JSON with one thing changed. */
function changed(change: (json: Record<string, unknown>) => void): Uint8Array {
  const json = JSON.parse(fromUtf8(encodeManifest(MANIFEST)) ?? "");
  change(json);
  return utf8(JSON.stringify(json));
}

/** With one thing changed in its first file. */
function fileChanged(change: Record<string, unknown>): Uint8Array {
  return changed((json) => {
    const [first, ...rest] = json["files"] as object[];
    json["files"] = [{ ...first, ...change }, ...rest];
  });
}

Deno.test("decodeManifest ignores a field that it does not know", () => {
  const bytes = changed((json) => json["colour"] = "blue");
  assertEquals(valueOf(decodeManifest(bytes)), MANIFEST);
});

for (const field of LATER_FIELDS) {
  Deno.test(`decodeManifest refuses ${field}, which it cannot honour yet`, () => {
    const bytes = changed((json) => json[field] = []);
    assertMatch(
      faultOf(decodeManifest(bytes)),
      new RegExp(`"${field}" asks for what this version cannot do`),
    );
  });
}

const BAD: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  "nothing": [new Uint8Array(), /is not JSON/],
  "what is not UTF-8": [new Uint8Array([0xff]), /is not UTF-8/],
  "what is too long": [
    new Uint8Array(MANIFEST_BYTES_MAX + 1),
    /longer than 16777216 bytes/,
  ],
  "a list": [utf8("[]"), /must be an object/],
  "a newer format": [
    changed((json) => {
      json["format"] = 2;
      json["files"] = "elsewhere";
    }),
    /"format" must be 1, not 2; a newer Flottille wrote it/,
  ],
  "no name": [changed((json) => delete json["name"]), /"name" is missing/],
  "a name with a slash": [
    changed((json) => json["name"] = "a/b"),
    /"name" must be a program name/,
  ],
  "the version current": [
    changed((json) => json["version"] = "Current"),
    /"version" must be a version/,
  ],
  "serial 0": [changed((json) => json["serial"] = 0), /"serial" must be/],
  "a serial that is not whole": [
    changed((json) => json["serial"] = 1.5),
    /"serial" must be/,
  ],
  "a title of two lines": [
    changed((json) => json["title"] = "a\nb"),
    /"title" must be one line/,
  ],
  "a title that a terminal obeys": [
    changed((json) => json["title"] = "\u001b[2J"),
    /"title" must be one line/,
  ],
  "a path that leads out": [
    fileChanged({ path: "../a" }),
    /"files\[0\].path" is "..\/a", which has the part ".."/,
  ],
  "a path that is a number": [fileChanged({ path: 1 }), /must be text/],
  "a negative size": [fileChanged({ size: -1 }), /"files\[0\].size" must be/],
  "a size of 2^53": [fileChanged({ size: 2 ** 53 }), /"files\[0\].size" must/],
  "a hash in capitals": [
    fileChanged({ sha256: HASH.toUpperCase() }),
    /64 hexadecimal digits/,
  ],
  "a setuid mode, Z-05": [
    fileChanged({ mode: "4755" }),
    /must be "0644" or "0755", not "4755"/,
  ],
  "a mode that is a number": [fileChanged({ mode: 493 }), /"files\[0\].mode"/],
  "a file twice, Z-06": [
    fileChanged({ path: "bin/tool" }),
    /"bin\/tool" is there twice/,
  ],
  "a directory that leads out": [
    changed((json) => json["directories"] = ["../d"]),
    /"directories\[0\]" is/,
  ],
};
for (const [what, [bytes, says]] of Object.entries(BAD)) {
  Deno.test(`decodeManifest refuses ${what}`, () => {
    assertMatch(faultOf(decodeManifest(bytes)), says);
  });
}
