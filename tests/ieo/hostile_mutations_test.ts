/**
 * Zips that nobody thought of: good packages with bytes changed, cut out, put
 * in, doubled and swapped, signed by their publisher as they are. Each is
 * refused, or gives exactly what its manifest names; and what ours takes, a
 * reader by others takes as well.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { concat, fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { demandRefusal, extract } from "./open_kit.ts";
import { craftPackage, manifestOf, signed } from "./samples.ts";
import { readAsOthersDo } from "./zip_oracle.ts";
import {
  type CraftedEntry,
  type CraftOptions,
  TYPE_DIRECTORY,
} from "./zips.ts";

const FILES = {
  "bin/run": "#!/bin/sh\necho hello hello hello hello\n",
  "é": "text\n",
  "empty": "",
};
const TREE = { ...FILES, "bin/": "", "var/": "" };

/** The same program in several forms of zip. */
const FORMS: readonly Uint8Array[] = ([
  [{}, {}],
  [{ deflated: true }, {}],
  [{ descriptor: "signed" }, {}],
  [{ descriptor: "bare", deflated: true }, {}],
  [{ descriptor: "signed", localZip64: true }, { zip64: true }],
  [{ deflated: true }, { zip64: true }],
] as const).map((
  [entry, options]: readonly [Partial<CraftedEntry>, CraftOptions],
) => {
  const manifest = { ...manifestOf(FILES), directories: ["var"] };
  return craftPackage(manifest, [
    { name: "var/", mode: TYPE_DIRECTORY | 0o755 },
    ...Object.entries(FILES).map(([name, text]) => (
      { name, content: utf8(text), ...entry }
    )),
  ], options);
});

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** A place in the file: any, or one of the last, where the directory is. */
const PLACE = fc.oneof(fc.nat(), fc.integer({ min: -400, max: -1 }));

function at(bytes: Uint8Array, place: number): number {
  const { length } = bytes;
  return length === 0 ? 0 : ((place % length) + length) % length;
}

/** Numbers that zips are attacked with. */
const NUMBER = fc.oneof(
  fc.constantFrom(0, 1, 2, 8, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0xffff_ffff),
  fc.nat(600),
);

const FLIP = fc.tuple(PLACE, fc.nat(7)).map(
  ([place, bit]): Mutation => (bytes) => {
    const copy = concat(bytes);
    const where = at(copy, place);
    copy[where] = (copy[where] ?? 0) ^ (1 << bit);
    return copy;
  },
);

const NUMBERS = fc.tuple(PLACE, NUMBER, fc.constantFrom(2, 4, 8)).map(
  ([place, value, width]): Mutation => (bytes) => {
    const copy = concat(bytes);
    const where = at(copy, place);
    for (let byte = 0; byte < width && where + byte < copy.length; byte++) {
      copy[where + byte] = byte < 4 ? value >>> (8 * byte) : 0;
    }
    return copy;
  },
);

/** Puts a range of the file (maybe none) in the place of another (or none). */
const SPLICE = fc.tuple(PLACE, fc.nat(120), PLACE, fc.nat(120)).map(
  ([from, length, to, over]): Mutation => (bytes) => {
    const source = at(bytes, from);
    const target = at(bytes, to);
    return concat(
      bytes.subarray(0, target),
      bytes.subarray(source, source + length),
      bytes.subarray(target + over),
    );
  },
);

const MUTATIONS = fc.array(fc.oneof(FLIP, FLIP, NUMBERS, NUMBERS, SPLICE), {
  minLength: 1,
  maxLength: 3,
});

/** Refused, or what the manifest names and others read too. */
async function demandNothingElse(bytes: Uint8Array): Promise<boolean> {
  const done = await extract(signed(concat(bytes)));
  if (!done.outcome.ok) {
    demandRefusal(done);
    return false;
  }
  const { "ieo.json": _, ...tree } = done.outcome.value;
  assertEquals(tree, TREE);
  const others = await readAsOthersDo(bytes);
  others.delete("ieo.json");
  assertEquals(
    Object.fromEntries(
      [...others].map(([name, content]) => [
        name,
        content === null ? "" : fromUtf8(content),
      ]),
    ),
    { ...FILES, "var/": "" },
  );
  return true;
}

Deno.test("openPackage takes every form of the good package", async () => {
  for (const form of FORMS) assert(await demandNothingElse(form));
});

Deno.test("openPackage refuses mutated packages or gives what the manifest names", async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...FORMS),
    MUTATIONS,
    async (form, mutations) => {
      await demandNothingElse(
        mutations.reduce((bytes, mutate) => mutate(bytes), form),
      );
    },
  );
  await fc.assert(property, { numRuns: 1_000 });
});

Deno.test("openPackage survives one flipped bit anywhere", async () => {
  // What the signature would have refused already.
  const [form = new Uint8Array()] = FORMS;
  let taken = 0;
  for (let place = 0; place < form.length; place++) {
    const bytes = concat(form);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8));
    if (await demandNothingElse(bytes)) taken++;
  }
  // Dates, versions and permissions, which mean nothing.
  assert(taken < form.length / 8, `${taken} of ${form.length} were taken`);
});
