/**
 * Orders that are given at the machine itself. They are journalled as the
 * server's are, so each needs a number that no order of a server can have: a
 * server counts the attempts of an order from 1, so attempt 0 is ours, and the
 * order's number is 64 random bits, so no two of ours meet either.
 *
 * @module
 */

import type { Randomness } from "../host/randomness.ts";
import type { InstallOrder } from "../sep/server_api.ts";
import { ANY_VERSION, isProgramName, isVersion } from "../trust/names.ts";

/** The attempt of every order of the machine's own. */
export const OWN_ATTEMPT = 0;

const NO_HASH = "00".repeat(32);

/** What a person at the machine asks for; null for what cannot be meant. */
export function readRollback(
  asked: unknown,
): { readonly name: string; readonly version: string } | null {
  if (typeof asked !== "object" || asked === null) return null;
  const { name, version = ANY_VERSION } = asked as Record<string, unknown>;
  if (typeof name !== "string" || typeof version !== "string") return null;
  const isGood = isProgramName(name) &&
    (version === ANY_VERSION || isVersion(version));
  return isGood ? { name, version } : null;
}

/** The order to go back to the version that is kept. */
export function ownRollback(
  randomness: Randomness,
  { name, version }: { readonly name: string; readonly version: string },
): InstallOrder {
  const { buffer } = randomness.bytes(8);
  return {
    order: new DataView(buffer).getBigUint64(0),
    attempt: OWN_ATTEMPT,
    name,
    version,
    sha256: NO_HASH,
    size: 0,
    how: "retour",
  };
}
