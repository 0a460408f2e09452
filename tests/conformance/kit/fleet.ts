/**
 * A fleet of the kit's own making, for an agent to join.
 *
 * @module
 */

import { base64url, type Bytes, random, sha256, utf8 } from "../wire/bytes.ts";
import { type Certificate, makeCertificate } from "../wire/certificate.ts";
import {
  delegation,
  envelope,
  fleetOf,
  type Key,
  newKey,
} from "../wire/keys.ts";

/** Who a server is: its key, its certificate, and the fleet's word for it. */
export interface ServerIdentity {
  readonly key: Key;
  readonly certificate: Certificate;
  readonly serial: number;
  readonly delegation: Bytes;
}

export class Fleet {
  readonly key = newKey();
  readonly name = fleetOf(this.key.public);
  readonly filterKey = random(32);
  readonly secret = random(32);
  readonly secretId = sha256(this.secret).slice(0, 6);
  readonly publisher = newKey();
  readonly revokedPublisher = newKey();

  async identity(serial: number): Promise<ServerIdentity> {
    const key = newKey();
    const certificate = await makeCertificate();
    const said = {
      ...{ fleet: this.key, server: key.public, serial },
      certificateHash: sha256(certificate.der),
    };
    return { key, certificate, serial, delegation: delegation(said) };
  }

  join(identity: ServerIdentity, servers: readonly string[]): string {
    return JSON.stringify(
      {
        format: 1,
        fleet: base64url(this.key.public),
        delegation: base64url(identity.delegation),
        filterKey: base64url(this.filterKey),
        enrolment: {
          id: base64url(this.secretId),
          secret: base64url(this.secret),
        },
        servers,
      },
      null,
      2,
    ) + "\n";
  }

  /** The publishers' list, signed by the fleet's key or by a false one. */
  publishers(version: number, signer: Key = this.key): Bytes {
    const year = new Date().getUTCFullYear();
    return envelope(signer, "application/vnd.flottille.publishers+json", {
      ...{ format: 1, version },
      issued: `${year - 1}-01-01T00:00:00Z`,
      expires: `${year + 5}-01-01T00:00:00Z`,
      publishers: [{
        key: base64url(this.publisher.public),
        names: ["kit-*"],
        hooks: false,
      }],
      revoked: [base64url(this.revokedPublisher.public)],
    });
  }
}

/** What is signed by hand: for statements that are no envelope. */
export const nonsense = (length: number): Bytes => utf8("x".repeat(length));
