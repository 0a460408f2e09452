/**
 * The files of a package that the machine's owner may change, carried from the
 * version in use to the one that comes (I-18). As the manifest says, for one
 * that was changed:
 *
 *     keep    the owner's stays in place; the package's comes beside it
 *             (`editor.conf.package-2.0`)
 *     aside   the package's comes in place; the owner's is put beside it
 *             (`editor.conf.owner-1.0`)
 *
 * Changed is what differs from the manifest that the file came with, unless it
 * is the very file that comes. Files are copied into the staged tree: the tree
 * of the version before stays whole, so that going back finds it as it was.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import type { ConfigFile, ManifestFile } from "../../ieo/manifest/types.ts";
import { ancestorsOf, foldPath } from "../../ieo/paths.ts";
import { hashFile } from "../../ieo/verify.ts";
import type { Tree } from "./step.ts";

/**
 * Never setuid and the like (Z-05): a hook may have given the file to another
 * user, and the copy of it that we make is the administrator's at first.
 */
const MODE_MAX = 0o777;

/** A changed file, and what becomes of it. */
export interface CarriedFile extends ConfigFile {
  /** The name of the one that does not stay in place. */
  readonly beside: string;
  readonly kind: "file" | "symlink";
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
}

/**
 * The files to carry from one version to the next; changes nothing.
 *
 * @throws what the disk throws.
 */
export async function findCarriedFiles(
  disk: Disk,
  from: Tree,
  to: Pick<Tree, "manifest">,
): Promise<readonly CarriedFile[]> {
  const before = byPath(from.manifest.files);
  const after = byPath(to.manifest.files);
  const taken = new Set(
    [...to.manifest.files.map(({ path }) => path), ...to.manifest.directories]
      .flatMap((path) => [...ancestorsOf(path), path]).map(foldPath),
  );
  const found: CarriedFile[] = [];
  for (const { path, changed } of to.manifest.config) {
    const place = `${from.directory}/${path}`;
    const stat = await disk.stat(place);
    if (stat?.kind !== "file" && stat?.kind !== "symlink") continue;
    if (stat.kind === "file") {
      // By its size first: a file that grew may take hours to read.
      const alike = [before.get(path), after.get(path)]
        .filter((file) => file?.size === stat.size);
      const hash = alike.length > 0 ? await hashFile(disk, place) : null;
      if (alike.some((file) => file?.sha256 === hash)) continue;
    }
    const wanted = changed === "keep"
      ? `${path}.package-${to.manifest.version}`
      : `${path}.owner-${from.manifest.version}`;
    const beside = freeName(wanted, taken);
    const { kind, size } = stat;
    const mode = stat.mode & MODE_MAX;
    found.push({ path, changed, beside, kind, size, mode });
  }
  return found;
}

function byPath(files: readonly ManifestFile[]): Map<string, ManifestFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(foldPath(name)); number++) {
    name = `${wanted}.${number}`;
  }
  taken.add(foldPath(name));
  return name;
}

/**
 * Puts the owner's files into a tree that was unpacked.
 *
 * @throws what the disk throws.
 */
export async function carryFiles(
  disk: Disk,
  files: readonly CarriedFile[],
  { from, into }: { readonly from: string; readonly into: string },
): Promise<void> {
  for (const file of files) {
    const { path, beside, changed } = file;
    const place = `${into}/${path}`;
    if (changed === "keep") await disk.rename(place, `${into}/${beside}`);
    const target = changed === "keep" ? place : `${into}/${beside}`;
    await copy(disk, `${from}/${path}`, target, file);
  }
}

const COPY_BYTES = 65_536;

async function copy(
  disk: Disk,
  from: string,
  to: string,
  { kind, mode }: CarriedFile,
): Promise<void> {
  if (kind === "symlink") return disk.symlink(await disk.readLink(from), to);
  const source = await disk.open(from, { read: true });
  try {
    const target = await disk.open(to, { write: true, createNew: true, mode });
    try {
      const buffer = new Uint8Array(COPY_BYTES);
      for (;;) {
        const count = await source.read(buffer);
        if (count === null) break;
        await target.write(buffer.subarray(0, count));
      }
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
  await disk.copyOwner(from, to);
  await disk.chmod(to, mode);
}

/** What the order's giver is told of it, a sentence a line. */
export function notesOf(files: readonly CarriedFile[]): string[] {
  return files.map(({ path, beside, changed }) =>
    changed === "keep"
      ? `kept the owner's ${path}; the package's is ${beside}`
      : `replaced ${path}, which the owner had changed; theirs is ${beside}`
  );
}
