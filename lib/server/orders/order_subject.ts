/**
 * What an order is about that names no published package: a question, or a
 * version that machines kept. Pure.
 *
 * @module
 */

import { isListable } from "../../peo/program.ts";
import { NAME_BYTES_MAX, VERSION_BYTES_MAX } from "../../sep/words.ts";
import { utf8 } from "../../trust/bytes.ts";
import { ANY_VERSION, isProgramName, isVersion } from "../../trust/names.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { Order } from "../shapes/task.ts";

/** What an order is about. */
export type Subject = Pick<Order, "name" | "version" | "sha256" | "size">;

/** No file belongs to the order. */
export const NO_FILE = { sha256: "", size: 0 } as const;

/** A question may be about any program, not only about ours. */
export function askedFor(name: string, version: string | undefined): Subject {
  const asked = version ?? ANY_VERSION;
  const fits = (text: string, bytesMax: number) =>
    isListable(text) && utf8(text).length <= bytesMax;
  if (!fits(name, NAME_BYTES_MAX)) {
    throw new ApiFault(400, `No program can be called "${name}"`);
  }
  if (!fits(asked, VERSION_BYTES_MAX)) {
    throw new ApiFault(400, `No version can be called "${asked}"`);
  }
  return { name, version: asked, ...NO_FILE };
}

/** A machine may keep what the catalogue has long forgotten. */
export function keptOn(name: string, version: string | undefined): Subject {
  if (!isProgramName(name)) {
    throw new ApiFault(400, `No program can be called "${name}"`);
  }
  if (version !== undefined && !isVersion(version)) {
    throw new ApiFault(400, `No version can be called "${version}"`);
  }
  return { name, version: version ?? ANY_VERSION, ...NO_FILE };
}
