/**
 * What is said when a selector means nobody, or names what is not there. A
 * name that is not known is a slip wherever it stands: `!rom-102` must not
 * take room 102 in. Pure.
 *
 * @module
 */

import { didYouMean, nearest } from "../../trust/nearest.ts";
import {
  ID_PREFIX_LENGTH_MIN,
  matchesGlob,
  type Subject,
  type World,
} from "./matching.ts";
import { isGlob, leavesOf, type Selector } from "./selector.ts";

/** Nothing was meant, or more than one thing. */
export interface WhereFault {
  /** A sentence. */
  readonly error: string;
  /** Names that may have been meant, nearest first. */
  readonly nearest: readonly string[];
  /** Its text is no selector; whether such a machine is there is not asked. */
  readonly isUnclear?: true;
}

/** What the search for slips looks at. */
export interface Known {
  /** The machines that could be meant. */
  readonly subjects: readonly Subject[];
  readonly world: World;
  readonly groups: readonly string[];
}

/** The first name in it that is not known, or not only one; null: none. */
export function slipIn(selector: Selector, known: Known): WhereFault | null {
  for (const leaf of leavesOf(selector)) {
    const slip = leaf.kind === "word"
      ? slipOfWord(leaf.word, known)
      : leaf.kind === "all"
      ? null
      : leaf.key === "group"
      ? slipOfGroup(leaf.value, known)
      : leaf.key === "tag"
      ? slipOfTag(leaf.value, known)
      : null;
    if (slip !== null) return slip;
  }
  return null;
}

/** It means nobody, though there is no slip in it. */
export function nobody(
  selector: Selector,
  text: string,
  { subjects }: Known,
): WhereFault {
  const told = (error: string, near: readonly string[] = []) => ({
    error: `${error}${didYouMean(near)}`,
    nearest: near,
  });
  if (selector.kind === "word") {
    const { word } = selector;
    return isGlob(word)
      ? told(
        `No machine's name matches "${word}"`,
        nearest(word, subjects.map(({ name }) => name)),
      )
      : told(`The group "${word}" has no machine`);
  }
  if (selector.kind !== "term") {
    return told(`No machine is meant by "${text}"`);
  }
  const { key, value } = selector;
  const near = (some: readonly string[]) => nearest(value, some);
  switch (key) {
    case "name":
      return told(
        `No machine's name matches "${value}"`,
        near(subjects.map(({ name }) => name)),
      );
    case "tag":
      return told(
        `No machine bears the tag "${value}"`,
        near(subjects.flatMap(({ tags }) => tags)),
      );
    case "os":
      return told(
        `No machine's system is known as "${value}"`,
        near(subjects.flatMap(({ systems }) => systems)),
      );
    case "arch":
      return told(
        `No machine's processor is known as "${value}"`,
        near(subjects.map(({ architecture }) => architecture)),
      );
    case "needs":
      return told(
        `No machine's last list says that it needs "${value}"`,
        value.toLowerCase() === "reboot" ? [] : near(["reboot"]),
      );
    case "ip":
      return told(`No machine was heard last at an address in ${value}`);
    case "group":
      return told(`The group "${value}" has no machine`);
    case "has":
      return told(`No machine's last list holds ${selector.question.text}`);
  }
}

function slipOfWord(word: string, known: Known): WhereFault | null {
  const { subjects, world, groups } = known;
  const lower = word.toLowerCase();
  if (isGlob(word)) return null;
  if (subjects.some(({ name }) => name.toLowerCase() === lower)) return null;
  if (world.hasGroup(lower)) return null;
  const called = lower.length < ID_PREFIX_LENGTH_MIN || world.hasMachine(lower)
    ? []
    : subjects.filter(({ id }) => id.startsWith(lower));
  if (called.length > 1) return ambiguous(word, called);
  if (called.length === 1) return null;
  const near = nearest(word, [...subjects.map(({ name }) => name), ...groups]);
  const what = groups.length === 0 ? "machine" : "machine and no group";
  return {
    error: `No ${what} is called "${word}"${didYouMean(near)}`,
    nearest: near,
  };
}

function slipOfGroup(
  value: string,
  { world, groups }: Known,
): WhereFault | null {
  if (world.hasGroup(value.toLowerCase())) return null;
  const near = nearest(value, groups);
  return {
    error: `No group is called "${value}"${didYouMean(near)}`,
    nearest: near,
  };
}

/** A tag is borne or not; a slip it is when there is one almost like it. */
function slipOfTag(value: string, { subjects }: Known): WhereFault | null {
  const tags = new Set(subjects.flatMap(({ tags }) => tags));
  const glob = value.toLowerCase();
  if ([...tags].some((tag) => matchesGlob(glob, tag))) return null;
  const near = nearest(value, tags);
  if (near.length === 0) return null;
  return {
    error: `No machine bears the tag "${value}"${didYouMean(near)}`,
    nearest: near,
  };
}

/** Several identifiers begin so. */
export function ambiguous(
  prefix: string,
  machines: readonly { readonly name: string }[],
): WhereFault {
  const names = machines.slice(0, 3).map(({ name }) => name);
  return {
    error: `${machines.length} machines' identifiers begin with "${prefix}" ` +
      `(${names.join(", ")}); give more of it, or a name`,
    nearest: names,
  };
}
