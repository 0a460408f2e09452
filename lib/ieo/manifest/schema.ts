/**
 * The JSON Schema (draft 7) of `ieo.json`, for editors and for tools in other
 * languages. It follows from the table of fields; `docs/ieo.schema.json` is
 * what it gives, and a test keeps the two alike.
 *
 * A schema cannot say everything: what it refuses is no manifest, and what it
 * takes may still name a file twice. `decodeManifest` has the last word.
 *
 * @module
 */

import { DOCUMENT_KIND, MANIFEST_FORMAT } from "./fields.ts";
import type { Schema } from "./kinds.ts";

/** The schema, to be printed as JSON. */
export function manifestSchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `urn:flottille:ieo:${MANIFEST_FORMAT}`,
    title: "ieo.json, the manifest of a Flottille package",
    description: "A field that is not named here is ignored",
    ...DOCUMENT_KIND.schema,
  };
}
