/**
 * What the steps of every transaction share: how one ends, and the trees
 * between which it changes the machine.
 *
 * @module
 */

import type { HookName, Manifest } from "../../ieo/manifest/types.ts";
import type { HookEnvironment } from "../hooks.ts";
import type { Commit } from "../journal/entries.ts";
import { type Failure, failure } from "../result.ts";
import type { Site } from "../site.ts";

/** A version on the disk, and what its manifest says. */
export interface Tree {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** All steps went well: what the commit record will say. Or one did not. */
export type Performed = { readonly ok: true } & Commit | Failure;

/** A step of a transaction: null to go on, or why it must be undone. */
export type Step<Work> = (work: Work) => Promise<Failure | null>;

/** Takes the steps one after the other; stops at the first failure. */
export async function takeSteps<Work>(
  steps: readonly Step<Work>[],
  work: Work,
): Promise<Failure | null> {
  for (const step of steps) {
    const failed = await step(work);
    if (failed !== null) return failed;
  }
  return null;
}

/** Runs a hook of the tree's package, when it has one of that name. */
export async function runHookOf(
  { hooks }: Site,
  name: HookName,
  { tree, mark, ...environment }:
    & { readonly tree: Tree; readonly mark: string }
    & Pick<HookEnvironment, "previous" | "step">,
): Promise<Failure | null> {
  const { directory, manifest } = tree;
  const hook = manifest.hooks[name];
  if (hook === undefined) return null;
  const outcome = await hooks.run({
    hook,
    name,
    directory,
    mark,
    environment: {
      program: manifest.name,
      version: manifest.version,
      ...environment,
    },
  });
  return outcome.ok ? null : failure(outcome.reason, outcome.detail);
}
