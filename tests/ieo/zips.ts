/**
 * Zips made byte by byte out of the parts of `zip_parts.ts`.
 *
 * @module
 */

import { utf8 } from "../../lib/trust/bytes.ts";
import {
  centralPart,
  type CraftedEntry,
  type End,
  endPart,
  localPart,
  type Placed,
  truthOf,
} from "./zip_parts.ts";

export {
  type CraftedEntry,
  extraField,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_SYMLINK,
  u16,
  u32,
  u64,
  UNIX,
} from "./zip_parts.ts";

export interface CraftOptions {
  readonly comment?: Uint8Array;
  /** Stands before the first entry; offsets count it. */
  readonly before?: Uint8Array;
  /** Stands between the last entry and the directory. */
  readonly beforeDirectory?: Uint8Array;
  /** Stands at the end of the directory, and counts as a part of it. */
  readonly inDirectory?: Uint8Array;
  /** Stands between the directory and the end. */
  readonly afterDirectory?: Uint8Array;
  /** Stands after the last byte of the zip. */
  readonly after?: Uint8Array;
  /** What the end of the zip is to tell instead of the truth. */
  readonly end?: Partial<End>;
  /** Write sizes and offsets in zip64 fields, as for huge files. */
  readonly zip64?: boolean;
  /** The directory's records in another order. */
  readonly reorder?: (records: Uint8Array[]) => Uint8Array[];
}

/** The bytes of a zip with these entries. */
export function craftZip(
  entries: readonly CraftedEntry[],
  options: CraftOptions = {},
): Uint8Array<ArrayBuffer> {
  const nothing = new Uint8Array();
  const { zip64 = false, reorder = (records) => records } = options;
  const parts: Uint8Array[] = [options.before ?? nothing];
  const placed: Placed[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const header = truthOf(entry);
    const local = localPart(entry, header);
    placed.push({ entry, header, offset });
    parts.push(local);
    offset += local.length;
  }
  const { beforeDirectory = nothing, inDirectory = nothing } = options;
  const records = placed.map((one) => centralPart(one, zip64));
  const directory = join([...reorder(records), inDirectory]);
  return join([
    ...parts,
    beforeDirectory,
    directory,
    options.afterDirectory ?? nothing,
    endPart({
      offset: offset + beforeDirectory.length,
      size: directory.length,
      count: placed.length,
      comment: options.comment ?? nothing,
      zip64,
      ...options.end,
    }),
    options.after ?? nothing,
  ]);
}

/** As `concat`, for more parts than a call may have arguments. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Where the part after these entries begins. */
export function lengthOfEntries(entries: readonly CraftedEntry[]): number {
  return entries.reduce(
    (sum, entry) => sum + localPart(entry, truthOf(entry)).length,
    0,
  );
}

/**
 * A zip with this entry and then `count` empty ones, `f000000` and on: by
 * copies of one, because made one by one 100,000 of them take 8 s.
 */
export function craftManyEmpty(
  first: CraftedEntry,
  count: number,
): Uint8Array<ArrayBuffer> {
  const start = localPart(first, truthOf(first));
  const entry = { name: "f000000" };
  const header = truthOf(entry);
  const local = localPart(entry, header);
  const central = centralPart({ entry, header, offset: 0 }, false);
  const locals = new Uint8Array(count * local.length);
  const centrals = new Uint8Array(count * central.length);
  const view = new DataView(centrals.buffer);
  for (let index = 0; index < count; index++) {
    const name = utf8(`f${String(index).padStart(6, "0")}`);
    locals.set(local, index * local.length);
    locals.set(name, index * local.length + 30);
    centrals.set(central, index * central.length);
    centrals.set(name, index * central.length + 46);
    const offset = start.length + index * local.length;
    view.setUint32(index * central.length + 42, offset, true);
  }
  const directory = join([
    centralPart({ entry: first, header: truthOf(first), offset: 0 }, false),
    centrals,
  ]);
  const offset = start.length + locals.length;
  const size = directory.length;
  const end = endPart({ offset, size, count: count + 1, zip64: true });
  return join([start, locals, directory, end]);
}
