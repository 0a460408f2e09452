/**
 * Why a machine answered `[rate{...}]`: the words that travel, what they tell
 * the person who gave the order, and whether the same order may succeed when
 * it is asked again.
 *
 * The words are wire format, in SeP and in SiP: append, never rename. A reason
 * that a newer agent sends and this table does not hold is read as `system`.
 *
 * @module
 */

interface ReasonSpec {
  /** A sentence without its end, for the operator. */
  readonly text: string;
  /** True when trying again, later, may help. */
  readonly again: boolean;
}

// deno-fmt-ignore
export const REASONS = {
  busy:       { again: true,  text: "The machine is busy with another order" },
  later:      { again: true,  text: "Too many transfers at once; the machine was asked to come back later" },
  network:    { again: true,  text: "The transfer with the server was cut" },
  disk:       { again: true,  text: "The machine's disk is full" },
  system:     { again: true,  text: "The machine's system reported an error" },
  denied:     { again: false, text: "The machine's system refused the access (permissions or a read-only disk)" },
  hash:       { again: true,  text: "The file that arrived is not the one that was ordered" },
  signature:  { again: false, text: "The signature of the package or list does not verify" },
  publisher:  { again: false, text: "The package is signed by a publisher that this fleet does not know" },
  revoked:    { again: false, text: "The package is signed by a publisher that was revoked" },
  name:       { again: false, text: "The package's name or version is not the one that was ordered, or its publisher may not use it" },
  package:    { again: false, text: "The package is malformed or breaks a rule" },
  absent:     { again: false, text: "The program, or the version to go back to, is not there" },
  protected:  { again: false, text: "The program is protected against removal" },
  required:   { again: false, text: "Another program requires it" },
  hook:       { again: false, text: "One of the package's hooks failed" },
  deadline:   { again: true,  text: "One of the package's hooks took longer than its deadline" },
  downgrade:  { again: false, text: "It is a step back that no downgrade statement allows, or that the package forbids" },
  conflict:   { again: false, text: "It conflicts with something that is on the machine" },
  target:     { again: false, text: "The package is not made for this kind of machine" },
  expired:    { again: false, text: "The package has expired" },
  agent:      { again: false, text: "The package needs a newer agent" },
  occupied:   { again: true,  text: "A person is at work with the machine or the program, and is not disturbed" },
} as const satisfies Record<string, ReasonSpec>;

/** A word that `[rate]` carries. */
export type Reason = keyof typeof REASONS;

/** The reason of a word from the wire. */
export function reasonOf(word: string): Reason {
  return Object.hasOwn(REASONS, word) ? word as Reason : "system";
}
