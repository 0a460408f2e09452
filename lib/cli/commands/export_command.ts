/**
 * `export`: what is installed in the whole fleet, as one document. It passes
 * through piece by piece, however large the fleet is.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optional } from "@optique/core/modifiers";
import {
  EXPORT_FORMATS,
  type ExportFormat,
} from "../../server/shapes/api_schema.ts";
import {
  configOption,
  optionalWhere,
  PLAIN,
  textOption,
} from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { refuseNoFile } from "../output_file.ts";
import { passOn } from "../pass_on.ts";
import { suggestion } from "../suggestion.ts";
import { INVENTORY_GROUP } from "./list_command.ts";

/** `flottille-server export --format cyclonedx`. */
export const exportCommand = defineCommand({
  name: "export",
  group: INVENTORY_GROUP,
  summary: "Write what is installed in the fleet, for other tools",
  usage: "--format FORMAT [--on WHERE]... [--output FILE]",
  about: [
    "Writes the last list of every machine (or of those that --on means) as " +
    "one document, to stdout or into a file.",
    "cyclonedx is one CycloneDX 1.6 document in JSON: each program once, and " +
    "what each machine has as its dependencies. csv has one line for each " +
    "program on each machine. json is a list of the machines, each with its " +
    "programs.",
    "A file is written beside its name first, and put in its place when it is " +
    "whole: whoever reads it sees the old one or the new one.",
  ],
  examples: [
    ["export --format cyclonedx --output fleet.cdx.json", ""],
    ["export --format csv --on 'room-*'", "for a spreadsheet"],
  ],
  parser: object({
    format: optional(
      textOption("--format", "FORMAT", "cyclonedx, csv or json"),
    ),
    on: optionalWhere(),
    output: optional(
      textOption(["-o", "--output"], "FILE", "Into this file, not to stdout"),
    ),
    config: configOption(),
  }, PLAIN),
  async run(context, { format, on, output, config }) {
    const { host } = context;
    const form = formOf(format, context.program);
    const client = await openClient(host, config);
    if (output !== undefined) await refuseNoFile(host.disk, output);
    return await passOn(context, await client.export(form, on), output);
  },
});

function formOf(text: string | undefined, program: string): ExportFormat {
  const form = EXPORT_FORMATS.find((one) => one === text);
  if (form !== undefined) return form;
  const near = suggestion(text ?? "", EXPORT_FORMATS);
  throw new CliFailure(
    "usage",
    text === undefined
      ? "--format is missing: cyclonedx, csv or json"
      : `--format must be cyclonedx, csv or json, not "${text}"` +
        (near === null ? "" : `; ${near}`),
    { advice: [`${program} export --help says more`] },
  );
}
