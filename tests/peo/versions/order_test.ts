/**
 * The orders of versions, against what each ecosystem's own tool says
 * (`tests/vectors/versions_*.json`), and what every order owes.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  compareIn,
  type Ecosystem,
  ecosystemOf,
} from "../../../lib/peo/versions/order.ts";

interface Vectors {
  readonly about: string;
  readonly compared: readonly (readonly [string, string, number])[];
}

const ALL: readonly Ecosystem[] = [
  ...["deb", "rpm", "alpm", "apk", "npm", "cargo", "pypi", "gem"] as const,
  "plain",
];

for (
  const ecosystem of [
    ...["deb", "rpm", "alpm", "apk", "pypi", "gem"] as const,
  ]
) {
  Deno.test(`compareIn says of ${ecosystem}'s versions what its own tool says`, async () => {
    const path = `../../vectors/versions_${ecosystem}.json`;
    const text = await Deno.readTextFile(new URL(path, import.meta.url));
    const { compared }: Vectors = JSON.parse(text);
    assert(compared.length >= 100);
    const wrong = compared.filter(([a, b, order]) =>
      Math.sign(compareIn(ecosystem, a, b)) !== order ||
      Math.sign(compareIn(ecosystem, b, a)) !== -order
    );
    assertEquals(wrong, []);
  });
}

/** From the oldest to the newest; `=` joins two spellings of one version. */
const LADDERS: readonly (readonly [Ecosystem, string])[] = [
  // semver.org, section 11.
  [
    "npm",
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0=1.0.0+build 2.0.0 10.0.0",
  ],
  ["cargo", "0.9.0 0.10.0 1.0.0"],
  // What a person types of a version, and semver knows nothing of.
  ["npm", "17.0.2 18.0.0-rc.1 18=v18=18.0=18.0.0 18.2=18.2.0 19.0.0"],
  // Gem::Version's own documentation.
  ["gem", "1.0.a.2 1.0.b1 1.0.rc.1 1.0=1.0.0 1.0.10 1.1.a 1.1"],
  ["rpm", "1.0-1 1.0-2 1.0-10 1:0.5-1 1:0.5-2"],
  ["plain", "1.9 1.10 2.0-rc1 2=2.0=2.00=2.0.0 2.0b 2.0.1 128.0.3 v130"],
];

for (const [ecosystem, ladder] of LADDERS) {
  Deno.test(`compareIn climbs ${ecosystem}'s ladder ${ladder}`, () => {
    const rungs = ladder.split(" ").map((rung) => rung.split("="));
    rungs.forEach((rung, at) => {
      rungs.forEach((other, place) => {
        for (const a of rung) {
          for (const b of other) {
            const order = Math.sign(compareIn(ecosystem, a, b));
            assertEquals(order, Math.sign(at - place), `${a} and ${b}`);
          }
        }
      });
    });
  });
}

Deno.test("compareIn leaves releases alone that one side does not tell", () => {
  assertEquals(compareIn("rpm", "3.0.7-25.el9", "3.0.7"), 0);
  assertEquals(compareIn("alpm", "3.0.7-2", "3.0.7"), 0);
});

/** Texts that look like versions, and some that do not. */
const version = fc.oneof(
  fc.string({
    unit: fc.constantFrom(..."0019abrcp.-_~^+:v"),
    maxLength: 10,
  }),
  fc.string({ maxLength: 6 }),
);

/** Versions without a release, as their keepers allow them. */
const upstream = fc.array(
  fc.tuple(fc.nat(20), fc.constantFrom("", "a", "rc", "b")),
  { minLength: 1, maxLength: 4 },
).map((parts) => parts.map(([digits, word]) => digits + word).join("."));

/**
 * Where an order is one. rpm's and pacman's skip the releases where one side
 * has none, so 1-2 = 1 = 1-1 is no order; and the real `vercmp` goes in
 * circles over texts without a digit, as ours must.
 */
function orderedBy(ecosystem: Ecosystem): fc.Arbitrary<string> {
  return ecosystem === "rpm" || ecosystem === "alpm" ? upstream : version;
}

for (const ecosystem of ALL) {
  const of = (a: string, b: string) => Math.sign(compareIn(ecosystem, a, b));

  Deno.test(`compareIn takes any texts whatever, and turns with them: ${ecosystem}`, () => {
    fc.assert(fc.property(version, version, (a, b) => {
      assertEquals(of(a, a), 0);
      assertEquals(of(a, b) + of(b, a), 0);
    }));
  });

  Deno.test(`compareIn is an order: ${ecosystem}`, () => {
    const any = orderedBy(ecosystem);
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        if (of(a, b) <= 0 && of(b, c) <= 0) assert(of(a, c) <= 0);
      }),
      { numRuns: 2_000 },
    );
  });
}

Deno.test("ecosystemOf reads the type of a package URL, and takes none for plain", () => {
  const rows = [
    ["pkg:deb/debian/bash@5?arch=amd64", "deb"],
    ["pkg:npm/%40babel/core@7", "npm"],
    ["pkg:generic/editor@1", "plain"],
    ["pkg:plain/x@1", "plain"],
    ["pkg:constructor/x", "plain"],
    ["", "plain"],
  ] as const;
  for (const [purl, ecosystem] of rows) {
    assertEquals(ecosystemOf(purl), ecosystem);
  }
});
