/**
 * SiP's client, the agent's end: a connection to the pinned server for each
 * file, and what comes out of it as a value.
 *
 * A call tries once. What it has got it keeps, so calling again goes on where
 * the last call was cut; when to call again is the agent's decision (a fault's
 * reason says whether it may help). A call never throws for what the server,
 * the network or the disk did.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import { showAddress } from "../host/datagrams.ts";
import type { Disk, DiskFile } from "../host/disk.ts";
import type { SecureStreams } from "../host/streams.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { ListOffer } from "./doors.ts";
import { receivePackage } from "./download.ts";
import { ask, type Asker } from "./exchange.ts";
import { diskFault, type SipFault } from "./fault.ts";
import type { SipLimits } from "./limits.ts";
import { Line } from "./line.ts";
import { PartFile } from "./part_file.ts";
import { isPinned } from "./pin.ts";
import { makeBlocks } from "./pump.ts";
import type { SipRequest } from "./request.ts";
import { DOWNGRADE, PUBLISHERS, receiveSmall } from "./small_file.ts";
import { hasSpaceFor, noSpaceFor } from "./space.ts";
import { sendList } from "./upload.ts";

/** The server, as SeP made it known. */
export interface SipServer {
  readonly address: Address;
  readonly certificatePem: string;
  /** SHA-256 of the certificate, from the delegation: the pin, 32 bytes. */
  readonly certificateHash: Uint8Array;
  /** The present session on SeP, 8 bytes. */
  readonly session: Uint8Array;
}

export interface SipClientOptions {
  readonly streams: SecureStreams;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly limits: SipLimits;
  readonly identity: Asker;
}

/** Bytes that are here, of how many; may be called often. */
export type OnProgress = (bytes: number, size: number) => void;

/** A package to download. */
export interface PackageWish {
  readonly server: SipServer;
  /** Hexadecimal, as ordered. */
  readonly sha256: string;
  /** Bytes, as ordered. */
  readonly size: number;
  /**
   * Where the file grows; what is there already is gone on with. One call at
   * a time for one path.
   */
  readonly partPath: string;
  readonly onProgress?: OnProgress | undefined;
}

/** A program list to send. */
export interface ListWish extends ListOffer {
  readonly server: SipServer;
  /** The packed bytes, or the path of the file that holds them. */
  readonly from: Uint8Array | string;
}

/** How a line ends when the client is closed. */
const STOPPING = "The agent is stopping";

export class SipClient {
  readonly #options: SipClientOptions;
  readonly #lines = new Set<Line>();
  readonly #closing = Promise.withResolvers<never>();
  #closed = false;

  constructor(options: SipClientOptions) {
    this.#options = options;
    this.#closing.promise.catch(() => {});
  }

  /**
   * Downloads a package to `partPath`. When it comes back well, the file has
   * exactly the ordered size and hash. The statement is as the server sent
   * it: nothing has verified it yet.
   *
   * After a cut the part stays. After a full disk or a wrong hash it is
   * removed; a wrong hash of a file that was begun earlier is tried once from
   * zero, because then it may have been the old part that was bad.
   */
  async downloadPackage(
    wish: PackageWish,
  ): Promise<Outcome<{ readonly statement: Uint8Array }, SipFault>> {
    const first = await this.#download(wish);
    if (first.outcome.ok || !first.resumed) return first.outcome;
    if (first.outcome.fault.reason !== "hash") return first.outcome;
    return (await this.#download(wish)).outcome;
  }

  /** Fetches the publishers' list; nothing has verified it yet. */
  fetchPublishers(
    { server }: { readonly server: SipServer },
  ): Promise<Outcome<Uint8Array<ArrayBuffer>, SipFault>> {
    return this.#exchange(
      server,
      { word: "editeurs" },
      (line, size) => receiveSmall(line, PUBLISHERS, size),
    );
  }

