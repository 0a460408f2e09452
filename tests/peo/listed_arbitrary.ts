/** Lists by chance, for the property tests. */

import fc from "fast-check";
import {
  isListable,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "../../lib/peo/program.ts";
import { debPurl, genericPurl } from "../../lib/peo/purl.ts";

/** Any text that a list may hold, of every script. */
export const LISTABLE: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => isListable(text));

const NAME = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9+._-]{0,20}$/),
  LISTABLE,
);

const LISTED: fc.Arbitrary<ListedProgram> = fc
  .tuple(NAME, NAME, fc.option(fc.constantFrom("all", "amd64")))
  .map(([name, version, architecture]) => {
    const known = { name, version };
    const debian = { id: "debian", version: "12" };
    return architecture === null
      ? { ...known, purl: genericPurl(name, version), source: "flottille" }
      : {
        ...known,
        purl: debPurl(debian, name, version, architecture),
        source: "dpkg",
        architecture,
      };
  })
  .filter(({ purl }) => purl.length <= LIST_LIMITS.purlLengthMax);

/** A list without a program twice. */
export const LISTED_PROGRAMS: fc.Arbitrary<ListedProgram[]> = fc.uniqueArray(
  LISTED,
  { maxLength: 20, selector: (program) => JSON.stringify(program) },
);

/** What a source could not tell. */
export const LISTED_FAULT: fc.Arbitrary<ListFault> = fc.record({
  source: fc.constantFrom("dpkg", "flottille"),
  error: LISTABLE,
});
