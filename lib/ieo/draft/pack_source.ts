/**
 * A package that can be made: what the drafts of directories and of native
 * packages both lead to. Types only.
 *
 * @module
 */

import type { PackageDraft } from "../pack.ts";
import type { Found } from "../pack/walk.ts";

/** A package that can be made. */
export interface PackSource {
  /** Where its files are. */
  readonly directory: string;
  readonly draft: PackageDraft;
  readonly found: Found;
  /** What may be worth a warning. */
  readonly remarks: Remarks;
}

/** What was noticed while a draft was made; `draft/warnings.ts` judges it. */
export interface Remarks {
  /** Hooks that say nothing of their deadline, by name. */
  readonly hooksWithoutDeadline: readonly string[];
  /** Files that are named as programs and could not be run as they lay. */
  readonly madeExecutable: readonly string[];
  /** Patterns of `exclude` that left nothing out. */
  readonly idlePatterns: readonly string[];
  /** The architecture of a native package that no agent has itself. */
  readonly foreignArchitecture?: string;
}
