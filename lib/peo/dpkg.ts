/**
 * The source `dpkg`: the packages of Debian and its relatives, read from
 * dpkg's own database. It is read directly, without a lock: dpkg replaces the
 * file by a rename, so an open file is always one whole state.
 *
 * @module
 */

import type { Disk, DiskFile } from "../host/disk.ts";
import {
  DPKG_SOURCE,
  type DpkgPackage,
  type DpkgStatus,
  DpkgStatusParser,
} from "./dpkg_parser.ts";
import { FaultList } from "./faults.ts";
import type { SourceList } from "./flottille.ts";
import { debPurl, type Distribution } from "./purl.ts";

/** Where dpkg keeps its database. */
export const DPKG_STATUS_PATH = "/var/lib/dpkg/status";

/** 100,000 packages of a full Debian take about 120 MB. */
const STATUS_BYTES_MAX = 512 * 1_024 * 1_024;

const PIECE_BYTES = 65_536;

/** The lines of dpkg's packages; none where there is no dpkg. */
export async function dpkgSource(
  disk: Disk,
  path: string,
  distribution: Distribution,
): Promise<SourceList> {
  const { packages, faults } = await readDpkgStatus(disk, path);
  return {
    programs: packages.map((one) => listed(one, distribution)),
    faults: [...faults],
  };
}

function listed(one: DpkgPackage, distribution: Distribution) {
  const { name, version, architecture } = one;
  const purl = debPurl(distribution, name, version, architecture);
  const line = { name, version, purl, source: DPKG_SOURCE };
  return architecture === undefined ? line : { ...line, architecture };
}

/** Reads the database; a fault of the disk is a fault in the list. */
export async function readDpkgStatus(
  disk: Disk,
  path: string,
): Promise<DpkgStatus> {
  try {
    if (await disk.stat(path) === null) return { packages: [], faults: [] };
    const file = await disk.open(path, { read: true });
    try {
      return await parsePieces(file);
    } finally {
      file.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const faults = new FaultList(DPKG_SOURCE);
    faults.add(`Cannot read the package database: ${reason}`);
    return { packages: [], faults: faults.all() };
  }
}

async function parsePieces(file: DiskFile): Promise<DpkgStatus> {
  const parser = new DpkgStatusParser();
  const piece = new Uint8Array(PIECE_BYTES);
  let total = 0;
  for (;;) {
    const count = await file.read(piece);
    if (count === null) return parser.finish();
    total += count;
    if (total > STATUS_BYTES_MAX) {
      throw new RangeError(`it holds more than ${STATUS_BYTES_MAX} bytes`);
    }
    parser.push(piece.subarray(0, count));
  }
}
