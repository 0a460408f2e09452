/** SPDX expressions and other words. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isSpdxExpression,
  licenceIn,
  licencesOf,
} from "../../lib/peo/licence.ts";
import { LISTABLE } from "./listed_arbitrary.ts";

// deno-fmt-ignore
const EXPRESSIONS = [
  "MIT", "GPL-2.0+", "Apache-2.0 OR MIT", "(MIT AND BSD-3-Clause) OR Zlib",
  "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-custom",
  "DocumentRef-spdx:LicenseRef-other", "((MIT))", "MIT AND(Zlib)",
  "GPL-2.0-only WITH GCC-exception-2.0 AND MIT",
];

// deno-fmt-ignore
const OTHERS = [
  "", "GPL 2", "MIT/Apache-2.0", "SEE LICENSE IN file.txt", "AND", "MIT AND",
  "(MIT", "MIT)", "()", "MIT OR OR Zlib", "MIT WITH", "MIT WITH (Zlib)",
  "MIT and Zlib", "GPLv2+, LGPL", "Gnu Gpl", "WITH MIT", "MIT MIT",
];

for (const text of EXPRESSIONS) {
  Deno.test(`isSpdxExpression takes ${text}`, () => {
    assertEquals(isSpdxExpression(text), true);
  });
}

for (const text of OTHERS) {
  Deno.test(`isSpdxExpression does not take ${JSON.stringify(text)}`, () => {
    assertEquals(isSpdxExpression(text), false);
  });
}

Deno.test("licencesOf calls an expression one only where the source has them", () => {
  const words = [{ license: { name: "MIT" } }];
  assertEquals<unknown>(licencesOf("npm", "MIT"), [{ expression: "MIT" }]);
  assertEquals<unknown>(licencesOf("rpm", "MIT"), words);
  assertEquals<unknown>(
    licencesOf("npm", "Public Domain"),
    [{ license: { name: "Public Domain" } }],
  );
});

Deno.test("licenceIn reads back what licencesOf wrote", () => {
  const source = fc.constantFrom("npm", "rpm");
  const licence = fc.oneof(fc.constantFrom(...EXPRESSIONS), LISTABLE);
  fc.assert(fc.property(source, licence, (source, licence) => {
    assertEquals(licenceIn(licencesOf(source, licence)), licence);
  }));
  assertEquals(licenceIn(undefined), undefined);
  assertEquals(licenceIn([]), undefined);
});
