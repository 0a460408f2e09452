/**
 * The programs that are there, read from the disk each time: the link decides
 * what is installed, and no memory of ours can make it lie. Reading changes
 * nothing, so a command can list programs while the agent runs.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import {
  decodeManifest,
  type Manifest,
  MANIFEST_BYTES_MAX,
} from "../ieo/manifest.ts";
import { MANIFEST_NAME, RECORD_NAME } from "../ieo/paths.ts";
import { hashFile } from "../ieo/verify.ts";
import { ANY_VERSION, isProgramName } from "../trust/names.ts";
import { type Layout, readCurrent } from "./layout.ts";
import {
  decodeInstalled,
  type InstalledRecord,
  RECORD_BYTES_MAX,
} from "./record.ts";

/** One program in its version in use. */
export interface InstalledProgram {
  readonly name: string;
  readonly version: string;
  readonly serial: number;
  /** Empty when the package gave none. */
  readonly title: string;
  /** Of the package: 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  /** How many files the package brought. */
  readonly files: number;
  /** The sum of their sizes. */
  readonly bytes: number;
  /** Milliseconds since 1970, by the machine's own clock. */
  readonly installedAtMs: number;
}

/**
 * The installed programs, by name. A program whose record cannot be read is
 * there all the same, and is listed with what is known: name and version.
 *
 * @throws what the disk throws.
 */
export async function readPrograms(
  disk: Disk,
  layout: Layout,
): Promise<InstalledProgram[]> {
  if (await disk.stat(layout.root) === null) return [];
  const programs: InstalledProgram[] = [];
  for (const name of await programNames(disk, layout)) {
    const version = await readOwned(disk, layout, name);
    if (version === null) continue;
    const record = await readRecord(disk, layout, name, version);
    programs.push({
      name,
      version,
      serial: record?.serial ?? 0,
      title: record?.title ?? "",
      sha256: record?.sha256 ?? "",
      files: record?.files ?? 0,
      bytes: record?.bytes ?? 0,
      installedAtMs: record?.installedAtMs ?? 0,
    });
  }
  return programs;
}

async function programNames(disk: Disk, layout: Layout): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, kind } of disk.list(layout.root)) {
    if (kind === "directory" && isProgramName(name)) names.push(name);
  }
  return names.sort();
}

/**
 * The version in use, if its directory is there; null when the program is not
 * installed. This is the answer to `[possede]`.
 */
export async function readOwned(
  disk: Disk,
  layout: Layout,
  name: string,
): Promise<string | null> {
  if (!isProgramName(name)) return null;
  const version = await readCurrent(disk, layout, name);
  if (version === null) return null;
  const stat = await disk.stat(layout.version(name, version));
  return stat?.kind === "directory" ? version : null;
}

/** Is the program installed in this version; `*` is any. */
export async function isOwned(
  disk: Disk,
  layout: Layout,
  name: string,
  version: string,
): Promise<boolean> {
  const owned = await readOwned(disk, layout, name);
  return owned !== null && (version === ANY_VERSION || version === owned);
}

/** What the installer noted of a version; null when there is no such note. */
export async function readRecord(
  disk: Disk,
  layout: Layout,
  name: string,
  version: string,
): Promise<InstalledRecord | null> {
  const path = `${layout.version(name, version)}/${RECORD_NAME}`;
  const bytes = await readSmall(disk, path, RECORD_BYTES_MAX);
  return bytes === null ? null : decodeInstalled(bytes);
}

/**
 * Is every file of the installed version as its package brought it? Files that
 * the program added beside them do not matter. Reads all of them.
 */
export async function isIntact(
  disk: Disk,
  layout: Layout,
  name: string,
  version: string,
): Promise<boolean> {
  const directory = layout.version(name, version);
  const manifest = await readManifest(disk, `${directory}/${MANIFEST_NAME}`);
  if (manifest?.name !== name || manifest.version !== version) return false;
  for (const path of manifest.directories) {
    const stat = await disk.stat(`${directory}/${path}`);
    if (stat?.kind !== "directory") return false;
  }
  for (const { path, size, sha256 } of manifest.files) {
    const stat = await disk.stat(`${directory}/${path}`);
    if (stat?.kind !== "file" || stat.size !== size) return false;
    if (await hashFile(disk, `${directory}/${path}`) !== sha256) return false;
  }
  return true;
}

async function readManifest(
  disk: Disk,
  path: string,
): Promise<Manifest | null> {
  const bytes = await readSmall(disk, path, MANIFEST_BYTES_MAX);
  const manifest = bytes === null ? null : decodeManifest(bytes);
  return manifest?.ok ? manifest.value : null;
}

/** A regular file of at most `bytesMax` bytes, or null. */
async function readSmall(
  disk: Disk,
  path: string,
  bytesMax: number,
): Promise<Uint8Array | null> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file" || stat.size > bytesMax) return null;
  try {
    return await disk.readFile(path, bytesMax);
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return null;
    throw error;
  }
}
