/**
 * Is this machine meant by a selector? Pure: whatever is not the machine's own
 * is asked of a `World`. Case never counts.
 *
 * @module
 */

import { globToRegExp } from "../../trust/names.ts";
import { isWithin } from "./address_range.ts";
import { isGlob, type Selector, type Term } from "./selector.ts";

/** What a selector looks at, of one machine. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** `linux`, `debian`, `debian-12`: whatever is known of it. */
  readonly systems: readonly string[];
  readonly architecture: string;
  /** `reboot`: it must be started anew. */
  readonly needs: readonly string[];
  /** Where it was heard last; "" when never. */
  readonly address: string;
}

/** What a selector asks about besides the machine; names in lower case. */
export interface World {
  /** Is a machine called so? */
  hasMachine(name: string): boolean;
  /** Is a group called so? */
  hasGroup(name: string): boolean;
  inGroup(subject: Subject, name: string): boolean;
  /** @param question The text of a `Question`. */
  hasProgram(subject: Subject, question: string): boolean;
}

/** A shorter beginning of an identifier is too easily a slip. */
export const ID_PREFIX_LENGTH_MIN = 4;

/** One name for what systems call differently. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  x64: "x86_64",
  arm64: "aarch64",
};

/** Is it meant? */
export function isMeant(
  selector: Selector,
  subject: Subject,
  world: World,
): boolean {
  switch (selector.kind) {
    case "all":
      return true;
    case "word":
      return isCalled(selector.word.toLowerCase(), subject, world);
    case "term":
      return fits(selector, subject, world);
    case "not":
      return !isMeant(selector.of, subject, world);
    case "and":
      return selector.of.every((one) => isMeant(one, subject, world));
    case "or":
      return selector.of.some((one) => isMeant(one, subject, world));
  }
}

/** A name wins over a group's, and that over an identifier's beginning. */
function isCalled(word: string, subject: Subject, world: World): boolean {
  if (isGlob(word)) return matchesGlob(word, subject.name);
  if (world.hasMachine(word)) return subject.name.toLowerCase() === word;
  if (world.hasGroup(word)) return world.inGroup(subject, word);
  return word.length >= ID_PREFIX_LENGTH_MIN && subject.id.startsWith(word);
}

function fits(term: Term, subject: Subject, world: World): boolean {
  const value = term.value.toLowerCase();
  switch (term.key) {
    case "name":
      return matchesGlob(value, subject.name);
    case "tag":
      return subject.tags.some((tag) => matchesGlob(value, tag));
    case "os":
      return subject.systems.some((system) =>
        matchesGlob(value.replaceAll(" ", "-"), system)
      );
    case "needs":
      return subject.needs.includes(value);
    case "arch":
      return matchesGlob(oneName(value), oneName(subject.architecture));
    case "ip":
      return isWithin(term.range, subject.address);
    case "group":
      return world.hasGroup(value) && world.inGroup(subject, value);
    case "has":
      return world.hasProgram(subject, term.question.text);
  }
}

/** @param glob In lower case. */
export function matchesGlob(glob: string, text: string): boolean {
  const lower = text.toLowerCase();
  return isGlob(glob) ? globToRegExp(glob).test(lower) : glob === lower;
}

function oneName(architecture: string): string {
  const lower = architecture.toLowerCase();
  return ARCHITECTURES[lower] ?? lower;
}
