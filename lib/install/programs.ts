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
import { isProgramName, isVersion } from "../trust/names.ts";
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

/** A program in use, with what its record says; null when it has none. */
export interface ProgramInUse {
  readonly name: string;
  readonly version: string;
  readonly record: InstalledRecord | null;
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
  const inUse = await readProgramsInUse(disk, layout);
  return inUse.map(({ name, version, record }) => ({
    name,
    version,
    serial: record?.serial ?? 0,
    title: record?.title ?? "",
    sha256: record?.sha256 ?? "",
    files: record?.files ?? 0,
    bytes: record?.bytes ?? 0,
    installedAtMs: record?.installedAtMs ?? 0,
  }));
}

/** The same, with all that is recorded of them. */
export async function readProgramsInUse(
  disk: Disk,
  layout: Layout,
): Promise<ProgramInUse[]> {
  if (await disk.stat(layout.root) === null) return [];
  const programs: ProgramInUse[] = [];
  for (const name of await directoriesIn(disk, layout.root, isProgramName)) {
    const version = await readOwned(disk, layout, name);
    if (version === null) continue;
    const record = await readRecord(disk, layout, name, version);
    programs.push({ name, version, record });
  }
  return programs;
}

async function directoriesIn(
  disk: Disk,
  path: string,
  isOurs: (name: string) => boolean,
): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, kind } of disk.list(path)) {
    if (kind === "directory" && isOurs(name)) names.push(name);
  }
  return names.sort();
}

/**
 * The version in use, if its directory is there; null when the program is not
 * installed.
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

/**
 * The versions that the installer put into a directory such as a program's,
 * the one that came last at the end. What others made there is left out.
 */
export async function readVersions(
  disk: Disk,
  directory: string,
): Promise<InstalledRecord[]> {
  const records: InstalledRecord[] = [];
  for (const version of await versionsIn(disk, directory)) {
    const record = await readRecordAt(disk, `${directory}/${version}`);
    if (record?.version === version) records.push(record);
  }
  return records.sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

/** The directories that are called like versions; none where none can be. */
export async function versionsIn(
  disk: Disk,
  directory: string,
): Promise<string[]> {
  return (await disk.stat(directory))?.kind === "directory"
    ? await directoriesIn(disk, directory, isVersion)
    : [];
}

/** Transactions are numbered in the order of time. */
function sequenceOf({ transaction }: InstalledRecord): number {
  return Number(transaction.split("-", 1)[0]);
}

/**
 * What the version that is kept beside the one in use says of itself; null when
 * none is. There is one; if somebody put more there, it is the latest.
 */
export async function readKept(
  disk: Disk,
  layout: Layout,
  name: string,
): Promise<InstalledRecord | null> {
  const current = await readCurrent(disk, layout, name);
  const versions = await readVersions(disk, layout.program(name));
  return versions.filter(({ version }) => version !== current).at(-1) ?? null;
}

/** What the installer noted of a version; null when there is no such note. */
export function readRecord(
  disk: Disk,
  layout: Layout,
  name: string,
  version: string,
): Promise<InstalledRecord | null> {
  return readRecordAt(disk, layout.version(name, version));
}

async function readRecordAt(
  disk: Disk,
  directory: string,
): Promise<InstalledRecord | null> {
  const path = `${directory}/${RECORD_NAME}`;
  const bytes = await readSmall(disk, path, RECORD_BYTES_MAX);
  return bytes === null ? null : decodeInstalled(bytes);
}

/** The manifest of a version's tree; null when none can be read. */
export async function readManifest(
  disk: Disk,
  directory: string,
): Promise<Manifest | null> {
  const path = `${directory}/${MANIFEST_NAME}`;
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
