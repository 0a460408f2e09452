/** The house of a test's server: a directory of its own, everything counted. */

import type { Reason } from "../../lib/sep/reasons.ts";
import type {
  ListOffer,
  ListSink,
  PackageSource,
  SipDoors,
} from "../../lib/sip/doors.ts";
import { PartFile } from "../../lib/sip/part_file.ts";
import { toHex } from "../../lib/trust/bytes.ts";
import { disk, hexHash, someBytes, type TestMachine } from "./things.ts";

/** The server's house: in a directory of its own, with everything counted. */
export class TestHouse implements SipDoors {
  readonly #machines = new Map<string, TestMachine>();
  readonly #packages = new Map<
    string,
    { path: string; statement: Uint8Array }
  >();
  readonly lists = new Map<string, Uint8Array>();
  readonly bytesMoved = new Map<string, number>();
  /** Sinks that were neither finished nor abandoned. */
  sinksOpen = 0;
  publishersList = someBytes(700, 9);
  readonly downgrades = new Map<string, Uint8Array>();
  readonly offers: ListOffer[] = [];
  /** Hashes are those of what comes when it is unpacked, which it is not. */
  isPacked = false;
  /** Why no list may come. */
  refusal: Reason | null = null;
  /** Thrown by the next `write` of a sink. */
  writeError: Error | null = null;

  constructor(readonly directory: string) {}

  know(machine: TestMachine): void {
    this.#machines.set(machine.id, machine);
  }

  async publish(
    bytes: Uint8Array,
    statement = someBytes(300),
  ): Promise<string> {
    const sha256 = hexHash(bytes);
    const path = `${this.directory}/${sha256}.ieo`;
    await Deno.writeFile(path, bytes);
    this.#packages.set(sha256, { path, statement });
    return sha256;
  }

  pathOf(sha256: string): string {
    return this.#packages.get(sha256)?.path ?? "";
  }

  machine(id: string, session: Uint8Array): Uint8Array | null {
    const machine = this.#machines.get(id);
    if (machine === undefined) return null;
    return toHex(session) === toHex(machine.session)
      ? machine.key.publicKey
      : null;
  }

  moved(id: string, bytes: number): void {
    this.bytesMoved.set(id, (this.bytesMoved.get(id) ?? 0) + bytes);
  }

  get bytesMovedTotal(): number {
    return [...this.bytesMoved.values()].reduce((sum, n) => sum + n, 0);
  }

  async package(sha256: string): Promise<PackageSource | null> {
    const found = this.#packages.get(sha256);
    if (found === undefined) return null;
    const { size } = await Deno.stat(found.path);
    const file = await disk.open(found.path, { read: true });
    return { statement: found.statement, size, file };
  }

  downgrade(sha256: string): Uint8Array | null {
    return this.downgrades.get(sha256) ?? null;
  }

  publishers(): Uint8Array {
    return this.publishersList;
  }

  async receiveList(
    id: string,
    offer: ListOffer,
  ): Promise<ListSink | Reason> {
    const { sha256, packed } = offer;
    this.offers.push(offer);
    if (this.refusal !== null) return this.refusal;
    const path = `${this.directory}/${id}.${sha256}.part`;
    const part = await PartFile.open({ disk, path, size: packed });
    this.sinksOpen += 1;
    return {
      offset: part.bytes,
      write: (bytes) => {
        if (this.writeError !== null) throw this.writeError;
        return part.write(bytes);
      },
      finish: async (): Promise<Reason | null> => {
        this.sinksOpen -= 1;
        const right = this.isPacked || part.digest() === sha256;
        if (right) this.lists.set(id, await Deno.readFile(path));
        await part.remove();
        return right ? null : "hash";
      },
      abandon: () => {
        this.sinksOpen -= 1;
        part.close();
      },
    };
  }
}
