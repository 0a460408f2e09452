/**
 * Packages of systems with a few bytes changed anywhere: they are read, or
 * refused with a sentence, and nothing else ever happens.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import { readDeb } from "../../lib/ieo/draft/deb_reader.ts";
import { readRpm } from "../../lib/ieo/draft/rpm_reader.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import { debOf, rpmOf } from "./native_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

const READERS = [
  ["readDeb", debOf(), readDeb],
  ["readRpm", rpmOf(), readRpm],
] as const;

for (const [name, whole, read] of READERS) {
  Deno.test(`${name} reads or refuses what is damaged anywhere`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/damaged`;
      const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
      const damage = fc.array(change, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(damage, async (changes) => {
          const bytes = whole.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          await Deno.writeFile(path, bytes);
          const facts = await read(DISK, path).catch((error: unknown) => error);
          assert(!(facts instanceof Error) || facts instanceof PackError);
        }),
        { numRuns: 400 },
      );
    });
  });
}
