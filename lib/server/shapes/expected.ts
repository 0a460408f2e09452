/**
 * A machine that is expected: approved before it was ever seen, with what it
 * shall be called and where it belongs.
 *
 * @module
 */

/** By what it is known when it comes. */
export interface ExpectedMachine {
  /** A MAC address, or a pattern over host names. */
  readonly by: "mac" | "host";
  /** `aa:bb:cc:dd:ee:ff`, or a pattern in lower case. */
  readonly sign: string;
  /** "": as it calls itself; `*`: what the pattern's `*` stands for. */
  readonly name: string;
  /** Names of groups that it is in by hand. */
  readonly groups: readonly string[];
  readonly tags: readonly string[];
}
