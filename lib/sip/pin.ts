/**
 * A certificate's two forms, DER and PEM, and its hash: the pin. TLS is given
 * the PEM as the only certificate it may meet; that this is the right one is
 * decided by its hash, which the fleet's owner signed in the delegation.
 *
 * @module
 */

import { equalBytes, sha256 } from "../trust/bytes.ts";

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";
const LINE_CHARS = 64;

/** The certificate as PEM, from the DER that `[identifiant]` carries. */
export function certificatePem(der: Uint8Array): string {
  const base64 = der.toBase64();
  const lines = base64.match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? [];
  return `${[BEGIN, ...lines, END].join("\n")}\n`;
}

/** The DER of a PEM that holds exactly one certificate; null for others. */
export function certificateDer(pem: string): Uint8Array<ArrayBuffer> | null {
  const [before, rest, ...more] = pem.split(BEGIN);
  if (before?.trim() !== "" || rest === undefined || more.length > 0) {
    return null;
  }
  const [base64, after] = rest.split(END);
  if (base64 === undefined || after?.trim() !== "") return null;
  try {
    return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
  } catch {
    return null; // Not base64.
  }
}

/** Is this PEM the one certificate whose hash is `hash`? */
export function isPinned(pem: string, hash: Uint8Array): boolean {
  const der = certificateDer(pem);
  return der !== null && equalBytes(sha256(der), hash);
}
