/**
 * A selector: which machines somebody means, as a value. `parse.ts` makes it
 * of a text, `matching.ts` asks it about a machine. Pure.
 *
 * @module
 */

import type { Question } from "../../peo/versions/question.ts";
import type { AddressRange } from "./address_range.ts";

/** What a selector asks of a machine. */
export type Selector =
  | { readonly kind: "all" }
  /** A machine, a group, the beginning of an identifier, or a glob. */
  | { readonly kind: "word"; readonly word: string }
  | Term
  | { readonly kind: "not"; readonly of: Selector }
  | { readonly kind: "and" | "or"; readonly of: readonly Selector[] };

/** One `key:value`. */
export type Term =
  | {
    readonly kind: "term";
    readonly key: TextKey;
    /** As it was written; a glob, but for a group. */
    readonly value: string;
  }
  | {
    readonly kind: "term";
    readonly key: "ip";
    readonly value: string;
    readonly range: AddressRange;
  }
  | {
    readonly kind: "term";
    readonly key: "has";
    readonly value: string;
    readonly question: Question;
  };

/** Keys whose value is a word or a glob. */
export type TextKey = "tag" | "os" | "arch" | "name" | "group" | "needs";

/** Every key, and what its value is. */
export const KEYS: Readonly<Record<Term["key"], string>> = {
  tag: "a word that machines bear: tag:exam",
  os: "a system or distribution: os:linux, os:debian, os:debian-12",
  arch: "a processor: arch:x86_64",
  ip: "an address, a network or a range: ip:10.0.1.0/24, ip:10.0.1.5-10.0.1.9",
  name: "a name or a pattern over names: name:room-*",
  group: "a group: group:room-101",
  needs: "what a machine waits for: needs:reboot",
  has: "a program, perhaps its version: has:firefox, has:'firefox < 128'",
};

/** The word for every machine; no machine and no group can bear it. */
export const ALL = "all";

/** Every word and term in it, from left to right. */
export function leavesOf(
  selector: Selector,
): Exclude<Selector, { readonly of: unknown }>[] {
  switch (selector.kind) {
    case "not":
      return leavesOf(selector.of);
    case "and":
    case "or":
      return selector.of.flatMap(leavesOf);
    default:
      return [selector];
  }
}

/** The questions about programs in it. */
export function questionsOf(selector: Selector): Question[] {
  return leavesOf(selector).flatMap((leaf) =>
    leaf.kind === "term" && leaf.key === "has" ? [leaf.question] : []
  );
}

/** No machine's and no group's name holds these signs. */
export function isGlob(word: string): boolean {
  return /[*?]/.test(word);
}
