/**
 * WHERE: which machines somebody means. `all`, a name, an identifier, the
 * beginning of one identifier, or a glob over names; several may be given.
 * Pure: it knows names and identifiers only.
 *
 * Case does not count: two machines whose names differ in case only would be
 * a trap for people, and identifiers are hexadecimal.
 *
 * @module
 */

import { globToRegExp } from "../../trust/names.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";

/** What a machine is called, and what it is. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Nothing was meant, or more than one thing. */
export interface WhereFault {
  /** A sentence. */
  readonly error: string;
  /** Names that may have been meant, nearest first. */
  readonly nearest: readonly string[];
}

/** The word for every machine; no machine can bear it as its name. */
export const ALL = "all";

/** A shorter beginning of an identifier is too easily a slip. */
const ID_PREFIX_LENGTH_MIN = 4;

/**
 * The machines that the WHEREs mean, each once, in the order of `machines`.
 * `all` of an empty fleet is no fault; any other WHERE that matches nothing,
 * or an identifier's beginning that two machines share, is.
 */
export function matchWhere<T extends Named>(
  machines: readonly T[],
  on: readonly string[],
): Outcome<T[], WhereFault> {
  const meant = new Set<string>();
  for (const where of on) {
    const matched = matchOne(machines, where);
    if (!matched.ok) return matched;
    for (const machine of matched.value) meant.add(machine.id);
  }
  return ok(machines.filter(({ id }) => meant.has(id)));
}

/** The one machine of this name or identifier; a glob is not taken. */
export function matchMachine<T extends Named>(
  machines: readonly T[],
  word: string,
): Outcome<T, WhereFault> {
  const byName = machines.find(({ name }) => sameName(name, word));
  if (byName !== undefined) return ok(byName);
  const prefix = word.toLowerCase();
  const byPrefix = prefix.length < ID_PREFIX_LENGTH_MIN
    ? []
    : machines.filter(({ id }) => id.startsWith(prefix));
  if (byPrefix.length > 1) return fault(ambiguous(word, byPrefix));
  const [only] = byPrefix;
  return only === undefined ? fault(unknown(machines, word)) : ok(only);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function matchOne<T extends Named>(
  machines: readonly T[],
  where: string,
): Outcome<readonly T[], WhereFault> {
  if (where === ALL) return ok(machines);
  if (isGlob(where)) {
    const pattern = globToRegExp(where.toLowerCase());
    const matched = machines.filter(({ name }) =>
      pattern.test(name.toLowerCase())
    );
    return matched.length > 0 ? ok(matched) : fault(unknown(machines, where));
  }
  const machine = matchMachine(machines, where);
  return machine.ok ? ok([machine.value]) : machine;
}

/** No machine's name holds these signs, so a glob is never a name. */
function isGlob(where: string): boolean {
  return /[*?]/.test(where);
}

function unknown(machines: readonly Named[], where: string): WhereFault {
  const near = nearest(where, machines.map(({ name }) => name));
  const what = isGlob(where)
    ? `No machine's name matches "${where}"`
    : `No machine is called "${where}"`;
  return { error: `${what}${didYouMean(near)}`, nearest: near };
}

function ambiguous(prefix: string, machines: readonly Named[]): WhereFault {
  const names = machines.slice(0, 3).map(({ name }) => name);
  return {
    error: `${machines.length} machines' identifiers begin with "${prefix}" ` +
      `(${names.join(", ")}); give more of it, or a name`,
    nearest: names,
  };
}
