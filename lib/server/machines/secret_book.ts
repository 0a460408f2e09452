/**
 * The secrets by which machines join, as they hold now: the owner changes the
 * file, and tells the server to read it again.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { META_GROUND } from "../audit/begin_audit.ts";
import { groundOf, ofSecrets } from "../audit/opening.ts";
import { type Fleet, readSecrets } from "../fleet/fleet.ts";
import type { EnrolmentSecret } from "../fleet/enrolment_secrets.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { SecretsView } from "../shapes/life_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import type { Writer } from "../store/store.ts";

/** What the book needs. */
export interface SecretBookOptions {
  readonly disk: Disk;
  readonly writer: Writer;
  /** The fleet's. */
  readonly directory: string;
  readonly fleet: Pick<Fleet, "delegation" | "publishers" | "secrets">;
  /** How often each was used, by its identifier; others count in it. */
  readonly uses: ReadonlyMap<string, number>;
}

/** The secrets that hold. */
export class SecretBook {
  readonly #options: SecretBookOptions;
  #held: readonly EnrolmentSecret[];

  constructor(options: SecretBookOptions) {
    this.#options = options;
    this.#held = options.fleet.secrets;
  }

  /** Those of the file when it was read last. */
  get held(): readonly EnrolmentSecret[] {
    return this.#held;
  }

  view(): SecretsView {
    const { uses } = this.#options;
    return {
      secrets: this.#held.map(({ id, expiresMs, usesMax }) => ({
        ...{ id, expiresAt: isoOf(expiresMs), usesMax },
        uses: uses.get(id) ?? 0,
      })),
    };
  }

  /**
   * Reads the file again; from then on only its secrets let machines in.
   *
   * @throws {ApiFault} when the file is wrong; those before go on to hold.
   */
  async reload(): Promise<SecretsView> {
    const { disk, directory, fleet, writer } = this.#options;
    const secrets = await readSecrets(disk, directory).catch((error) => {
      throw new ApiFault(409, error.message);
    });
    const ground = groundOf({ ...fleet, secrets });
    await writer.commit([
      { kind: "audit", event: ofSecrets({ secrets }) },
      { kind: "meta", key: META_GROUND, value: JSON.stringify(ground) },
    ]);
    this.#held = secrets;
    return this.view();
  }
}
