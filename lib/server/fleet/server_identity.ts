/**
 * What makes a server the fleet's server: its key, its certificate, and the
 * delegation by which the fleet's key says so. Made once by `init`, and anew
 * whenever the server is replaced.
 *
 * @module
 */

import { makeCertificate } from "../../host/certificate.ts";
import type { Host } from "../../host/host.ts";
import { sha256, utf8 } from "../../trust/bytes.ts";
import { type Delegation, signDelegation } from "../../trust/delegation.ts";
import {
  encodePrivateKeyPem,
  type KeyPair,
  keyPairFromSeed,
  SEED_BYTES,
} from "../../trust/keys.ts";
import type { FleetFileName } from "./fleet_files.ts";

/** A server, on its way to the disk. */
export interface ServerIdentity {
  readonly delegation: Delegation;
  /** What is to be written, in this order. */
  readonly files: readonly (readonly [FleetFileName, Uint8Array])[];
}

/**
 * Makes a new server of the fleet.
 *
 * @param afterSerial The serial of the delegation it replaces; 0 for none. The
 * new one is higher by one at least, and not lower than the clock's seconds:
 * so a delegation that is made from a restored copy is still the newest.
 */
export async function makeServerIdentity(
  host: Pick<Host, "clock" | "randomness">,
  fleet: KeyPair,
  afterSerial: bigint,
): Promise<ServerIdentity> {
  const serverKey = keyPairFromSeed(host.randomness.bytes(SEED_BYTES));
  const certificate = await makeCertificate();
  const seconds = BigInt(Math.floor(host.clock.wallMs() / 1_000));
  const least = afterSerial + 1n;
  const delegation = signDelegation(fleet, {
    serverKey: serverKey.publicKey,
    certificateHash: sha256(certificate.certificateDer),
    serial: seconds > least ? seconds : least,
  });
  return {
    delegation,
    files: [
      ["serverKey", utf8(encodePrivateKeyPem(serverKey.seed))],
      ["sipKey", utf8(certificate.privateKeyPem)],
      ["sipCertificate", utf8(certificate.certificatePem)],
      ["delegation", delegation.bytes],
    ],
  };
}
