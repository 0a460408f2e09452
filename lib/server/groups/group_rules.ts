/**
 * What may be a group and a tag. Pure.
 *
 * @module
 */

import { ok, type Outcome } from "../../trust/outcome.ts";
import { faultOfName } from "../machines/machine_names.ts";
import { parseSelector } from "../selectors/parse.ts";
import { leavesOf, questionsOf, type Selector } from "../selectors/selector.ts";
import type { GroupRecord } from "../shapes/group.ts";

/** How many of each there may be. */
export const GROUP_LIMITS = {
  groupsMax: 512,
  /** Machines of one group by hand. */
  membersMax: 10_000,
  windowsMax: 32,
  tagsOfMachineMax: 32,
  /** Questions about programs, of all rules together. */
  questionsMax: 32,
} as const;

/** A group whose rule was understood. */
export interface ReadGroup {
  readonly record: GroupRecord;
  /** Null: by hand only. */
  readonly rule: Selector | null;
  readonly hand: ReadonlySet<string>;
}

/** Reads the rule; the fault is a sentence. */
export function readGroup(record: GroupRecord): Outcome<ReadGroup, string> {
  const hand = new Set(record.machines);
  if (record.rule === "") return ok({ record, rule: null, hand });
  const rule = parseSelector(record.rule);
  return rule.ok ? ok({ record, rule: rule.value, hand }) : rule;
}

/** A tag is like a name. Null: it can be one; else the end of a sentence. */
export function faultOfTag(tag: string): string | null {
  return faultOfName(tag);
}

/**
 * Why the group cannot be among the others, as a sentence; null: it can.
 *
 * @param others By name in lower case; one of the same name is replaced.
 */
export function faultOfGroup(
  group: ReadGroup,
  others: ReadonlyMap<string, ReadGroup>,
  hasMachine: (name: string) => boolean,
): string | null {
  const { name, machines, windows } = group.record;
  const key = name.toLowerCase();
  const wrong = faultOfName(name);
  if (wrong !== null) return `No group can be called "${name}": it ${wrong}`;
  if (hasMachine(key)) {
    return `No group can be called "${name}": a machine is called so`;
  }
  const { groupsMax, membersMax, windowsMax, questionsMax } = GROUP_LIMITS;
  if (!others.has(key) && others.size >= groupsMax) {
    return `There are ${groupsMax} groups already, and there can be no more`;
  }
  if (machines.length > membersMax) {
    return `More than ${membersMax} machines cannot be in a group by hand; ` +
      "give it a rule";
  }
  if (windows.length > windowsMax) {
    return `A group can have ${windowsMax} windows, not ${windows.length}`;
  }
  const all = new Map([...others, [key, group]]);
  const asked = [...all.values()].flatMap(({ rule }) =>
    rule === null ? [] : questionsOf(rule)
  );
  if (new Set(asked.map(({ text }) => text)).size > questionsMax) {
    return `The rules of all groups can ask for ${questionsMax} programs; ` +
      `with this one they would ask for more`;
  }
  return faultOfReferences(group, all);
}

/** A rule may name other groups, but not, by whatever way, its own. */
function faultOfReferences(
  group: ReadGroup,
  all: ReadonlyMap<string, ReadGroup>,
): string | null {
  const own = group.record.name;
  for (const name of groupsNamedBy(group.rule)) {
    if (!all.has(name)) {
      return `The rule of "${own}" names a group "${name}", which is not there`;
    }
  }
  const seen = new Set<string>();
  const reached = [...wordsOf(group.rule)];
  for (let name = reached.pop(); name !== undefined; name = reached.pop()) {
    if (name === own.toLowerCase()) {
      return `The rule of "${own}" leads back to "${own}" itself`;
    }
    if (seen.has(name)) continue;
    seen.add(name);
    reached.push(...wordsOf(all.get(name)?.rule ?? null));
  }
  return null;
}

/** Groups whose rules name this one. */
export function namedBy(
  name: string,
  all: Iterable<ReadGroup>,
): string[] {
  const key = name.toLowerCase();
  return [...all]
    .filter(({ rule }) => wordsOf(rule).includes(key))
    .map(({ record }) => record.name);
}

/** Every word that is, or could become, a group's name; in lower case. */
function wordsOf(rule: Selector | null): string[] {
  if (rule === null) return [];
  return leavesOf(rule).flatMap((leaf) =>
    leaf.kind === "word"
      ? [leaf.word.toLowerCase()]
      : leaf.kind === "term" && leaf.key === "group"
      ? [leaf.value.toLowerCase()]
      : []
  );
}

function groupsNamedBy(rule: Selector | null): string[] {
  if (rule === null) return [];
  return leavesOf(rule).flatMap((leaf) =>
    leaf.kind === "term" && leaf.key === "group"
      ? [leaf.value.toLowerCase()]
      : []
  );
}
