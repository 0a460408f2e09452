/**
 * What is different from one package manager to the next, as one table of pure
 * functions for each kind: the command lines, and what the answers mean. The
 * manager (`manager.ts`) runs what is built here and knows no kind.
 *
 * @module
 */

import { dirname } from "node:path";
import type { RunResult } from "../../host/processes.ts";
import type { NativePackage } from "../../ieo/manifest/types.ts";
import type { Reason } from "../../sep/reasons.ts";
import { readable } from "../printed.ts";

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** The names of a package that a question is about. */
export type NativeName = Pick<NativePackage, "kind" | "package">;

/** One version of a package that a manager knows of. */
export interface Held {
  readonly version: string;
  /** False when it is only half installed. */
  readonly whole: boolean;
  /** What removes it, where that is not its name (msi: the product's code). */
  readonly key?: string;
}

/** What is installed, and where. */
export interface Target {
  readonly pkg: NativePackage;
  /** The file, with its whole path. */
  readonly file: string;
  /** A system root other than `/`; null for the machine's own. */
  readonly root: string | null;
  /** What the manager holds now. */
  readonly held: readonly Held[];
}

/** What a run of the manager amounts to. */
export type Verdict =
  | { readonly kind: "done"; readonly note?: string }
  /** Another manager works on this machine: nothing was done. */
  | { readonly kind: "locked"; readonly by: string }
  | { readonly kind: "failed"; readonly reason: Reason; readonly why: string };

/** One kind of native packages. */
export interface NativeRules {
  /** `Machine.facts().system` of the machines that have such a manager. */
  readonly systems: readonly string[];
  /** What people call the manager. */
  readonly manager: string;
  /** More for the environment: no questions, plain English. */
  readonly environment: Readonly<Record<string, string>>;
  /** Each is asked, and `held` reads all the answers. */
  readonly query: (
    pkg: NativeName,
    root: string | null,
  ) => readonly CommandLine[];
  readonly held: (pkg: NativeName, printed: readonly string[]) => Held[];
  /** What says which package a file is, where that is asked first. */
  readonly describe: (file: string) => CommandLine | null;
  readonly described: (
    printed: string,
  ) => { readonly package: string; readonly version: string } | null;
  /** One after the other, until one fails. */
  readonly install: (target: Target) => readonly CommandLine[];
  /** From any version to that of the file. */
  readonly goBack: (target: Target) => readonly CommandLine[];
  /**
   * To a version whose file is not here, out of the system's repositories:
   * the first of these programs that the machine has.
   */
  readonly fetch: (pkg: NativeName, version: string) => readonly CommandLine[];
  /** Null when there is no way to. The program may be a file of the package. */
  readonly remove: (
    target: Omit<Target, "file">,
  ) => readonly CommandLine[] | null;
  readonly judge: (result: RunResult) => Verdict;
  /** What happened to files of the owner, for the operator. */
  readonly notes: (printed: string) => readonly string[];
}

/** How sentences call a package. */
export function nameOf({ kind, package: name }: NativeName): string {
  return `the ${kind} ${name}`;
}

/** The tree that a package's file lies in. */
export function treeOf({ path }: NativePackage, file: string): string {
  return file.endsWith(`/${path}`)
    ? file.slice(0, -path.length - 1)
    : dirname(file);
}

/** A rule that tells one kind of failure by what was printed. */
export type FailureRule = readonly [RegExp, Reason, string];

/** Failures that look the same whoever prints them. */
const COMMON_FAILURES: readonly FailureRule[] = [
  [/No space left on device|disk quota exceeded/i, "disk", "the disk is full"],
  [
    /Read-only file system|superuser privilege|Permission denied|Operation not permitted/i,
    "denied",
    "the system refused the access",
  ],
];

/** Everything that a manager printed, as text. */
export function printedBy({ stdout, stderr }: RunResult): string {
  return `${readable(stdout)}\n${readable(stderr)}`;
}

/** The verdict on a manager whose code 0 means success, by its words. */
export function judgeByWords(
  result: RunResult,
  locked: RegExp,
  rules: readonly FailureRule[],
): Verdict {
  if (result.code === 0) return { kind: "done" };
  const printed = printedBy(result);
  const [by] = locked.exec(printed) ?? [];
  if (by !== undefined) return { kind: "locked", by: by.trim() };
  for (const [words, reason, why] of [...rules, ...COMMON_FAILURES]) {
    if (words.test(printed)) return { kind: "failed", reason, why };
  }
  return { kind: "failed", reason: "hook", why: endOf(result) };
}

/** How a run ended, as the end of a sentence. */
export function endOf({ code, signal }: RunResult): string {
  return code === null
    ? `it was ended by ${signal ?? "a signal"}`
    : `it ended with code ${code}`;
}

/** `--root=DIR` or the like; nothing for the machine's own root. */
export function rootOption(option: string, root: string | null): string[] {
  return root === null ? [] : [`${option}${root}`];
}
