/**
 * A record of the journal as a line for a person. Facts that this version does
 * not know are shown as they are, so that nothing is left out.
 *
 * Pure.
 *
 * @module
 */

import type { AuditRecord } from "../../server/audit/record.ts";
import { showKey } from "../public_key.ts";

type Facts = AuditRecord["facts"];

/** Of what is longer, the beginning. */
const SHORT_CHARS = 12;

/** What happened, without the moment. */
export function auditWords({ what, facts }: AuditRecord): string {
  const words = Object.hasOwn(WORDS, what) ? WORDS[what] : undefined;
  return words?.(facts) ?? Object.entries(facts)
    .map(([name, fact]) => `${name} ${text(fact)}`).join(", ");
}

/** By the word of the record. */
const WORDS: Readonly<Record<string, (facts: Facts) => string>> = {
  server: ({ key, serial }) =>
    `the key ${short(showKey(text(key)))} speaks for the fleet, serial ` +
    text(serial),
  broken: ({ found }) => text(found),
  restored: ({ copied }) => `started on a copy of ${text(copied)}`,
  publishers: ({ version, publishers }) =>
    `the publishers' list ${text(version)}: ${keysOf(publishers)}`,
  secrets: ({ secrets }) => `machines join by ${text(secrets) || "none"}`,
  order: ({ order, verb, name, version, on, machines, origin }) =>
    [
      `${text(order)}: ${text(verb)}`,
      ...(name === undefined ? [] : [text(name), text(version)]),
      `on ${text(on)} (${machinesOf(machines)})`,
      ...(origin === undefined ? [] : [`by ${text(origin)}`]),
    ].join(" "),
  answer: ({ order, name, state, reason, answer }) =>
    `${text(order)} on ${text(name)}: ${text(state)}` +
    ending(reason ?? answer),
  enrolled: ({ name, machine, status }) =>
    `${text(name)} (${short(text(machine))}), ${text(status)}`,
  "secret used": ({ secret }) => text(secret),
  approved: standing,
  pending: standing,
  revoked: standing,
  renamed: ({ from, name }) => `${text(from)} is ${text(name)} now`,
  forgotten: ({ name, machine }) => `${text(name)} (${short(text(machine))})`,
  expected: ({ by, sign, name }) =>
    `${text(by)} ${text(sign)}${name === "" ? "" : ` as ${text(name)}`}`,
  "expected gone": ({ sign }) => text(sign),
  group: ({ name, rule, windows, machines, isNew }) =>
    `${text(name)}${isNew === true ? " (new)" : ""}: ${
      [
        ...(rule === "" ? [] : [`rule ${text(rule)}`]),
        `${machinesOf(machines)} by hand`,
        ...(isEmpty(windows) ? [] : [`windows ${text(windows)}`]),
      ].join(", ")
    }`,
  "group gone": ({ name }) => text(name),
  tags: ({ name, tags }) => `${text(name)}: ${text(tags) || "none"}`,
  published: ({ name, version, sha256, publisher }) =>
    `${text(name)} ${text(version)} (${short(text(sha256))}), signed by ` +
    short(showKey(text(publisher))),
  downgrade: ({ name, versions, expires }) =>
    `${text(name)} back to ${text(versions)}, until ${text(expires)}`,
};

function standing({ name, was }: Facts): string {
  return `${text(name)}, was ${text(was)}`;
}

function ending(reason: unknown): string {
  return reason === undefined ? "" : `: ${text(reason)}`;
}

/** `<n> machines`, of a list in full or in brief. */
function machinesOf(list: unknown): string {
  const count = Array.isArray(list) ? list.length : countOf(list);
  return count === 1 ? "1 machine" : `${count} machines`;
}

function countOf(list: unknown): number {
  const isBrief = typeof list === "object" && list !== null && "count" in list;
  return isBrief ? Number(list.count) : 0;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

/** `KEY NAMES` each; a key by its beginning. */
function keysOf(list: unknown): string {
  if (!Array.isArray(list)) return text(list);
  return list.map((line) => {
    const [key = "", ...rest] = text(line).split(" ");
    return `${short(showKey(key))} ${rest.join(" ")}`;
  }).join("; ") || "nobody";
}

function text(fact: unknown): string {
  if (fact === undefined || fact === null) return "-";
  if (Array.isArray(fact)) return fact.map(text).join(", ");
  return typeof fact === "object" ? JSON.stringify(fact) : String(fact);
}

function short(text: string): string {
  return text.slice(0, SHORT_CHARS);
}
