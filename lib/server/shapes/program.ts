/**
 * One published program, as the store keeps it. The bytes are on the disk,
 * under the name of their hash; see `catalogue.ts`.
 *
 * @module
 */

import type { Manifest, NativeKind } from "../../ieo/manifest/types.ts";

/**
 * What orders need to know of a package: a manifest without its files. It is
 * kept beside the package, because a manifest can have 16 MiB, and reading one
 * means to open its zip.
 */
export interface ProgramFacts extends
  Pick<
    Manifest,
    | "requires"
    | "conflicts"
    | "targets"
    | "agent"
    | "expires"
    | "protected"
    | "rollback"
  > {
  /** The sum of what its hooks and the like may take, milliseconds. */
  readonly deadlinesMs: number;
  /** It runs code of its own as administrator. */
  readonly runsCode: boolean;
  /** What the system's own package manager must understand. */
  readonly native: readonly NativeKind[];
}

/** A package that asks for nothing; every one before schema version 2. */
export const NO_FACTS: ProgramFacts = {
  requires: [],
  conflicts: [],
  targets: [],
  protected: false,
  rollback: true,
  deadlinesMs: 0,
  runsCode: false,
  native: [],
};

/** What is known of a package that was verified when it was published. */
export interface ProgramRecord {
  readonly name: string;
  readonly version: string;
  /** Grows with each version of the name; the highest is the newest. */
  readonly serial: number;
  readonly title: string;
  /** Of `A.ieo`, bytes. */
  readonly size: number;
  /** Of `A.ieo`, hex. */
  readonly sha256: string;
  /** `A.ieo.sig`, byte for byte. */
  readonly statement: Uint8Array;
  readonly facts: ProgramFacts;
  readonly publishedMs: number;
}

/** A downgrade statement that was verified when it was published. */
export interface DowngradeRecord {
  /** Of what it says; see `lib/trust/downgrade.ts`. */
  readonly id: string;
  readonly name: string;
  readonly versions: readonly string[];
  readonly issuedMs: number;
  readonly expiresMs: number;
  /** The envelope, byte for byte. */
  readonly statement: Uint8Array;
}
