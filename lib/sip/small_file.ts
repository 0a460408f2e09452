/**
 * The way of a small signed file down to a machine, both ends, after
 * `[editeurs]` or `[declasse{...}]` was heard:
 *
 *     server   frame [OK{size}], bytes
 *
 * and the connection closes. Whoever signed it is nothing that SiP knows, so
 * it is neither resumed nor hashed here.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { accept, lineFault } from "./exchange.ts";
import type { SipFault } from "./fault.ts";
import { DOWNGRADE_BYTES_MAX, PUBLISHERS_BYTES_MAX } from "./limits.ts";
import type { Line } from "./line.ts";

/** A kind of small file. */
export interface SmallFile {
  /** For sentences. */
  readonly what: string;
  readonly bytesMax: number;
}

export const PUBLISHERS: SmallFile = {
  what: "the publishers' list",
  bytesMax: PUBLISHERS_BYTES_MAX,
};

export const DOWNGRADE: SmallFile = {
  what: "the downgrade statement",
  bytesMax: DOWNGRADE_BYTES_MAX,
};

/** The server's end. Returns the bytes it sent. */
export async function sendSmall(
  line: Line,
  { what }: SmallFile,
  file: Uint8Array,
  moved: (bytes: number) => void,
): Promise<Outcome<number, SipFault>> {
  if (!await accept(line, file.length, file)) {
    return lineFault(`Cannot send ${what}`, line);
  }
  moved(file.length);
  return ok(file.length);
}

/** The machine's end, after `[OK{size}]`. */
export async function receiveSmall(
  line: Line,
  { what, bytesMax }: SmallFile,
  size: number | null,
): Promise<Outcome<Uint8Array<ArrayBuffer>, SipFault>> {
  const doing = `Cannot fetch ${what}`;
  if (size === null || size > bytesMax) {
    const detail = `${doing}: the server announces ${size} bytes, at most ` +
      `${bytesMax} may be`;
    line.end(detail);
    return fault({ reason: "network", detail });
  }
  line.watch();
  const file = new Uint8Array(size);
  return await line.fill(file) < size ? lineFault(doing, line) : ok(file);
}
