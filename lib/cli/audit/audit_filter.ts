/**
 * Which records of the journal a person wants to see. Pure.
 *
 * @module
 */

import type { AuditRecord } from "../../server/audit/record.ts";

/** Everything that was asked for must hold; what was not asked for does. */
export interface AuditFilter {
  /** Words of records; none: every one. */
  readonly what: readonly string[];
  readonly order: number | undefined;
  /** A machine's name or identifier, or the beginning of that. */
  readonly machine: string | undefined;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Digits of an identifier that are enough. */
const BEGINNING_CHARS_MIN = 8;

/** Is everything asked for? */
export function isOpen(filter: AuditFilter): boolean {
  const { what, order, machine, sinceMs, untilMs } = filter;
  return what.length === 0 && order === undefined && machine === undefined &&
    sinceMs === 0 && untilMs === Infinity;
}

/** Is the record asked for? */
export function passes(
  { what, order, machine, sinceMs, untilMs }: AuditFilter,
  record: AuditRecord,
): boolean {
  const { facts } = record;
  const atMs = Date.parse(record.at);
  return atMs >= sinceMs && atMs <= untilMs &&
    (what.length === 0 || what.includes(record.what)) &&
    (order === undefined || facts.order === order) &&
    (machine === undefined || isAbout(machine.toLowerCase(), facts));
}

function isAbout(machine: string, facts: AuditRecord["facts"]): boolean {
  const { machine: id, machines, name, from } = facts;
  const ids = Array.isArray(machines) ? machines : [];
  const names = id === undefined ? [] : [name, from];
  return names.some((one) => String(one).toLowerCase() === machine) ||
    [id, ...ids].some((one) =>
      one === machine || machine.length >= BEGINNING_CHARS_MIN &&
        String(one).startsWith(machine)
    );
}
