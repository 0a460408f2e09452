/**
 * The source `dpkg`: the packages of Debian and its relatives, read from
 * dpkg's own database. It is read directly, without a lock: dpkg replaces the
 * file by a rename, so an open file is always one whole state.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { sentenceOf } from "../../host/log.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { type Distribution, purlsOf } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { stampsOf } from "../stamps.ts";
import type { DpkgPackage } from "./dpkg_package.ts";
import {
  DPKG_SOURCE,
  type DpkgStatus,
  DpkgStatusParser,
} from "./dpkg_parser.ts";

/** Where dpkg keeps its database. */
export const DPKG_STATUS_PATH = "/var/lib/dpkg/status";

/** 100,000 packages of a full Debian take about 120 MB. */
const STATUS_BYTES_MAX = 512 * 1_024 * 1_024;

const PIECE_BYTES = 262_144;

/** dpkg's packages; `statusPath` is where its database is, below the root. */
export function dpkgSource(statusPath = DPKG_STATUS_PATH): Source {
  return {
    name: DPKG_SOURCE,
    systems: ["linux"],
    stamps: [statusPath, updatesOf(statusPath)],
    read: (context) => readDpkg(context, statusPath),
  };
}

/** The lines of dpkg's packages; none where there is no dpkg. */
async function readDpkg(
  { disk, root, distribution }: SourceContext,
  path: string,
): Promise<SourceList> {
  const status = await readStatus(disk, root + path);
  const faults = new FaultList(DPKG_SOURCE);
  const dates = await readDates(
    disk,
    `${dirname(root + path)}/info`,
    status.packages,
    faults,
  );
  const programs = programsOf(status.packages, dates, distribution, faults);
  return { programs, faults: [...status.faults, ...faults.all()] };
}

function programsOf(
  packages: readonly DpkgPackage[],
  dates: readonly (number | null)[],
  distribution: Distribution,
  faults: FaultList,
): ListedProgram[] {
  const purlOf = purlsOf("deb", distribution);
  const programs: ListedProgram[] = [];
  for (const [index, one] of packages.entries()) {
    const { name, version, architecture, maintainer } = one;
    const ms = dates[index] ?? null;
    const program = listed({
      source: DPKG_SOURCE,
      name,
      version,
      purl: purlOf(name, version, architecture),
      architecture,
      supplier: maintainer,
      sourcePackage: one.sourcePackage,
      sourceVersion: one.sourceVersion,
      installedAtS: ms === null ? undefined : Math.floor(ms / 1_000),
      sizeBytes: one.sizeBytes,
    }, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}

/**
 * When each was unpacked: dpkg writes the list of a package's files anew each
 * time, and keeps no other record of the date that lasts.
 */
async function readDates(
  disk: Disk,
  directory: string,
  packages: readonly DpkgPackage[],
  faults: FaultList,
): Promise<readonly (number | null)[]> {
  const paths = packages.map(({ name, architecture, isMultiArch }) =>
    isMultiArch && architecture !== undefined
      ? `${directory}/${name}:${architecture}.list`
      : `${directory}/${name}.list`
  );
  try {
    if (await disk.stat(directory) === null) return [];
    return await disk.writtenMs(paths);
  } catch (error) {
    faults.add(`Cannot tell when packages came: ${sentenceOf(error)}`);
    return [];
  }
}

/** dpkg runs for minutes, and changes its files every few seconds. */
const TRIES_MAX = 5;

/** Reads the database, again when dpkg has changed it in the meantime. */
async function readStatus(disk: Disk, path: string): Promise<DpkgStatus> {
  const files = [path, updatesOf(path)];
  for (let attempt = 1;; attempt++) {
    const before = await stampsOf(disk, files);
    const status = await readStatusOnce(disk, path);
    const isSame = before === await stampsOf(disk, files);
    if (isSame || attempt === TRIES_MAX) return status;
  }
}

/** A fault of the disk is a fault in the list. */
async function readStatusOnce(disk: Disk, path: string): Promise<DpkgStatus> {
  try {
    if (await disk.stat(path) === null) return { packages: [], faults: [] };
    const parser = new DpkgStatusParser();
    await pushFile(disk, path, parser);
    for (const update of await updatesIn(disk, updatesOf(path))) {
      parser.beginUpdate();
      await pushFile(disk, update, parser);
    }
    return parser.finish();
  } catch (error) {
    const faults = new FaultList(DPKG_SOURCE);
    faults.add(`Cannot read the package database: ${sentenceOf(error)}`);
    return { packages: [], faults: faults.all() };
  }
}

/**
 * Where dpkg, while it runs, writes each package whose state has changed; in
 * the end it makes one database of all. After a crash they are still there.
 */
function updatesOf(statusPath: string): string {
  return `${dirname(statusPath)}/updates`;
}

/** dpkg itself makes one database of them after 250. */
const UPDATES_MAX = 10_000;

/** The files of changes, in the order in which they were written. */
async function updatesIn(disk: Disk, directory: string): Promise<string[]> {
  const names: string[] = [];
  if (await disk.stat(directory) === null) return names;
  for await (const { name } of disk.list(directory)) {
    if (/^\d{1,9}$/.test(name)) names.push(name);
    if (names.length > UPDATES_MAX) {
      throw new RangeError(`more than ${UPDATES_MAX} updates are in it`);
    }
  }
  return names.sort((a, b) => Number(a) - Number(b))
    .map((name) => `${directory}/${name}`);
}

async function pushFile(
  disk: Disk,
  path: string,
  parser: DpkgStatusParser,
): Promise<void> {
  const file = await disk.open(path, { read: true });
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    let total = 0;
    for (;;) {
      const count = await file.read(piece);
      if (count === null) return;
      total += count;
      if (total > STATUS_BYTES_MAX) {
        throw new RangeError(`it holds more than ${STATUS_BYTES_MAX} bytes`);
      }
      parser.push(piece.subarray(0, count));
    }
  } finally {
    file.close();
  }
}
