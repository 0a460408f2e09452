/**
 * Certificates for SiP, the right one and those that a thief would show.
 *
 * @module
 */

// The X.509 library needs it, and needs it first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { Bytes } from "./bytes.ts";

/** The host name of every SiP handshake. */
export const HOST_NAME = "server.flottille.invalid";

export interface Certificate {
  readonly der: Bytes;
  readonly pem: string;
  readonly keyPem: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export async function makeCertificate(
  { name = HOST_NAME, authority = false } = {},
): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date("1970-01-01T00:00:00Z"),
    notAfter: new Date("9999-12-31T23:59:59Z"),
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    der: new Uint8Array(made.rawData),
    pem: `${made.toString("pem")}\n`,
    keyPem: `${x509.PemConverter.encode(key, "PRIVATE KEY")}\n`,
  };
}

export const pemOf = (der: Bytes): string =>
  `${new x509.X509Certificate(der).toString("pem")}\n`;
