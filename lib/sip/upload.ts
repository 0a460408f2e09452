/**
 * The way of a program list up to the server, both ends, after
 * `[liste{sha256+size+packed+signature}]` was heard:
 *
 *     server   frame [OK{offset}]
 *     machine  bytes from offset to packed
 *     server   frame [OK] | [rate{reason}]
 *
 * and the connection closes. What travels is the document as one member of
 * gzip; hash, size and signature are of the document. The server's house keeps
 * a part of a cut upload and its previous list until the new one is whole and
 * is what was announced.
 *
 * @module
 */

import type { DiskFile } from "../host/disk.ts";
import type { Reason } from "../sep/reasons.ts";
import type { MachineId } from "../sep/server_api.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { ListSink, SipDoors } from "./doors.ts";
import type { Sending } from "./download.ts";
import { accept, lineFault, readAnswer, refuse } from "./exchange.ts";
import { diskFault, type SipFault } from "./fault.ts";
import { fillFromBytes, fillFromFile } from "./fill.ts";
import type { SipLimits } from "./limits.ts";
import type { Line } from "./line.ts";
import { type Blocks, pump } from "./pump.ts";
import type { SipRequest } from "./request.ts";

/** The server's end. Returns the bytes that came. */
export async function receiveList(
  line: Line,
  request: Extract<SipRequest, { word: "liste" }>,
  receiving: Sending & {
    readonly machine: MachineId;
    readonly receive: SipDoors["receiveList"];
  },
): Promise<Outcome<number, SipFault>> {
  const { word: _, ...offer } = request;
  const what = `Cannot receive list ${offer.sha256}`;
  let sink: ListSink | Reason;
  try {
    sink = await receiving.receive(receiving.machine, offer);
  } catch (error) {
    return await refuse(line, "system", diskFault(what, error).detail);
  }
  if (typeof sink === "string") {
    return await refuse(line, sink, `${what}: refused (${sink})`);
  }
  let whole = false;
  try {
    const size = offer.packed;
    const came = await receiveBytes(line, sink, { ...receiving, size, what });
    if (!came.ok) return came;
    line.relax(); // The house reads the list; the machine cannot hurry it.
    whole = true;
    const refusal = await finish(sink, what);
    line.watch();
    if (refusal !== null) {
      return await refuse(line, refusal.reason, refusal.detail);
    }
    return await accept(line, null) ? came : lineFault(what, line);
  } finally {
    if (!whole) sink.abandon();
  }
}

async function receiveBytes(
  line: Line,
  sink: ListSink,
  { size, what, blocks, moved }: Sending & { size: number; what: string },
): Promise<Outcome<number, SipFault>> {
  if (sink.offset > size) {
    throw new RangeError(`${what}: ${sink.offset} of ${size} bytes are here`);
  }
  if (!await accept(line, sink.offset)) return lineFault(what, line);
  let broken: unknown = null;
  const { bytes, stopped } = await pump({
    count: size - sink.offset,
    blocks,
    fill: (into) => line.fill(into),
    drain: async (block) => {
      moved(block.length);
      // A full disk is told after the last byte: the machine reads no answer
      // before, and closing now would most likely destroy it on its way.
      if (broken !== null) return true;
      try {
        await sink.write(block);
      } catch (error) {
        broken = error ?? new Error("unknown");
      }
      return true;
    },
  });
  if (broken !== null) {
    const { reason, detail } = diskFault(what, broken);
    return await refuse(line, reason, detail);
  }
  return stopped === null ? ok(bytes) : lineFault(what, line);
}

async function finish(
  sink: ListSink,
  what: string,
): Promise<SipFault | null> {
  try {
    const reason: Reason | null = await sink.finish();
    if (reason === null) return null;
    return { reason, detail: `${what}: refused (${reason})` };
  } catch (error) {
    return diskFault(what, error);
  }
}

/** What a machine sends. */
export interface ListSource {
  /** Bytes that travel. */
  readonly packed: number;
  /** They, or the file that holds them. */
  readonly from: Uint8Array | DiskFile;
}

/** The machine's end, after `[OK{offset}]`. */
export async function sendList(
  line: Line,
  offset: number | null,
  source: ListSource,
  { blocks, limits }: { readonly blocks: Blocks; readonly limits: SipLimits },
): Promise<Outcome<null, SipFault>> {
  const { packed } = source;
  const what = `Cannot send the program list of ${packed} bytes`;
  if (offset === null || offset > packed) {
    const detail = `${what}: the server asks to go on at byte ${offset}`;
    line.end(detail);
    return fault({ reason: "network", detail });
  }
  const { from } = source;
  if (!(from instanceof Uint8Array)) await from.seek(offset);
  line.watch();
  const { stopped, error } = await pump({
    count: packed - offset,
    blocks,
    fill: from instanceof Uint8Array
      ? fillFromBytes(from, offset)
      : fillFromFile(from),
    drain: (block) => line.write(block),
  });
  if (stopped === "drain") return lineFault(what, line);
  if (stopped === "fill") {
    line.end("The list ends before its size");
    return fault(diskFault(what, error ?? new Error("the list is shorter")));
  }
  const answer = await readAnswer(line, what, limits);
  return answer.ok ? ok(null) : answer;
}
