/**
 * One log record as one JSON object on one line, for machines that read logs:
 * `time`, `level`, `part`, `message`, and each field under its own name.
 *
 * @module
 */

import {
  FIELD_CHARS_MAX,
  FIELDS_MAX,
  type LogRecord,
  textOf,
} from "./log_line.ts";
import { printableStart } from "./printable.ts";

/** How lines of the log look. */
export const LOG_FORMATS = ["text", "json"] as const;

/** One of them. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** A field of one of these names gets a `_` behind it. */
const OWN = ["time", "level", "part", "message"];

/** Words of strangers are cut and escaped as in a line of text (D-10). */
export function logJson(
  { wallMs, level, category, message, fields }: LogRecord,
): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .slice(0, FIELDS_MAX)
    .map(([name, value]) => [
      OWN.includes(name) ? `${name}_` : name,
      plainValue(value),
    ]);
  return JSON.stringify({
    time: new Date(wallMs).toISOString(),
    level,
    part: category,
    message: printableStart(message, FIELD_CHARS_MAX),
    ...Object.fromEntries(shown),
  });
}

/** Numbers and truths as they are; all else as the text that people read. */
function plainValue(value: unknown): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return printableStart(textOf(value), FIELD_CHARS_MAX);
}
