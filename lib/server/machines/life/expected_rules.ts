/**
 * What may be expected. Pure.
 *
 * @module
 */

import { faultOfTag } from "../../groups/group_rules.ts";
import { isGlob } from "../../selectors/selector.ts";
import type { ExpectedMachine } from "../../shapes/expected.ts";
import { faultOfName, MACHINE_NAME_LENGTH_MAX } from "../machine_names.ts";
import { keyOf } from "./expectations.ts";

/** What the rules look at. */
export interface ExpectedFacts {
  hasGroup(name: string): boolean;
}

/** What is wrong with the lines, a sentence for each; none: nothing. */
export function faultsOfExpected(
  all: readonly ExpectedMachine[],
  facts: ExpectedFacts,
): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const names = new Set<string>();
  for (const one of all) {
    const wrong = faultOf(one, facts);
    if (wrong !== null) faults.push(`${one.sign}: ${wrong}`);
    if (seen.has(keyOf(one))) faults.push(`${one.sign}: it is there twice`);
    seen.add(keyOf(one));
    const name = one.name.toLowerCase();
    if (name === "") continue;
    if (names.has(name)) {
      faults.push(`${one.sign}: the name "${one.name}" is there twice`);
    }
    names.add(name);
  }
  return faults;
}

function faultOf(
  { by, sign, name, groups, tags }: ExpectedMachine,
  { hasGroup }: ExpectedFacts,
): string | null {
  if (by === "mac" && !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(sign)) {
    return "it is no MAC address like aa:bb:cc:dd:ee:ff";
  }
  if (by === "host" && sign.length > MACHINE_NAME_LENGTH_MAX) {
    return `a pattern has ${MACHINE_NAME_LENGTH_MAX} characters at most`;
  }
  const wrong = name === "" ? null : faultOfName(name.replace("*", "x"));
  if (wrong !== null) return `no machine can be called "${name}": it ${wrong}`;
  const stars = sign.split("*").length - 1;
  const hasOneStar = by === "host" && stars === 1 && !sign.includes("?");
  if (name.includes("*") && !hasOneStar) {
    return `"${name}" has a *, and only one * in a host name can fill it`;
  }
  if (by === "host" && isGlob(sign) && name !== "" && !name.includes("*")) {
    return `all that match it would be called "${name}"; give a name with a *, ` +
      "or none";
  }
  const unknown = groups.find((group) => !hasGroup(group.toLowerCase()));
  if (unknown !== undefined) {
    return `there is no group "${unknown}"; make it first`;
  }
  for (const tag of tags) {
    const wrong = faultOfTag(tag);
    if (wrong !== null) return `no tag can be called "${tag}": it ${wrong}`;
  }
  return null;
}
