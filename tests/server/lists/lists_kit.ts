/**
 * Lists on a real store and a real disk, documents to send to them, and ways
 * to pack what no agent packs so.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import type { Log } from "../../../lib/host/log.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { buildDocument } from "../../../lib/peo/document.ts";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import { Lists } from "../../../lib/server/lists/lists.ts";
import type { Store, Writer } from "../../../lib/server/store/store.ts";
import type { ListOffer } from "../../../lib/sip/doors.ts";
import { fromHex, sha256, toHex } from "../../../lib/trust/bytes.ts";
import { type KeyPair, machineOf } from "../../../lib/trust/keys.ts";
import { signList } from "../../../lib/trust/list_statement.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { keyOf, machine } from "../examples.ts";
import { withStore } from "../temporary.ts";

/** The machine whose lists come. */
export const ada = machine("ada");
/** Known to the registry, and not to the store, which will refuse it. */
export const stranger = machine("stranger");

/** Where the lists are kept, over restarts. */
export class ListsBench {
  readonly store: Store;
  readonly directory: string;
  readonly clock = new FakeClock();
  /** Lines of the log that are no information: `warning: ... {error}`. */
  readonly told: string[] = [];
  writer: Writer;

  constructor(store: Store, directory: string) {
    this.store = store;
    this.directory = directory;
    this.writer = store;
  }

  /** A start of the server. */
  async open(): Promise<Lists> {
    const known = new Map([ada, stranger].map((one) => [one.id, one]));
    return await Lists.open({
      disk: realDisk(),
      directory: this.directory,
      clock: this.clock,
      writer: this.writer,
      log: this.#log,
      machine: (id) => known.get(id) ?? null,
    }, await this.store.lists());
  }

  /** The files of the lists, without the machine's name. */
  async files(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.directory)) {
      names.push(name.slice(32));
    }
    return names.sort();
  }

  async names(): Promise<string[]> {
    const listed = await this.store.listedPrograms(ada.id, null);
    return listed.map(({ name }) => name);
  }

  readonly #log: Log = (level, message, facts = {}) => {
    if (level === "info") return;
    const { name, error } = facts;
    this.told.push(`${level}: ${message}: ${name}: ${error}`);
  };
}

/** A test with lists of its own. */
export function testLists(
  name: string,
  test: (bench: ListsBench) => Promise<void>,
): void {
  Deno.test(`Lists ${name}`, () =>
    withStore(async (store, directory) => {
      await store.commit([{ kind: "machine", machine: ada }]);
      await Deno.mkdir(`${directory}/lists`);
      await test(new ListsBench(store, `${directory}/lists`));
    }));
}

/** A document with programs of these names, in this order or not. */
export function documentOf(...names: string[]): Uint8Array<ArrayBuffer> {
  const programs = names.map((name): ListedProgram => ({
    name,
    version: "1",
    purl: `pkg:generic/${name}@1`,
    source: "flottille",
  }));
  return buildDocument({
    machine: {
      system: "linux",
      architecture: "x86_64",
      distribution: { id: "debian", version: "12" },
    },
    programs,
    faults: [{ source: "dpkg", error: "Cannot read its status" }],
  });
}

/** One member of gzip. */
export function pack(document: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(document));
}

/** A list as it is sent: what travels, and what is said of it. */
export interface Sent extends ListOffer {
  readonly bytes: Uint8Array;
}

/** The document as its machine sends it, in parts or other as given. */
export function sentOf(
  document: Uint8Array,
  {
    bytes = pack(document),
    hash = toHex(sha256(document)),
    size = document.length,
    key = keyOf("ada"),
    machine = ada.id,
    signature,
  }: {
    readonly bytes?: Uint8Array;
    readonly hash?: string;
    readonly size?: number;
    readonly key?: KeyPair;
    readonly machine?: string;
    readonly signature?: Uint8Array;
  } = {},
): Sent {
  const id = fromHex(machine) ?? machineOf(key.publicKey);
  const statement = { machine: id, sha256: hash, size };
  return {
    sha256: hash,
    size,
    packed: bytes.length,
    signature: signature ?? signList(key, statement),
    bytes,
  };
}

/** Sends a list as SiP does; what the machine would be told. */
export async function send(
  lists: Lists,
  { bytes, ...offer }: Sent,
  { cutAt = bytes.length, machine = ada.id } = {},
): Promise<{ readonly offset: number; readonly reason: string | null }> {
  const sink = await lists.receive(machine, offer);
  if (typeof sink === "string") return { offset: -1, reason: sink };
  const { offset } = sink;
  await sink.write(bytes.subarray(offset, cutAt));
  if (cutAt === bytes.length) return { offset, reason: await sink.finish() };
  sink.abandon();
  return { offset, reason: "cut" };
}
