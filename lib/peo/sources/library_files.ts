/**
 * The trees of files in which packages are kept, looked at so that they cannot
 * hurt: only directories and plain files are opened, links are followed a few
 * steps, and every directory and file has a limit. Whatever is not as it
 * should be is a fault, and nothing here rejects.
 *
 * A tree may be a person's: then the files in it count only when they are that
 * person's too, and there is a limit to the tree as a whole.
 *
 * @module
 */

import { dirname, isAbsolute, normalize } from "node:path";
import { type Entry, type EntryKind, UnwantedFile } from "../../host/disk.ts";
import { sentenceOf } from "../../host/log.ts";
import { describe } from "../../trust/shape.ts";
import type { FaultList } from "../faults.ts";
import type { SourceContext } from "../source.ts";
import type { Allowance } from "./allowance.ts";

/** What is needed to look into a tree. */
export interface Looking {
  readonly context: Pick<SourceContext, "disk" | "root">;
  readonly faults: FaultList;
  /** Whose the files must be; absent: whoever's. */
  readonly owner?: number | undefined;
  /** Absent: each directory has its limit, and their number has none. */
  readonly allowance?: Allowance;
}

/** Something on the disk, with no link in the last place of its path. */
export interface Place {
  readonly path: string;
  readonly kind: EntryKind;
}

/** Entries of one directory that are looked at. */
export const ENTRIES_MAX = 20_000;

/** A longer chain of links is a circle. */
const LINKS_MAX = 8;

/** What is there, behind links; null when there is nothing. */
export async function placeOf(
  { context: { disk, root }, faults }: Looking,
  path: string,
): Promise<Place | null> {
  let at = path;
  try {
    for (let links = 0; links <= LINKS_MAX; links++) {
      const kind = (await disk.stat(root + at))?.kind;
      if (kind === undefined) return null;
      if (kind !== "symlink") return { path: at, kind };
      const target = await disk.readLink(root + at);
      at = normalize(isAbsolute(target) ? target : `${dirname(at)}/${target}`);
    }
    faults.add(`Cannot follow the link ${describe(path)}: it has no end`);
  } catch (error) {
    faults.add(`Cannot look at ${describe(path)}: ${sentenceOf(error)}`);
  }
  return null;
}

/** In the order of their names; none where there is no such directory. */
export async function entriesOf(
  looking: Looking,
  path: string,
): Promise<Entry[]> {
  const { context: { disk, root }, faults, allowance } = looking;
  if (allowance?.isSpent) return [];
  const place = await placeOf(looking, path);
  if (place?.kind !== "directory") return [];
  const entries: Entry[] = [];
  try {
    for await (const entry of disk.list(root + place.path)) {
      if (entries.length === ENTRIES_MAX) {
        faults.add(
          `Only ${ENTRIES_MAX} entries of ${describe(path)} were looked at`,
        );
        break;
      }
      if (allowance?.take() === false) break;
      entries.push(entry);
    }
  } catch (error) {
    faults.add(`Cannot look into ${describe(path)}: ${sentenceOf(error)}`);
  }
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Directories below `path` whose names fit, one pattern for each step down:
 * `/usr/lib`, `python3.11`, `site-packages`.
 */
export async function directoriesBelow(
  looking: Looking,
  path: string,
  patterns: readonly RegExp[],
): Promise<string[]> {
  const [pattern, ...rest] = patterns;
  if (pattern === undefined) return [path];
  const found: string[] = [];
  for (const { name, kind } of await entriesOf(looking, path)) {
    if (kind !== "directory" && kind !== "symlink") continue;
    if (!pattern.test(name)) continue;
    found.push(...await directoriesBelow(looking, `${path}/${name}`, rest));
  }
  return found;
}

/** The paths behind links, each once. */
export async function distinct(
  looking: Looking,
  paths: readonly string[],
): Promise<string[]> {
  const places = new Set<string>();
  for (const path of paths) {
    const place = await placeOf(looking, path);
    if (place?.kind === "directory") places.add(place.path);
  }
  return [...places];
}

/** The whole file; null when there is none, or none that can be read. */
export async function bytesOf(
  looking: Looking,
  path: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  // One byte more than allowed is enough to know.
  const bytes = await beginningOf(looking, path, bytesMax + 1);
  if (bytes === null || bytes.length <= bytesMax) return bytes;
  looking.faults.add(
    `Cannot read ${describe(path)}: it holds more than ${bytesMax} bytes`,
  );
  return null;
}

/** The same, but of a longer file the beginning only. */
export async function beginningOf(
  looking: Looking,
  path: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { context: { disk, root }, faults, owner } = looking;
  const place = await placeOf(looking, path);
  if (place === null) return null;
  if (place.kind !== "file") {
    faults.add(`Cannot read ${describe(path)}: it is no file`);
    return null;
  }
  try {
    return await disk.readPlain(root + place.path, { bytesMax, owner });
  } catch (error) {
    faults.add(`Cannot read ${describe(path)}: ${whyNot(error)}`);
    return null;
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof UnwantedFile)) return sentenceOf(error);
  return error.why === "no file"
    ? "it is no file"
    : "it is somebody else's than the directory it was looked for in";
}
