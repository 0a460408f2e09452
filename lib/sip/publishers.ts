/**
 * The way of the publishers' list down to a machine, both ends, after
 * `[editeurs]` was heard:
 *
 *     server   frame [OK{size}], bytes
 *
 * and the connection closes. The list is small and signed by the fleet's
 * owner, so it is neither resumed nor hashed here.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { accept, lineFault } from "./exchange.ts";
import type { SipFault } from "./fault.ts";
import { PUBLISHERS_BYTES_MAX } from "./limits.ts";
import type { Line } from "./line.ts";

/** The server's end. Returns the bytes it sent. */
export async function sendPublishers(
  line: Line,
  list: Uint8Array,
  moved: (bytes: number) => void,
): Promise<Outcome<number, SipFault>> {
  if (!await accept(line, list.length, list)) {
    return lineFault("Cannot send the publishers' list", line);
  }
  moved(list.length);
  return ok(list.length);
}

/** The machine's end, after `[OK{size}]`. */
export async function receivePublishers(
  line: Line,
  size: number | null,
): Promise<Outcome<Uint8Array<ArrayBuffer>, SipFault>> {
  const what = "Cannot fetch the publishers' list";
  if (size === null || size > PUBLISHERS_BYTES_MAX) {
    const detail = `${what}: the server announces ${size} bytes, at most ` +
      `${PUBLISHERS_BYTES_MAX} may be`;
    line.end(detail);
    return fault({ reason: "network", detail });
  }
  line.watch();
  const list = new Uint8Array(size);
  return await line.fill(list) < size ? lineFault(what, line) : ok(list);
}
