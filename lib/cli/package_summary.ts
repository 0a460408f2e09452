/**
 * A package in a few lines for a person: what it is, what it brings, what it
 * does to a machine. Used before a package is made and when one is looked at.
 * Pure.
 *
 * @module
 */

import type { Manifest, Relation, Target } from "../ieo/manifest/types.ts";
import { counted, showBytes } from "./units.ts";

/** What is told of; everything that a draft may leave out may be absent. */
export type Summarised =
  & Pick<Manifest, "name" | "version">
  & Partial<Omit<Manifest, "files" | "directories">>
  & {
    readonly files: readonly { readonly size: number }[];
    readonly directories: readonly string[];
  };

/** Names of things, and what there is to say of them. */
export type SummaryRow = readonly [what: string, said: string];

/** How many commands or configuration files are named. */
const NAMED_MAX = 8;

/** The rows, without those that have nothing to say. */
export function summaryRows(of: Summarised): SummaryRow[] {
  const rows: (readonly [string, string | undefined])[] = [
    ["title", of.title],
    ["licence", of.licence],
    ["homepage", of.homepage],
    ["content", contentOf(of)],
    ["commands", listed(of.bin?.map(({ name }) => name))],
    ["configuration", listed(of.config?.map(({ path }) => path))],
    ...hookRows(of),
    ...(of.native ?? []).map((native): SummaryRow => [
      `native ${native.kind}`,
      `${native.package} ${native.version}`,
    ]),
    ["requires", relations(of.requires)],
    ["conflicts", relations(of.conflicts)],
    ["machines", targets(of.targets)],
    ["agent", of.agent === undefined ? undefined : `${of.agent} or later`],
    ["expires", of.expires],
    ["protected", of.protected === true ? "no order removes it" : undefined],
    [
      "rollback",
      of.rollback === false ? "no order goes back from it" : undefined,
    ],
    ["agent update", of.self?.path],
  ];
  return rows.flatMap(([what, said]) =>
    said === undefined || said === "" ? [] : [[what, said] as const]
  );
}

/** The sum of the files' sizes, in bytes. */
export function bytesOf({ files }: Pick<Summarised, "files">): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function contentOf(of: Summarised): string {
  const files = counted(of.files.length, "file");
  const empty = of.directories.length === 0
    ? ""
    : `, ${
      counted(of.directories.length, "empty directory", "empty directories")
    }`;
  return `${files}, ${showBytes(bytesOf(of))}${empty}`;
}

function hookRows({ hooks = {} }: Summarised): SummaryRow[] {
  return Object.entries(hooks).flatMap(([name, hook]) => {
    if (hook === undefined) return [];
    const { run, shell, user, deadlineSeconds } = hook;
    const what = shell === undefined ? run.join(" ") : `a script for ${shell}`;
    const who = user === undefined ? "" : `, as ${user}`;
    return [[`hook ${name}`, `${what} (${deadlineSeconds} s${who})`] as const];
  });
}

function relations(list: readonly Relation[] = []): string {
  return list.map(({ name, versions }) =>
    versions === "*" ? name : `${name} ${versions}`
  ).join(", ");
}

function targets(list: readonly Target[] = []): string {
  return list.map(({ os, architecture, distribution, versions }) =>
    [os, architecture, distribution, versions].filter(Boolean).join(" ")
  ).join(", ");
}

function listed(names: readonly string[] = []): string {
  const more = names.length - NAMED_MAX;
  const shown = names.slice(0, NAMED_MAX).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
