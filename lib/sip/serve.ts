/**
 * SiP's server: hears each connection, gives it a place, lets it have its one
 * transfer, closes it. Nothing that one connection does reaches another: each
 * runs on its own, within its own deadlines, and ends in a note for the log.
 *
 * What a stranger can do (S-04): hold one of `strangersMax` places until the
 * request's deadline. When they are all taken the oldest goes, because an
 * honest machine proves itself within milliseconds.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Randomness } from "../host/randomness.ts";
import type { SecureListener, SecureStream } from "../host/streams.ts";
import type { MachineId } from "../sep/server_api.ts";
import type { Outcome } from "../trust/outcome.ts";
import { BlockPool } from "./blocks.ts";
import type { SipDoors, SipNote } from "./doors.ts";
import { sendPackage } from "./download.ts";
import { hear, type Heard, refuse } from "./exchange.ts";
import type { SipLimits } from "./limits.ts";
import { Line } from "./line.ts";
import { type Pace, PacedQueue, UNPACED } from "./pace.ts";
import { type Ended, Note } from "./connection_note.ts";
import { Places } from "./places.ts";
import { NONCE_BYTES } from "./proof.ts";
import type { Blocks } from "./pump.ts";
import { DOWNGRADE, PUBLISHERS, sendSmall } from "./small_file.ts";
import { receiveList } from "./upload.ts";
import type { SipRequest } from "./request.ts";

export interface SipServeOptions {
  /** Streams whose handshake is through; closed with the service. */
  readonly listener: SecureListener;
  /** SHA-256 of the listener's certificate, in DER. */
  readonly certificateHash: Uint8Array;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly limits: SipLimits;
  readonly doors: SipDoors;
  /** How fast packages may leave; absent: as fast as they go. */
  readonly pace?: Pace;
  /** One note for each connection; must not throw. */
  readonly log: (note: SipNote) => void;
}

/** A service that runs. */
export interface SipService {
  /** Transfers under way. */
  readonly transfers: number;
  /** Takes no more connections and closes those there are; parts are kept. */
  close(): void;
}

/** Serves the listener until it is closed. */
export function serveSip(options: SipServeOptions): SipService {
  const service = new Service(options);
  void service.run();
  return service;
}

/** The beginning of a sentence about what a machine asked for. */
const DOWNGRADE_OF = "downgrade statement for package";

class Service implements SipService {
  readonly #options: SipServeOptions;
  readonly #places: Places;
  readonly #pool: BlockPool;
  readonly #queue: PacedQueue;
  /** Lines that stand, the oldest first; a stranger until it is proved. */
  readonly #lines = new Set<Line>();
  readonly #strangers = new Set<Line>();
  /** The upload of each machine that has one under way. */
  readonly #uploads = new Map<MachineId, Upload>();

  constructor(options: SipServeOptions) {
    this.#options = options;
    const queue = new PacedQueue(options.clock, options.pace ?? UNPACED);
    const { transfersMax, transfersPerMachineMax } = options.limits;
    this.#places = new Places({
      transfersPerMachineMax,
      get transfersMax() {
        return queue.transfersMax(transfersMax);
      },
    });
    this.#queue = queue;
    this.#pool = new BlockPool(options.limits.blockBytes);
  }

  get transfers(): number {
    return this.#places.total;
  }

  async run(): Promise<void> {
    for await (const stream of this.#options.listener.accept()) {
      void this.#serve(stream);
    }
  }

  close(): void {
    this.#options.listener.close();
    for (const line of this.#lines) line.end("The server is stopping");
  }

  /** One connection, from its first byte to its note; never throws. */
  async #serve(stream: SecureStream): Promise<void> {
    const line = new Line(stream, this.#options.clock, this.#options.limits);
    const note = new Note(line);
    this.#lines.add(line);
    try {
      const heard = await this.#hear(line);
      if (heard.ok) await this.#admit(line, heard.value, note);
      else note.stranger(heard.fault);
    } catch (error) {
      note.fault(error);
    } finally {
      line.close();
      this.#lines.delete(line);
      this.#options.log(note.written());
    }
  }

  async #hear(line: Line): Promise<Outcome<Heard, string>> {
    const { certificateHash, doors, limits, randomness } = this.#options;
    this.#makeRoom();
    this.#strangers.add(line);
    try {
      return await hear(line, {
        nonce: randomness.bytes(NONCE_BYTES),
        certificateHash,
        keyOf: (id, session) => doors.machine(id, session),
        limits,
      });
    } finally {
      this.#strangers.delete(line);
    }
  }

  #makeRoom(): void {
    if (this.#strangers.size < this.#options.limits.strangersMax) return;
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    oldest.end("Too many connections that say nothing; this was the oldest");
    this.#strangers.delete(oldest);
  }

  async #admit(line: Line, heard: Heard, note: Note): Promise<void> {
    const { machine, request } = heard;
    note.know(heard);
    if (request === null) return; // Signed nonsense: silence, and a note.
    // A machine that lost its connection comes back before we have noticed:
    // its new upload takes the place of the old one, and goes on from its part.
    while (request.word === "liste" && this.#uploads.has(machine)) {
      await this.#uploads.get(machine)?.supersede();
    }
    const leave = this.#places.take(machine);
    if (leave === null) {
      note.end(await refuse(line, "later", "Too many transfers at once"));
      return;
    }
    try {
      const blocks = this.#pool.take();
      const ended = await this.#transfer(line, machine, request, blocks, note);
      note.end(ended);
      // The system may still be sending from the buffers of a line that was
      // cut: another machine's bytes must not get into them.
      if (line.ending === null) this.#pool.give(blocks);
    } finally {
      leave();
    }
  }

  #transfer(
    line: Line,
    machine: MachineId,
    request: SipRequest,
    blocks: Blocks,
    note: Note,
  ): Promise<Ended> {
    const { doors } = this.#options;
    const moved = (bytes: number) => {
      note.moved(bytes);
      doors.moved(machine, bytes);
    };
    switch (request.word) {
      case "paquet":
        return sendPackage(line, request, {
          blocks,
          moved,
          queue: this.#queue,
          find: (sha256) => doors.package(sha256),
          sent: (bytes) => doors.sent?.(machine, request.sha256, bytes),
        });
      case "editeurs":
        return sendSmall(line, PUBLISHERS, doors.publishers(), moved);
      case "declasse": {
        const { sha256 } = request;
        const statement = doors.downgrade(sha256);
        return statement === null
          ? refuse(line, "absent", `There is no ${DOWNGRADE_OF} ${sha256}`)
          : sendSmall(line, DOWNGRADE, statement, moved);
      }
      case "liste": {
        const upload = receiveList(line, request, {
          blocks,
          moved,
          machine,
          receive: (id, offer) => doors.receiveList(id, offer),
        });
        return this.#alone(line, machine, upload);
      }
    }
  }

  /** Remembers the upload of a machine for as long as it lasts. */
  async #alone(
    line: Line,
    machine: MachineId,
    ended: Promise<Ended>,
  ): Promise<Ended> {
    const upload = new Upload(line, ended);
    this.#uploads.set(machine, upload);
    try {
      return await ended;
    } finally {
      if (this.#uploads.get(machine) === upload) this.#uploads.delete(machine);
    }
  }
}

/** An upload that a later one of the same machine may end. */
class Upload {
  constructor(readonly line: Line, readonly ended: Promise<Ended>) {}

  /** Ends it, and returns when its sink is given back. */
  async supersede(): Promise<void> {
    this.line.end("The machine began the upload anew");
    await this.ended.catch(() => {});
  }
}
