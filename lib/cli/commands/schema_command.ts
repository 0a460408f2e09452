/**
 * `schema`: what a package's manifest may hold, for editors and other tools.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { manifestSchema } from "../../ieo/manifest/schema.ts";
import { PLAIN } from "../arguments.ts";
import { defineCommand } from "../command.ts";

/** `flottille-server schema`. */
export const schemaCommand = defineCommand({
  name: "schema",
  group: "Programs",
  summary: "Print the JSON Schema of a package's manifest",
  usage: "",
  about: [
    "Prints the JSON Schema of ieo.json, the manifest inside a package: every " +
    "field, what it may hold and what it means.",
  ],
  examples: [["schema", "for an editor, once it is in a file"]],
  parser: object({}, PLAIN),
  run({ output }) {
    output.json(manifestSchema());
    return Promise.resolve("ok");
  },
});
