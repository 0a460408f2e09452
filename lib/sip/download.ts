/**
 * The way of a package down to a machine, both ends, after `[paquet]` was
 * heard:
 *
 *     server   frame [OK{size}], frame statement, bytes from offset to size
 *
 * and the connection closes. The statement comes first, so a machine knows
 * what it will get before it takes it. The machine counts: it takes exactly
 * the bytes that are missing, looks for one more, and refuses the file if one
 * comes (S-06). It hashes while it receives, beginning with what was on its
 * disk before.
 *
 * @module
 */

import type { Reason } from "../sep/reasons.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { PackageSource, SipDoors } from "./doors.ts";
import { accept, lineFault, refuse } from "./exchange.ts";
import { diskFault, type Failed, type SipFault } from "./fault.ts";
import { fillFromFile } from "./fill.ts";
import { encodeFrame, readFrame } from "./frames.ts";
import { type SipLimits, STATEMENT_FRAME_BYTES_MAX } from "./limits.ts";
import type { Line } from "./line.ts";
import type { PacedQueue } from "./pace.ts";
import type { PartFile } from "./part_file.ts";
import { type Blocks, pump } from "./pump.ts";
import type { SipRequest } from "./request.ts";

/** A transfer of the server's: what it needs beside its line. */
export interface Sending {
  readonly blocks: Blocks;
  /** So many bytes moved. */
  readonly moved: (bytes: number) => void;
}

/** The same of a package. */
export interface PackageSending extends Sending {
  readonly find: SipDoors["package"];
  /** When its bytes may go. */
  readonly queue: Pick<PacedQueue, "turn" | "sliceBytes">;
  /** The other side has so many bytes of it. */
  readonly sent: (bytes: number) => void;
}

/** The server's end. Returns the bytes it sent. */
export async function sendPackage(
  line: Line,
  request: Extract<SipRequest, { word: "paquet" }>,
  sending: PackageSending,
): Promise<Outcome<number, SipFault>> {
  const { sha256, offset } = request;
  const what = `Cannot send package ${sha256}`;
  let source: PackageSource | null;
  try {
    source = await sending.find(sha256);
  } catch (error) {
    return await refuse(line, "system", diskFault(what, error).detail);
  }
  if (source === null) {
    return await refuse(line, "package", `${what}: it is not here`);
  }
  try {
    if (offset > source.size) {
      const detail = `${what} from byte ${offset}: it has ${source.size}`;
      return await refuse(line, "package", detail);
    }
    return await sendSource(line, source, offset, sending, what);
  } finally {
    source.file.close();
  }
}

async function sendSource(
  line: Line,
  source: PackageSource,
  offset: number,
  { blocks, moved, sent, queue }: PackageSending,
  what: string,
): Promise<Outcome<number, SipFault>> {
  const { statement, size, file } = source;
  const frame = encodeFrame(statement, STATEMENT_FRAME_BYTES_MAX);
  if (!await accept(line, size, frame)) return lineFault(what, line);
  await file.seek(offset);
  let there = offset;
  sent(there);
  const { bytes, stopped, error } = await pump({
    count: size - offset,
    blocks,
    fill: fillFromFile(file),
    drain: async (block) => {
      for (let at = 0; at < block.length;) {
        const slice = block.subarray(at, at + queue.sliceBytes);
        await queue.turn(slice.length);
        if (!await line.write(slice)) return false;
        moved(slice.length);
        sent(there += slice.length);
        at += slice.length;
      }
      return true;
    },
  });
  if (stopped === null) return ok(bytes);
  if (stopped === "drain") return lineFault(what, line);
  // Too late for [rate]: bytes are under way, so only silence can say it.
  const found = error ?? new Error(`the file ends after ${offset + bytes}`);
  return fault(diskFault(what, found));
}

/** What a machine expects, and where it puts it. */
export interface Receiving {
  /** As ordered. */
  readonly size: number;
  readonly part: PartFile;
  readonly blocks: Blocks;
  readonly onBytes: (bytes: number) => void;
  readonly limits: SipLimits;
}

/**
 * The machine's end, after `[OK{announced}]`. Returns the statement; whether
 * the hash is right is the caller's question.
 */
export async function receivePackage(
  line: Line,
  announced: number | null,
  receiving: Receiving,
): Promise<Outcome<Uint8Array, SipFault>> {
  const { size, part } = receiving;
  const what = `Cannot download ${size} bytes`;
  if (announced !== size) {
    return refused(line, "hash", `${what}: the server has ${announced}`);
  }
  line.watch();
  const statement = await readFrame(
    (into) => line.fill(into),
    STATEMENT_FRAME_BYTES_MAX,
  );
  if (!statement.ok && statement.fault === "length") {
    const detail = `${what}: the statement's length is not 1 to ` +
      `${STATEMENT_FRAME_BYTES_MAX}`;
    return refused(line, "signature", detail);
  }
  if (!statement.ok) return lineFault(what, line);
  const received = await receiveBytes(line, receiving, what);
  if (!received.ok) return received;
  return await isAtEnd(line, receiving.limits)
    ? ok(statement.value)
    : refused(line, "hash", `${what}: the server sent more than ${part.bytes}`);
}

async function receiveBytes(
  line: Line,
  { size, part, blocks, onBytes }: Receiving,
  what: string,
): Promise<Outcome<null, SipFault>> {
  const { stopped, error } = await pump({
    count: size - part.bytes,
    blocks,
    fill: (into) => line.fill(into),
    drain: async (block) => {
      await part.write(block);
      onBytes(part.bytes);
      return true;
    },
  });
  if (stopped === null) return ok(null);
  if (stopped === "drain") return fault(diskFault(what, error));
  const { fault: cut } = lineFault(what, line);
  return fault({ ...cut, detail: `${cut.detail}; ${part.bytes} are here` });
}

/**
 * False when one more byte comes. How the connection ends does not matter:
 * the length is known and the hash will tell, so an end without TLS's own
 * farewell cuts nothing off.
 */
async function isAtEnd(line: Line, limits: SipLimits): Promise<boolean> {
  line.allow(limits.endMsMax, "The end of the file");
  return await line.fill(new Uint8Array(1)) === 0;
}

function refused(
  line: Line,
  reason: Reason,
  detail: string,
): Failed {
  line.end(detail);
  return fault({ reason, detail });
}
