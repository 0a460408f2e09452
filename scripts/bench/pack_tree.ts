/**
 * A program tree to pack, copied from the real files of this machine: programs
 * and libraries, scripts, texts, images. Which files is decided by the hashes
 * of their paths, so one machine gives the same tree every time.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { ancestorsOf, faultOfPath, foldPath } from "../../lib/ieo/paths.ts";

/** Where programs keep their files. */
const ROOTS = ["/usr/bin", "/usr/lib", "/usr/share"];
/** One file is never more than this part of the tree. */
const SHARE_MAX = 0.03;
/** Nor are the files of one directory of the roots more than this part. */
const BRANCH_MAX = 0.15;
/** As long as the average is too low, smaller ones than this part of it wait. */
const SMALL_PART = 1 / 4;

interface Candidate {
  readonly path: string;
  readonly size: number;
  readonly order: string;
}

/** What was copied. */
export interface Tree {
  readonly files: number;
  readonly bytes: number;
}

/** Copies about so many files of about so many bytes together. */
export function copyProgramTree(
  into: string,
  wanted: { readonly files: number; readonly bytes: number },
): Tree {
  const average = wanted.bytes / wanted.files;
  const taken = new Set<string>();
  const branches = new Map<string, number>();
  let [files, bytes] = [0, 0];
  for (const { path, size } of candidates(wanted.bytes * SHARE_MAX)) {
    if (files >= wanted.files) break;
    const isLow = bytes < files * average;
    if (isLow ? size < average * SMALL_PART : size > average) continue;
    const branch = path.split("/").slice(0, 3).join("/");
    const beside = branches.get(branch) ?? 0;
    if (beside >= wanted.files * BRANCH_MAX) continue;
    const names = [path, ...ancestorsOf(path)];
    if (names.some((name) => taken.has(`/${foldPath(name)}`))) continue;
    const target = `${into}/${path}`;
    Deno.mkdirSync(dirname(target), { recursive: true });
    try {
      Deno.copyFileSync(`/${path}`, target);
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) continue;
      throw error;
    }
    taken.add(`/${foldPath(path)}`);
    branches.set(branch, beside + 1);
    files++;
    bytes += size;
  }
  return { files, bytes };
}

/** The regular files below the roots that a package can hold, shuffled. */
function candidates(bytesMax: number): Candidate[] {
  const found: Candidate[] = [];
  for (const root of ROOTS) collect(root, found, bytesMax);
  return found.sort((a, b) => a.order < b.order ? -1 : 1);
}

function collect(
  directory: string,
  found: Candidate[],
  bytesMax: number,
): void {
  for (const entry of Deno.readDirSync(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) collect(path, found, bytesMax);
    const relative = path.slice(1);
    if (!entry.isFile || faultOfPath(relative) !== null) continue;
    const { size } = Deno.lstatSync(path);
    if (size > bytesMax) continue;
    const order = createHash("sha256").update(relative).digest("hex");
    found.push({ path: relative, size, order });
  }
}
