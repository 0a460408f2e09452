/**
 * The server's certificate for SiP: self-signed, for a name that no public
 * authority can sign, not an authority itself, and good from 1970 to 9999,
 * because a machine with a wrong clock must not be cut off (N-01). Its hash in
 * the delegation is what machines trust.
 *
 * Only the making of a fleet needs this file; the agent never loads it.
 *
 * @module
 */

// The X.509 library needs it, and needs it first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { CERTIFICATE_NAME } from "./streams.ts";

const ALGORITHM = {
  name: "ECDSA",
  namedCurve: "P-256",
  hash: "SHA-256",
} as const;

export interface CertificatePair {
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  readonly certificateDer: Uint8Array<ArrayBuffer>;
}

/** What may differ from the server's own certificate, for hostile tests. */
export interface CertificateOptions {
  readonly name?: string;
  readonly authority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Makes a key pair (P-256) and the certificate that names it. */
export async function makeCertificate(
  options: CertificateOptions = {},
): Promise<CertificatePair> {
  const name = options.name ?? CERTIFICATE_NAME;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: options.notBefore ?? new Date("1970-01-01T00:00:00Z"),
    notAfter: options.notAfter ?? new Date("9999-12-31T23:59:59Z"),
    extensions: [
      new x509.BasicConstraintsExtension(
        options.authority ?? false,
        undefined,
        true,
      ),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    privateKeyPem: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
    certificateDer: new Uint8Array(certificate.rawData),
  };
}
