/**
 * One log record as one line: time, level, category, sentence, fields. Fields
 * hold words of strangers, so each is escaped and cut here (D-10); a line can
 * be split into its fields again by any tool that knows quotes.
 *
 * @module
 */

import type { LogLevel } from "../host/log.ts";
import { printable, printableStart } from "./printable.ts";

/** The levels, least first. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "warning",
  "error",
] as const satisfies readonly LogLevel[];

/** What happened. */
export interface LogRecord {
  /** Milliseconds since 1970, by the machine's wall clock. */
  readonly wallMs: number;
  readonly level: LogLevel;
  /** Which part says so: `server`, `agent`. */
  readonly category: string;
  /** A constant sentence; what differs is in the fields. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A field is cut there. */
export const FIELD_CHARS_MAX = 200;

/** Fields of one record that are shown. */
export const FIELDS_MAX = 32;
const LEVEL_COLUMNS = 7;

/** `2026-01-02T03:04:05.678Z info    server Machine identified machine=x`. */
export function logLine(record: LogRecord): string {
  const time = new Date(record.wallMs).toISOString();
  const level = record.level.padEnd(LEVEL_COLUMNS);
  return `${time} ${level} ${record.category} ${logText(record)}`;
}

/** The line without time, level and category: what makes two lines equal. */
export function logText({ message, fields }: LogRecord): string {
  const shown = Object.entries(fields).slice(0, FIELDS_MAX).map(
    ([name, value]) =>
      // A field without a value says nothing.
      value === null || value === undefined
        ? ""
        : ` ${printable(name)}=${showValue(value)}`,
  );
  return printableStart(message, FIELD_CHARS_MAX) + shown.join("");
}

/** Bare when it is one plain word, in quotes otherwise. */
function showValue(value: unknown): string {
  const text = printableStart(textOf(value), FIELD_CHARS_MAX);
  return /^[^\s"=\\]+$/u.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}

/** A field's value in words. */
export function textOf(value: unknown): string {
  if (value instanceof Error) return value.message;
  if (value instanceof Uint8Array) {
    return value.subarray(0, FIELD_CHARS_MAX).toHex();
  }
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(
      value,
      (_, inner) => typeof inner === "bigint" ? String(inner) : inner,
    ) ?? "";
  } catch {
    return "[unreadable]"; // A circle, or a getter that throws.
  }
}
