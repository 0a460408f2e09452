/**
 * One published program, as the store keeps it. The bytes are on the disk,
 * under the name of their hash; see `catalogue.ts`.
 *
 * @module
 */

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
  readonly publishedMs: number;
}
