/**
 * What server and agent of the bench agree on beforehand, in place of a
 * discovery by SeP: keys that come from constants, and one package.
 *
 * @module
 */

import { sha256 } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed, machineOf } from "../../lib/trust/keys.ts";

const key = keyPairFromSeed(new Uint8Array(32).fill(1));

/** The machine that downloads. */
export const MACHINE = { key, machine: machineOf(key.publicKey) };

/** Its session. */
export const SESSION = new Uint8Array(8).fill(2);

/** Where both find certificate and package. */
export interface BenchFiles {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly certificateHash: Uint8Array;
  readonly packagePath: string;
}

/** The files of the bench in its directory. */
export async function benchFiles(directory: string): Promise<BenchFiles> {
  const certificatePem = await Deno.readTextFile(`${directory}/sip.crt`);
  const base64 = certificatePem.replace(/-----[A-Z ]+-----/g, "");
  return {
    certificatePem,
    privateKeyPem: await Deno.readTextFile(`${directory}/sip.key`),
    certificateHash: sha256(Uint8Array.fromBase64(base64)),
    packagePath: `${directory}/A.ieo`,
  };
}
