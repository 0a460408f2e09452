/**
 * In place of `lib/trust/list_statement.ts`, for an agent that signs its lists
 * with a key that is not its own (`false_signer.ts` puts it there).
 *
 * @module
 */

import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import {
  type ListStatement,
  signList as signRightly,
} from "../../lib/trust/list_statement.ts";

export * from "../../lib/trust/list_statement.ts";

/** Signs with another machine's key. */
export function signList(_key: unknown, statement: ListStatement): Uint8Array {
  return signRightly(keyPairFromSeed(new Uint8Array(32).fill(7)), statement);
}
