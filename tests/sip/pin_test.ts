/** The two forms of a certificate, and its pin (S-09). */

import { assertEquals } from "@std/assert";
import { certificateDer, certificatePem, isPinned } from "../../lib/sip/pin.ts";
import { certificate, certificateHash } from "./world.ts";

const { certificatePem: pem, certificateDer: der } = certificate;

Deno.test("certificatePem and certificateDer turn one form into the other", () => {
  assertEquals(certificateDer(pem), der);
  assertEquals(certificatePem(der).trim(), pem.trim());
});

Deno.test("isPinned believes the certificate of this hash only, S-09", () => {
  assertEquals(isPinned(pem, certificateHash), true);
  assertEquals(isPinned(pem, certificateHash.with(31, 0).with(0, 0)), false);
  assertEquals(isPinned(pem, new Uint8Array(0)), false);
});

Deno.test("isPinned believes no text but one certificate, S-09", () => {
  for (
    const text of [
      "",
      "not PEM",
      pem.replace("END", "FIN"),
      pem.slice(0, 100),
      pem + pem,
      `x${pem}`,
      `${pem}x`,
      pem.replace(/[A-Za-z]\n/, "!\n"),
    ]
  ) assertEquals(isPinned(text, certificateHash), false);
});
