/**
 * The agent's way to its server by SiP: where it is and which certificate it
 * must show come from SeP, and the pin is compared before anything is sent.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { ServerContact } from "../sep/machine_api.ts";
import type { InstallOrder } from "../sep/server_api.ts";
import type { Reason } from "../sep/reasons.ts";
import { type OnProgress, SipClient, type SipServer } from "../sip/client.ts";
import { diskFault, type SipFault } from "../sip/fault.ts";
import { SIP_LIMITS } from "../sip/limits.ts";
import { equalBytes, sha256, toBase64Url } from "../trust/bytes.ts";
import { machineOf } from "../trust/keys.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { acceptPublishers } from "../trust/trusted_state.ts";
import { Downloads } from "./downloads.ts";
import type { Memory } from "./memory.ts";

export interface LinkOptions {
  readonly host: Pick<Host, "streams" | "disk" | "clock">;
  readonly memory: Pick<Memory, "key" | "trusted" | "believe">;
  readonly contact: () => ServerContact | null;
  readonly downloadsDirectory: string;
  readonly log: Log;
}

/** A downloaded package, still to be verified. */
export interface Downloaded {
  readonly path: string;
  readonly statement: Uint8Array;
}

/** A list as it goes up. */
export interface PackedList {
  /** The document as one member of gzip. */
  readonly packed: Uint8Array;
  /** Of the document, in hexadecimal. */
  readonly sha256: string;
  /** Bytes of the document. */
  readonly size: number;
  /** Of the document, by this machine's key. */
  readonly signature: Uint8Array;
}

/** SiP for the agent's house. */
export class Link {
  readonly #options: LinkOptions;
  readonly #client: SipClient;
  readonly #downloads: Downloads;
  /** The newest version of the publishers' list that a ping has told. */
  #publishersHeard = 0;
  /** The session in which the list was fetched last; empty: none yet. */
  #publishersAskedIn = "";

  constructor(options: LinkOptions) {
    this.#options = options;
    const { host, memory: { key }, downloadsDirectory: directory } = options;
    const machine = machineOf(key.publicKey);
    this.#downloads = new Downloads({ ...host, directory });
    this.#client = new SipClient({
      ...options.host,
      limits: SIP_LIMITS,
      identity: { key, machine },
    });
  }

  publishersHeard(version: number): void {
    this.#publishersHeard = version;
  }

  /**
   * Downloads what the order names, or goes on where a cut left it. The file
   * stays until it is removed, or `tidy` finds it in the way.
   */
  async download(
    order: InstallOrder,
    onProgress?: OnProgress,
  ): Promise<Outcome<Downloaded, SipFault>> {
    const server = this.#server();
    if (server === null) {
      const detail = "Cannot fetch the package: the server is not known yet";
      return fault({ reason: "network", detail });
    }
    const { sha256, size } = order;
    let path: string;
    try {
      path = await this.#downloads.place(sha256);
    } catch (error) {
      return fault(diskFault("Cannot begin the download", error));
    }
    const got = await this.#client.downloadPackage({
      server,
      sha256,
      size,
      partPath: path,
      onProgress,
    });
    return got.ok ? ok({ path, statement: got.value.statement }) : got;
  }

  /**
   * Removes what is left of downloads that nobody goes on with. A trouble with
   * it is no order's, and is only logged.
   */
  async tidy(): Promise<void> {
    this.#downloads.leave();
    await this.#tidying(() => this.#downloads.tidy());
  }

  /** Removes what is left of a package that is needed no more; as `tidy`. */
  async drop(sha256: string): Promise<void> {
    await this.#tidying(() => this.#downloads.drop(sha256));
  }

  async #tidying(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const detail = diskFault("Cannot tidy the downloads", error).detail;
      this.#tell("Old downloads were not removed", detail);
    }
  }

  /**
   * The statement by which this machine may go back to the package of this
   * hash; null when nobody signed one.
   *
   * @throws {Error} when the server cannot be asked: asking again may help.
   */
  async fetchDowngrade(sha256: string): Promise<Uint8Array | null> {
    const server = this.#server();
    if (server === null) {
      throw new Error("The server of the downgrade statement is not known yet");
    }
    const fetched = await this.#client.fetchDowngrade({ server, sha256 });
    if (fetched.ok) return fetched.value;
    throw new Error(fetched.fault.detail);
  }

  /** Cuts every transfer; what has come stays. */
  close(): void {
    this.#client.close();
  }

  /**
   * Fetches the publishers' list when the server has a newer one, and once in
   * each session: a machine that hears no `[ping]` is told of no version, and a
   * server reads its list at its start, which makes new sessions (K-07).
   */
  async refreshPublishers(): Promise<void> {
    const { memory, host: { clock }, log } = this.#options;
    const held = memory.trusted.publishers?.version ?? 0;
    const server = this.#server();
    if (server === null) return;
    const session = toBase64Url(server.session);
    const isAsked = session === this.#publishersAskedIn;
    if (isAsked && held > 0 && held >= this.#publishersHeard) return;
    const got = await this.#client.fetchPublishers({ server });
    if (!got.ok) {
      this.#tell("The publishers' list did not come", got.fault.detail);
      return;
    }
    this.#publishersAskedIn = session;
    const accepted = acceptPublishers(
      memory.trusted,
      got.value,
      clock.wallMs(),
    );
    if (!accepted.ok) {
      log("error", "The server sent a publishers' list that is refused", {
        because: accepted.fault,
      });
    } else if (accepted.value.change === "newer") {
      await memory.believe(accepted.value.state);
    }
  }

  /** Null when the server has the whole list. */
  async uploadList(
    { packed: from, ...list }: PackedList,
  ): Promise<Reason | null> {
    const server = this.#server();
    if (server === null) return "network";
    const packed = from.length;
    const wish = { ...list, server, from, packed };
    const sent = await this.#client.uploadList(wish);
    if (sent.ok) return null;
    this.#tell("The program list did not go up", sent.fault.detail);
    return sent.fault.reason;
  }

  /** Null while SeP has not told enough, or told what the pin refuses. */
  #server(): SipServer | null {
    const { contact, memory } = this.#options;
    const { sip, session, certificate } = contact() ?? {};
    if (!sip || !session || !certificate) return null;
    const certificateHash = sha256(certificate);
    const pin = memory.trusted.delegation.certificateHash;
    if (!equalBytes(certificateHash, pin)) {
      this.#tell(
        "The server's certificate is refused",
        `its SHA-256 is ${toBase64Url(certificateHash)}, and the fleet's ` +
          `owner delegated to ${toBase64Url(pin)}`,
      );
      return null;
    }
    return {
      address: sip,
      certificatePem: toPem(certificate),
      certificateHash,
      session,
    };
  }

  #tell(message: string, because: string): void {
    this.#options.log("warning", message, { because });
  }
}

/** RFC 7468: base64 in lines of 64 characters. */
function toPem(der: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...der));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [
    "-----BEGIN CERTIFICATE-----",
    ...lines,
    "-----END CERTIFICATE-----",
    "",
  ].join("\n");
}
