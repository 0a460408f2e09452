/**
 * The examples of docs/packages.md: what a person copies from there works.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseIeoToml } from "../../lib/ieo/draft/ieo_toml.ts";
import {
  AGENT_PACKAGE_NAME,
  decodeManifest,
  HOOK_NAMES,
} from "../../lib/ieo/manifest.ts";
import { bytesOf, HASH } from "./manifest_samples.ts";
import { valueOf } from "./samples.ts";

const DOCUMENT = Deno.readTextFileSync(
  new URL("../../docs/packages.md", import.meta.url),
);

function examples(language: string): string[] {
  const fence = new RegExp("^```" + language + "\\n(.*?)^```", "gms");
  return [...DOCUMENT.matchAll(fence)].map(([, text = ""]) => text);
}

/** The files that the examples speak of. */
const FILES = [
  "bin/editor",
  "bin/editor-setup",
  "native/editor.deb",
  "native/setup.exe",
  "flottille-agent",
].map((path) => ({ path, size: 1, sha256: HASH, mode: "0755" }));

Deno.test("decodeManifest takes the examples of packages.md", () => {
  const found = examples("json");
  assertEquals(found.length, 3);
  for (const text of found) {
    const fields: object = JSON.parse(`{${text}}`);
    const name = "self" in fields ? AGENT_PACKAGE_NAME : "editor";
    const head = { format: 1, name, version: "1.1", serial: 1, files: FILES };
    valueOf(decodeManifest(bytesOf({ ...head, ...fields })));
  }
});

Deno.test("decodeManifest takes the examples in the tables of packages.md", () => {
  const [fieldsOnly = ""] = DOCUMENT.split("## What it runs");
  const rows = [...fieldsOnly.matchAll(/^\| `(\w+)` +\| `(.+?)` +\|/gm)];
  const fields = Object.fromEntries(
    rows.filter(([, key = ""]) => TOP.includes(key))
      .map(([, key, value = ""]) => [key, JSON.parse(value)]),
  );
  assertEquals(Object.keys(fields), TOP);
  const files = [...FILES, { ...FILES[0], path: "etc/editor.conf" }];
  valueOf(decodeManifest(bytesOf({ ...fields, files })));
});

const TOP = [
  ...["format", "name", "version", "serial", "title", "description"],
  ...["homepage", "licence", "agent", "expires", "targets", "requires"],
  ...["conflicts", "bin", "config", "protected", "rollback"],
];

Deno.test("parseIeoToml takes the examples of packages.md", () => {
  const [text = "", ...short] = examples("toml");
  for (const one of short) valueOf(parseIeoToml(one));
  const { fields } = valueOf(parseIeoToml(text));
  assertEquals(fields.requires, [{ name: "fonts", versions: ">=2" }]);
  assertEquals(fields.hooks?.check?.deadlineSeconds, 10);
});

Deno.test("HOOK_NAMES are all explained in packages.md", () => {
  for (const name of HOOK_NAMES) {
    assert(new RegExp(`^\\| \`${name}\` +\\|`, "m").test(DOCUMENT), name);
  }
});
