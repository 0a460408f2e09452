/**
 * A server's house for SiP, in memory: one machine, one package, and lists
 * that are counted and thrown away; and streams that give little at a time.
 *
 * @module
 */

import type { DiskFile } from "../../lib/host/disk.ts";
import type { ListSink, PackageSource, SipDoors } from "../../lib/sip/doors.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { sha256, toHex } from "../../lib/trust/bytes.ts";
import { MemoryStream } from "../../tests/sip/memory_stream.ts";
import { makeMachine, someBytes } from "../../tests/sip/things.ts";

/** The machine that the house knows. */
export const MACHINE = makeMachine(1);
/** Small ones, so that a transfer takes several. */
export const LIMITS = { ...SIP_LIMITS, blockBytes: 512 };

const PACKAGE = someBytes(2_000, 3);
/** Of the package that there is. */
export const PACKAGE_HASH = toHex(sha256(PACKAGE));
const PUBLISHERS = someBytes(700, 9);
const DOWNGRADE = someBytes(300, 8);

/** Gives at most so many bytes at once. */
export class SlowStream extends MemoryStream {
  readonly #most: number;

  constructor(hears: Uint8Array, most: number) {
    super(hears);
    this.#most = most;
  }

  override read(into: Uint8Array): Promise<number | null> {
    return super.read(into.subarray(0, this.#most));
  }
}

/** The server's house: one package, and lists that are counted. */
export class House implements SipDoors {
  /** Files and lists that were not given back. */
  open = 0;
  machine(id: string, session: Uint8Array) {
    const isKnown = id === MACHINE.id &&
      toHex(session) === toHex(MACHINE.session);
    return isKnown ? MACHINE.key.publicKey : null;
  }
  moved() {}
  package(hash: string): Promise<PackageSource | null> {
    if (hash !== PACKAGE_HASH) return Promise.resolve(null);
    this.open++;
    const file: Partial<DiskFile> = {
      readAt(offset, into) {
        const part = PACKAGE.subarray(offset, offset + into.length);
        into.set(part);
        return Promise.resolve(part.length === 0 ? null : part.length);
      },
      close: () => void this.open--,
    };
    let at = 0;
    file.read = async (into) => {
      const count = await file.readAt?.(at, into) ?? null;
      at += count ?? 0;
      return count;
    };
    file.seek = (offset) => Promise.resolve(void (at = offset));
    const statement = someBytes(200);
    const size = PACKAGE.length;
    return Promise.resolve({ statement, size, file: file as DiskFile });
  }
  publishers() {
    return PUBLISHERS;
  }
  downgrade(hash: string) {
    return hash === PACKAGE_HASH ? DOWNGRADE : null;
  }
  receiveList(_id: string, { packed, size }: { packed: number; size: number }) {
    if (size > 1_000_000 || packed > LIMITS.blockBytes * 1_000) {
      return Promise.resolve("disk" as const);
    }
    this.open++;
    let bytes = 0;
    const sink: ListSink = {
      offset: 0,
      write: (block) => Promise.resolve(void (bytes += block.length)),
      finish: () => {
        this.open--;
        return Promise.resolve(bytes === packed ? null : "hash");
      },
      abandon: () => void this.open--,
    };
    return Promise.resolve(sink);
  }
}