  /**
   * Fetches the statement by which this machine may go back to the package of
   * this hash (hexadecimal); null when there is none. Nothing has verified it.
   */
  async fetchDowngrade(
    { server, sha256 }: { readonly server: SipServer; readonly sha256: string },
  ): Promise<Outcome<Uint8Array<ArrayBuffer> | null, SipFault>> {
    const fetched = await this.#exchange(
      server,
      { word: "declasse", sha256 },
      (line, size) => receiveSmall(line, DOWNGRADE, size),
    );
    return !fetched.ok && fetched.fault.reason === "absent"
      ? ok(null)
      : fetched;
  }

  /** Sends a program list; well when the server has put it in its place. */
  async uploadList(wish: ListWish): Promise<Outcome<null, SipFault>> {
    const { server, from: given, sha256, size, packed, signature } = wish;
    const { disk, limits } = this.#options;
    const blocks = makeBlocks(limits.blockBytes);
    let file: DiskFile | null = null;
    try {
      if (typeof given === "string") {
        file = await disk.open(given, { read: true });
      }
      const from = file ?? given as Uint8Array;
      return await this.#exchange(
        server,
        { word: "liste", sha256, size, packed, signature },
        (line, offset) =>
          sendList(line, offset, { packed, from }, { blocks, limits }),
      );
    } catch (error) {
      return fault(diskFault("Cannot send the program list", error));
    } finally {
      file?.close();
    }
  }

  /**
   * Closes every connection, for good; calls come back as cut. What they have
   * got is kept.
   */
  close(): void {
    this.#closed = true;
    this.#closing.reject(new Error(STOPPING));
    for (const line of this.#lines) line.end(STOPPING);
  }

  async #download(wish: PackageWish): Promise<Download> {
    const { disk } = this.#options;
    const { partPath: path, size } = wish;
    let part: PartFile;
    try {
      const isUnwanted = () => this.#closed;
      part = await PartFile.open({ disk, path, size, isUnwanted });
    } catch (error) {
      const found: SipFault = this.#closed
        ? { reason: "network", detail: STOPPING }
        : diskFault(`Cannot open "${path}"`, error);
      return { outcome: fault(found), resumed: false };
    }
    const resumed = part.bytes > 0;
    const outcome = await hasSpaceFor(disk, path, size - part.bytes)
      ? await this.#downloadInto(part, wish)
      : noSpaceFor(path, size);
    await leave(part, outcome);
    return { outcome, resumed };
  }

  async #downloadInto(
    part: PartFile,
    { server, sha256, size, onProgress }: PackageWish,
  ): Promise<Outcome<{ statement: Uint8Array }, SipFault>> {
    const { limits } = this.#options;
    const request = { word: "paquet", sha256, offset: part.bytes } as const;
    const received = await this.#exchange(
      server,
      request,
      (line, announced) =>
        receivePackage(line, announced, {
          size,
          part,
          blocks: makeBlocks(limits.blockBytes),
          onBytes: (bytes) => onProgress?.(bytes, size),
          limits,
        }),
    );
    if (!received.ok) return received;
    const found = part.digest();
    if (found === sha256) return ok({ statement: received.value });
    const detail = `Cannot download package ${sha256}: what came is ${found}`;
    return fault({ reason: "hash", detail });
  }

  /** Connects, asks, and hands over to `then` when the answer is `[OK]`. */
  async #exchange<T>(
    server: SipServer,
    request: SipRequest,
    then: (
      line: Line,
      bytes: number | null,
    ) => Promise<Outcome<T, SipFault>>,
  ): Promise<Outcome<T, SipFault>> {
    const connected = await this.#connect(server);
    if (!connected.ok) return connected;
    const line = connected.value;
    try {
      const answer = await ask(line, request, {
        asker: this.#options.identity,
        session: server.session,
        certificateHash: server.certificateHash,
        limits: this.#options.limits,
      });
      return answer.ok ? await then(line, answer.value) : answer;
    } finally {
      line.close();
      this.#lines.delete(line);
    }
  }

  async #connect(server: SipServer): Promise<Outcome<Line, SipFault>> {
    const { streams, clock, limits } = this.#options;
    const { address: to, certificatePem, certificateHash } = server;
    if (!isPinned(certificatePem, certificateHash)) {
      const detail = `Cannot connect to ${showAddress(to)}: the certificate ` +
        "is not the one that the fleet's owner delegated";
      return fault({ reason: "network", detail });
    }
    if (this.#closed) return fault({ reason: "network", detail: STOPPING });
    const connecting = streams.connect({
      to,
      certificatePem,
      deadlineMs: limits.connectMsMax,
    });
    // When nobody waits for it any more it is still to be closed.
    void connecting.then((stream) => this.#closed && stream.close(), () => {});
    try {
      const stream = await Promise.race([connecting, this.#closing.promise]);
      const line = new Line(stream, clock, limits);
      this.#lines.add(line);
      return ok(line);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return fault({ reason: "network", detail });
    }
  }
}

interface Download {
  readonly outcome: Outcome<{ readonly statement: Uint8Array }, SipFault>;
  /** There was a part from before. */
  readonly resumed: boolean;
}

/** Faults after which what is here is worth nothing, or its space more. */
const WORTHLESS = new Set(["hash", "signature", "disk"]);

/** Keeps the part or removes it, as the outcome says. */
async function leave(
  part: PartFile,
  outcome: Outcome<unknown, SipFault>,
): Promise<void> {
  if (outcome.ok || !WORTHLESS.has(outcome.fault.reason)) {
    part.close();
    return;
  }
  // The fault is told already; a part that cannot be removed is hashed and
  // removed the next time.
  await part.remove().catch(() => {});
}
