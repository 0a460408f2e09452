/** The certificate of SiP, read back by another implementation of X.509. */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { makeCertificate } from "../../lib/host/certificate.ts";
import { CERTIFICATE_NAME } from "../../lib/host/streams.ts";

Deno.test("makeCertificate names the server, is no authority, and never expires, N-01", async () => {
  const made = await makeCertificate();
  const certificate = new X509Certificate(made.certificatePem);
  assertEquals(certificate.subjectAltName, `DNS:${CERTIFICATE_NAME}`);
  assertEquals(certificate.ca, false);
  assertEquals(new Date(certificate.validFrom).getUTCFullYear(), 1970);
  assertEquals(new Date(certificate.validTo).getUTCFullYear(), 9999);
  assert(certificate.raw.equals(Buffer.from(made.certificateDer)));
  assert(certificate.checkPrivateKey(createPrivateKey(made.privateKeyPem)));
  assert(certificate.verify(certificate.publicKey), "self-signed");
});

Deno.test("makeCertificate makes another key each time", async () => {
  const [one, other] = [await makeCertificate(), await makeCertificate()];
  assert(one.privateKeyPem !== other.privateKeyPem);
  assert(one.certificatePem !== other.certificatePem);
});
