/**
 * The CycloneDX project's own validator, with its own copy of the published
 * 1.6 schema. It finds its JSON Schema engine only when the engine is in the
 * same module graph, so the three packages are imported here for nothing else.
 *
 * @module
 */

// deno-lint-ignore-file no-import-prefix

import "ajv";
import "ajv-formats";
import "ajv-formats-draft2019";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

/** What the schema has against the document; null when nothing. */
export async function cyclonedxFaults(
  document: Uint8Array,
): Promise<unknown | null> {
  return await validator.validate(new TextDecoder().decode(document));
}
