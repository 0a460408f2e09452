/**
 * The list of files read some lines at a time: whatever is done to the text,
 * it says what reading it as a whole says.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  decodeManifest,
  emptyManifest,
  encodeManifest,
  FILES_MAX,
  type ManifestFile,
} from "../../lib/ieo/manifest.ts";
import { readByLines } from "../../lib/ieo/manifest/lines.ts";
import { concat, fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { FULL, HASH } from "./manifest_samples.ts";

/** Several times what is parsed at once, and letters of two bytes. */
const FILES = Array.from({ length: 3_000 }, (_, index): ManifestFile => ({
  path: `part-${index >> 6}/a file of such a name, é-${index}`,
  size: index,
  sha256: HASH,
  mode: 0o644,
}));
const MANIFEST = {
  ...emptyManifest({ name: "tool", version: "1.0", serial: 1 }),
  directories: ["an-empty-one"],
  files: FILES,
};
const TEXT = fromUtf8(encodeManifest(MANIFEST)) ?? "";
const LINE = TEXT.split("\n").find((line) => line.includes("é-1500")) ?? "";

Deno.test("readByLines reads what encodeManifest wrote", () => {
  for (const manifest of [MANIFEST, FULL]) {
    const { format, ...read } = readByLines(encodeManifest(manifest)) ??
      { format: 0 };
    assertEquals(format, 1);
    assertEquals(read, manifest);
  }
});

const CHANGED: Readonly<Record<string, string>> = {
  "nothing changed": TEXT,
  "a comma too few": TEXT.replace(`${LINE}`, LINE.slice(0, -1)),
  "a comma too many": TEXT.replace(`${LINE}\n`, `${LINE}\n,\n`),
  "an empty line": TEXT.replace(LINE, `\n${LINE}\n`),
  "a comma after the last file": TEXT.replace("\n]\n}\n", ",\n]\n}\n"),
  "a comma and nothing for a long time": TEXT
    .replace(LINE, `${LINE}${" ".repeat(300_000)}\n,\n`),
  "no file": TEXT.replace(/"files": \[\n[^]*/, '"files": [\n\n]\n}\n'),
  "spaces for a long time": TEXT.replace(LINE, LINE + " ".repeat(300_000)),
  "an entry over several lines": TEXT.replaceAll(',"', ',\n"'),
  "an entry over many lines": TEXT
    .replace(LINE, LINE.replace("{", `{${'"x":[1,\n2],\n'.repeat(30_000)}`)),
  "files inside of a file": TEXT
    .replace(LINE, LINE.replace("{", '{\n"files": [\n{}\n],')),
  "files inside of another field": TEXT
    .replace('"name"', '"more": {\n"files": [\n{}\n]\n},\n"name"'),
  "files twice": TEXT.replace('"name"', '"files": [\n{}\n],\n"name"'),
  "files in a text": TEXT.replace('"tool"', '"tool\n"files": [\n"'),
  "a bracket too many": TEXT.replace(LINE, `${LINE.slice(0, -1)}],[`),
  "a brace too many": TEXT.replace("\n]\n}\n", "\n]\n}\n]\n}\n"),
  "another end": TEXT.replace("\n]\n}\n", "\n]\n]\n}\n"),
  "a list for a document": TEXT.replace("{", "["),
  "a number for a file": TEXT.replace(LINE, "7,"),
  "a wrong hash": TEXT.replace(LINE, LINE.replace("0644", "4755")),
  "a file twice": TEXT.replace(LINE, `${LINE}\n${LINE}`),
  "a bad path": TEXT.replace(LINE, LINE.replace("part-", "../part-")),
  "a field that nobody knows": TEXT
    .replace(LINE, LINE.replace("{", '{"__proto__":{"path":"x"},')),
  "another format": TEXT.replace('"format": 1', '"format": 2'),
  "a byte order mark": `\ufeff${TEXT}`,
  "too many files": TEXT.replace(
    LINE,
    '{"path":"a","size":0},\n'.repeat(FILES_MAX) + LINE,
  ),
};

for (const [what, text] of Object.entries(CHANGED)) {
  Deno.test(`decodeManifest reads by lines as it reads a whole: ${what}`, () => {
    // A space at the end means nothing, and is not as we write it.
    const whole = decodeManifest(utf8(`${text} `));
    assertEquals(readByLines(utf8(`${text} `)), null);
    assertEquals(decodeManifest(utf8(text)), whole);
    assert(what === "nothing changed" || text !== TEXT);
  });
}

Deno.test("decodeManifest reads by lines no text that is not UTF-8", () => {
  const bytes = utf8(TEXT);
  bytes[bytes.length - 200] = 0xff;
  assertEquals(decodeManifest(bytes), decodeManifest(concat(bytes, utf8(" "))));
  assertEquals(readByLines(bytes), null);
});
