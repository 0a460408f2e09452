/**
 * A fleet that somebody else made, as its join file tells it.
 *
 * @module
 */

import { type Bytes, sha256, unbase64url } from "../wire/bytes.ts";
import { fleetOf, readDelegation } from "../wire/keys.ts";
import type { Address } from "./socket.ts";

export interface Joined {
  readonly fleetKey: Bytes;
  readonly fleet: Bytes;
  readonly filterKey: Bytes;
  readonly secret: Bytes;
  readonly secretId: Bytes;
  readonly serverKey: Bytes;
  readonly certificateHash: Bytes;
  readonly serial: bigint;
  readonly server: Address;
}

export function readJoinFile(text: string, server: Address): Joined {
  const file = JSON.parse(text);
  const bytes = (value: unknown): Bytes => {
    const found = typeof value === "string" ? unbase64url(value) : null;
    if (found === null) {
      throw new Error("The join file has a field of no bytes");
    }
    return found;
  };
  const fleetKey = bytes(file.fleet);
  const shown = readDelegation(fleetKey, bytes(file.delegation));
  if (shown === null) {
    throw new Error("The join file's delegation is not signed by its fleet");
  }
  const secret = bytes(file.enrolment?.secret);
  return {
    ...{ fleetKey, fleet: fleetOf(fleetKey), filterKey: bytes(file.filterKey) },
    ...{ secret, secretId: sha256(secret).slice(0, 6), server },
    serverKey: shown.server,
    certificateHash: shown.certificateHash,
    serial: shown.serial,
  };
}
