/**
 * The questions that are asked of a package before a machine takes it, by name.
 * `examine.ts` asks them.
 *
 * @module
 */

/** The checks, in the order of an agent, and what each is about. */
export const CHECKS = {
  form: "statement",
  revoked: "publisher not revoked",
  publisher: "publisher known",
  signature: "signature",
  name: "right to the name",
  hooks: "right to run programs",
  size: "size",
  sha256: "SHA-256",
  zip: "zip",
  manifest: "manifest",
  files: "files",
  expiry: "expiry",
} as const;

/** A check. */
export type CheckName = keyof typeof CHECKS;

/** What came of it; `unknown` when it could not be made. */
export type Verdict = "holds" | "fails" | "unknown";

/** One check. */
export interface Check {
  readonly name: CheckName;
  readonly verdict: Verdict;
  /** A sentence, or what was found when it holds. */
  readonly text: string;
}
