/**
 * How somebody at this machine wants its list to be shown, read from a value
 * that nothing has looked at. Pure.
 *
 * @module
 */

import { LIBRARY_SOURCES } from "../peo/sources.ts";

/** What is asked with the question `list`. */
export interface ListAsked {
  /** The bytes of `B.peo`, not what stands in it. */
  readonly document: boolean;
  /** Optional sources, this once; absent: those that the server wants. */
  readonly libraries?: readonly string[];
}

/** What is no lawful wish is not there. */
export function readListAsked(asked: unknown): ListAsked {
  const { document, libraries } = (asked ?? {}) as Partial<
    Record<string, unknown>
  >;
  return {
    document: document === true,
    ...(Array.isArray(libraries)
      ? {
        libraries: LIBRARY_SOURCES.filter((name) => libraries.includes(name)),
      }
      : {}),
  };
}
