/** The vectors of program lists, by our own reader and by the kit's. */

import { assert, assertEquals } from "@std/assert";
import { parseList } from "../../lib/peo/parse.ts";
import { unhex } from "./wire/bytes.ts";
import { listFaults } from "./wire/peo.ts";
import { type ListVectors, vectors } from "./wire/vectors.ts";

const { accepted, refused } = vectors<ListVectors>("peo_lists");

for (const { name, hex } of accepted) {
  Deno.test(`parseList takes the vector "${name}", S-17`, () => {
    const read = parseList(unhex(hex));
    assert(read.ok, read.ok ? "" : read.fault);
    assertEquals(listFaults(unhex(hex)), []);
  });
}

for (const { name, hex } of refused) {
  Deno.test(`parseList refuses the vector "${name}", S-17`, () => {
    assert(!parseList(unhex(hex)).ok);
    assert(listFaults(unhex(hex)).length > 0);
  });
}
