/**
 * Where a command reads the journal: from the running server, from the store
 * of one that does not run, or from a file that was exported.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import type { Host } from "../../host/host.ts";
import { LineCutter } from "../../peo/line_cutter.ts";
import {
  AUDIT_LINE_BYTES_MAX,
  type LineRow,
  readLine,
} from "../../server/audit/exported.ts";
import { API_FILE, pathOf } from "../../server/fleet/fleet_files.ts";
import { AUDIT_ROWS_MAX } from "../../server/shapes/api_schema.ts";
import { askAudit } from "../api_audit.ts";
import { ApiClient } from "../api_client.ts";
import { CliFailure, withConfigFailures } from "../failure.ts";

/** A journal, however it is reached. */
export interface AuditSource {
  /** For people: `the running server`. */
  readonly where: string;
  /** All records from this number on. */
  rows(from: number): AsyncIterable<LineRow>;
  /** Where its server says that it ends now; null when nobody says it. */
  head(): Promise<string | null>;
  /** The number of its last record; null when it must be read to know. */
  last(): Promise<number | null>;
  close(): void;
}

const PIECE_BYTES = 65_536;

/** The journal of the fleet in this directory. */
export async function openAudit(
  host: Host,
  directory: string,
): Promise<AuditSource> {
  const client = new ApiClient(host, join(directory, API_FILE));
  try {
    await askAudit(client, 1, 1);
    return ofServer(client);
  } catch (error) {
    if (!(error instanceof CliFailure) || error.exit !== "notRunning") {
      throw error;
    }
    return await withConfigFailures(ofStore(host.disk, directory));
  }
}

function ofServer(client: ApiClient): AuditSource {
  return {
    where: "the running server",
    rows: (from) =>
      pages(from, async (next) => (await askAudit(client, next)).rows),
    head: async () => (await askAudit(client, undefined, 1)).head,
    last: async () =>
      (await askAudit(client, undefined, 1)).rows[0]?.number ?? 0,
    close: () => {},
  };
}

async function ofStore(disk: Disk, directory: string): Promise<AuditSource> {
  const path = pathOf(directory, "store");
  if (await disk.stat(path) === null) {
    throw new CliFailure("notFound", `There is no store "${path}"`);
  }
  const { openAuditFile } = await import(
    "../../server/store/store_audit_file.ts"
  );
  const file = openAuditFile(path);
  return {
    where: path,
    rows: (from) =>
      pages(from, (next) => Promise.resolve(file.rows(next, AUDIT_ROWS_MAX))),
    head: () => Promise.resolve(file.head),
    last: () => Promise.resolve(Number(file.head?.split(":")[0] ?? 0)),
    close: () => file.close(),
  };
}

async function* pages(
  from: number,
  page: (from: number) => Promise<readonly (LineRow & { number: number })[]>,
): AsyncGenerator<LineRow> {
  for (let next = from;;) {
    const rows = await page(next);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < AUDIT_ROWS_MAX) return;
    next = last.number + 1;
  }
}

/** An exported journal. @throws {CliFailure} when there is no such file. */
export async function openAuditExport(
  disk: Disk,
  path: string,
): Promise<AuditSource> {
  if ((await disk.stat(path))?.kind !== "file") {
    throw new CliFailure("notFound", `There is no file "${path}"`, {
      advice: ["It is what flottille-server audit export FILE wrote"],
    });
  }
  return {
    where: path,
    async *rows(from) {
      let number = 0;
      for await (const line of linesOf(disk, path)) {
        number++;
        const read = readLine(line);
        if (!read.ok) {
          throw new CliFailure(
            "failed",
            `The journal is not whole. Line ${number} of "${path}" ${read.fault}`,
            { advice: [`The ${number - 1} before it can be read`] },
          );
        }
        if (number >= from) yield read.value;
      }
    },
    head: () => Promise.resolve(null),
    last: () => Promise.resolve(null),
    close: () => {},
  };
}

async function* linesOf(disk: Disk, path: string): AsyncGenerator<Uint8Array> {
  const file = await disk.open(path, { read: true });
  try {
    const cutter = new LineCutter(AUDIT_LINE_BYTES_MAX);
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const length = await file.read(piece);
      if (length === null) break;
      yield* cutter.push(piece.subarray(0, length));
    }
    // A file that was cut in a line.
    if (cutter.rest > 0) yield* cutter.push(new Uint8Array([0x0a]));
  } finally {
    file.close();
  }
}
