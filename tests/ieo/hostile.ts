/**
 * Packages that must be refused, each with a good signature: the table that
 * the tests of opening and the tests of installing both walk. The identifiers
 * are those of the list of faults.
 *
 * @module
 */

import { HOSTILE_CONTENTS } from "./hostile_contents.ts";
import { HOSTILE_ENDS } from "./hostile_ends.ts";
import { HOSTILE_NAMES, HOSTILE_TYPES } from "./hostile_entries.ts";
import { HOSTILE_HEADERS } from "./hostile_headers.ts";
import type { Hostile } from "./hostile_kit.ts";
import { HOSTILE_PLACES } from "./hostile_places.ts";
import { HOSTILE_SIZES } from "./hostile_sizes.ts";

/** Every package that must be refused. */
export const HOSTILE: readonly Hostile[] = [
  ...HOSTILE_NAMES,
  ...HOSTILE_TYPES,
  ...HOSTILE_PLACES,
  ...HOSTILE_SIZES,
  ...HOSTILE_HEADERS,
  ...HOSTILE_ENDS,
  ...HOSTILE_CONTENTS,
];
