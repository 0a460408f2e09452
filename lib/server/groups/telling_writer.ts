/**
 * A writer that tells when what machines have has changed: lists that came,
 * and what orders did.
 *
 * @module
 */

import type { Write, Writer } from "../store/store.ts";

const OF_PROGRAMS: ReadonlySet<Write["kind"]> = new Set<Write["kind"]>([
  "list",
  "told",
]);

/** @param stirred is called when such a change is in the store. */
export function telling(writer: Writer, stirred: () => void): Writer {
  return {
    async commit(writes) {
      await writer.commit(writes);
      if (writes.some(({ kind }) => OF_PROGRAMS.has(kind))) stirred();
    },
  };
}
