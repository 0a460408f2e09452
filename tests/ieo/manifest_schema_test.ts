/**
 * The published JSON Schema: it is what the code gives, it takes every manifest
 * that is one, and it refuses what a schema can refuse. The judge is a
 * validator that knows nothing of Flottille.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import fc from "fast-check";
import { decodeManifest } from "../../lib/ieo/manifest.ts";
import { MANIFEST_FIELDS } from "../../lib/ieo/manifest/fields.ts";
import { manifestSchema } from "../../lib/ieo/manifest/schema.ts";
import { anyCharacter } from "../any_character.ts";
import { anyManifest } from "./manifest_arbitrary.ts";
import { BAD_MANIFESTS } from "./manifest_bad.ts";
import { AGENT_UPDATE, bytesOf, FULL, jsonOf } from "./manifest_samples.ts";

const isBySchema = new Ajv({ strictTypes: false }).compile(manifestSchema());

/** A file of the project, from this file's place. */
function projectFile(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

Deno.test("manifestSchema is what docs/ieo.schema.json publishes", () => {
  const published = projectFile("docs/ieo.schema.json");
  assertEquals(published, `${JSON.stringify(manifestSchema(), null, 2)}\n`);
});

Deno.test("manifestSchema takes any manifest", () => {
  assert(isBySchema(jsonOf(FULL)), JSON.stringify(isBySchema.errors));
  assert(isBySchema(jsonOf(AGENT_UPDATE)), JSON.stringify(isBySchema.errors));
  fc.assert(fc.property(anyManifest, (manifest) => {
    assert(isBySchema(jsonOf(manifest)), JSON.stringify(isBySchema.errors));
  }));
});

for (const { what, json, schemaTells } of BAD_MANIFESTS) {
  const does = schemaTells ? "refuses" : "cannot tell of";
  Deno.test(`manifestSchema ${does} ${what}`, () => {
    assertEquals(isBySchema(json), !schemaTells);
  });
}

Deno.test("manifestSchema takes whatever decodeManifest takes, one value changed", () => {
  let taken = 0;
  fc.assert(
    fc.property(anyManifest, fc.nat(), anyValue, (manifest, place, value) => {
      const json = jsonOf(manifest);
      changeOne(json, place, value);
      if (!decodeManifest(bytesOf(json)).ok) return;
      taken++;
      assert(isBySchema(json), JSON.stringify(isBySchema.errors));
    }),
    { numRuns: 300 },
  );
  assert(taken > 0, "No change was harmless: the test tries nothing");
});

Deno.test("manifestSchema and its documents speak of every field", () => {
  for (const path of ["docs/packages.md", "docs/protocol.md"]) {
    const text = projectFile(path);
    for (const field of Object.keys(MANIFEST_FIELDS)) {
      assert(text.includes(`\`${field}\``), `${path} is silent on ${field}`);
    }
  }
});

const anyValue = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, "", "*", "a", "1"),
  fc.constantFrom("/bin/sh", "a/b", "deb", "exe", "keep", "a\nb", "\ud800"),
  fc.string({ unit: anyCharacter, maxLength: 20 }),
  fc.constantFrom([], {}, ["a"], [{}], { os: "linux" }),
);

/** Puts the value into one of the places that the JSON has, or takes it out. */
function changeOne(json: object, place: number, value: unknown): void {
  const places: (() => void)[] = [];
  function walk(node: object): void {
    for (const [key, child] of Object.entries(node)) {
      places.push(() => Reflect.set(node, key, value));
      if (!Array.isArray(node)) {
        places.push(() => Reflect.deleteProperty(node, key));
      }
      if (typeof child === "object" && child !== null) walk(child);
    }
  }
  walk(json);
  places[place % places.length]?.();
}
