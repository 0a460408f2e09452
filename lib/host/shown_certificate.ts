/**
 * Which certificate a server shows, for a diagnosis: what TLS would refuse is
 * to be named, not only refused. Nothing is sent over the connection and
 * nothing is read from it; whatever is meant goes through `real_streams.ts`,
 * whose check is never switched off.
 *
 * Only `doctor` loads this file.
 *
 * @module
 */

import { connect } from "node:tls";
import type { Address } from "./datagrams.ts";
import { CERTIFICATE_NAME } from "./streams.ts";

/** Why no certificate was shown. */
export type Unshown =
  /** Nobody answers at all. */
  | "silent"
  /** The other system, or something before it, says no. */
  | "refused"
  | "no way"
  /** This system does not let it out. */
  | "not let out"
  /** Somebody answers, and does not speak TLS. */
  | "no tls";

/** What was shown. */
export type Shown =
  | { readonly ok: true; readonly der: Uint8Array }
  | { readonly ok: false; readonly why: Unshown; readonly detail: string };

const BY_CODE: Readonly<Record<string, Unshown>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "no way",
  ENETUNREACH: "no way",
  ETIMEDOUT: "silent",
  EPERM: "not let out",
  EACCES: "not let out",
};

/** Looks; never rejects. */
export function certificateShown(
  { hostname, port }: Address,
  deadlineMs: number,
): Promise<Shown> {
  return new Promise((resolve) => {
    let isConnected = false;
    const socket = connect({
      ...{ host: hostname, port, servername: CERTIFICATE_NAME },
      // What is shown is compared, by whoever asked, with what was delegated.
      rejectUnauthorized: false,
    });
    const end = (shown: Shown) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(shown);
    };
    const late = () => {
      const why = isConnected ? "no tls" : "silent";
      end({ ok: false, why, detail: `no answer within ${deadlineMs} ms` });
    };
    const timer = setTimeout(late, deadlineMs);
    socket.once("connect", () => isConnected = true);
    socket.once("secureConnect", () => {
      const { raw } = socket.getPeerCertificate(true);
      end({ ok: true, der: new Uint8Array(raw) });
    });
    socket.once("close", () => {
      end({ ok: false, why: "no tls", detail: "the connection was closed" });
    });
    socket.once("error", (error: Error & { code?: string }) => {
      const known = BY_CODE[error.code ?? ""] ?? byMessage(error.message);
      end({ ok: false, why: known, detail: error.message });
    });
  });
}

function byMessage(message: string): Unshown {
  if (/refused/i.test(message)) return "refused";
  if (/unreachable|no route/i.test(message)) return "no way";
  if (/not permitted|permission denied/i.test(message)) return "not let out";
  return "no tls";
}
