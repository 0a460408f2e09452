/**
 * That this server once began on a copy of its store, for those who must know
 * that there may be more in the world than the store says.
 *
 * @module
 */

import type { Store, Write } from "../store/store.ts";

const META_RESTORED = "restored";

/** When; null: it never did. */
export async function readRestoredMs(
  store: Pick<Store, "meta">,
): Promise<number | null> {
  const text = await store.meta(META_RESTORED);
  return text === null ? null : Number(text);
}

/** It does now. */
export function restoredAt(nowMs: number): Write {
  return { kind: "meta", key: META_RESTORED, value: String(nowMs) };
}
