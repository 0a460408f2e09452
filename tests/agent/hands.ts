/**
 * An agent's hands with real files: a server on real TLS, the agent's way to
 * it, an installer and the worker that joins them. No SeP: the tests are the
 * house that gives the orders.
 *
 * @module
 */

import { Link } from "../../lib/agent/link.ts";
import { Worker } from "../../lib/agent/worker.ts";
import type { Disk } from "../../lib/host/disk.ts";
import { silentLog } from "../../lib/host/log.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";
import { realStreams } from "../../lib/host/real_streams.ts";
import { Installer } from "../../lib/install/installer.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import { startTrustedState } from "../../lib/trust/trusted_state.ts";
import {
  goodPackage,
  PUBLISHERS,
  type Sample,
  treeOf,
} from "../ieo/samples.ts";
import {
  clock,
  disk as realDisk,
  hexHash,
  makeMachine,
} from "../sip/things.ts";
import {
  certificate,
  certificateHash,
  makeWorld,
  type World,
} from "../sip/world.ts";

const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));
const MACHINE = makeMachine(1);

/** One start of the agent's hands. */
export interface Hands extends AsyncDisposable {
  readonly worker: Worker;
  readonly installer: Installer;
  readonly link: Link;
}

/** A server, and a machine's directory. */
export interface Place extends AsyncDisposable {
  readonly world: World;
  /** Everything that the agent's programs directory holds. */
  programs(): Record<string, string>;
  /** The names of what is left of downloads. */
  downloads(): string[];
  /** The machine's agent starts; a second start is a restart. */
  start(options?: {
    readonly disk?: Disk;
    readonly publishers?: PublishersList;
  }): Promise<Hands>;
  /** The server offers these bytes with this statement. */
  offer(sample: Sample, bytes?: Uint8Array): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const home = await Deno.makeTempDir({ prefix: "flottille-" });
  const world = await makeWorld();
  world.house.know(MACHINE);
  const contact = {
    sep: world.address,
    sip: world.address,
    certificate: certificate.certificateDer,
    session: MACHINE.session,
  };
  return {
    world,
    programs: () => treeOf(`${home}/programs`),
    downloads: () => namesOf(`${home}/state/downloads`),
    async start({ disk = realDisk, publishers = PUBLISHERS } = {}) {
      const trusted = startTrustedState({
        fleet: FLEET.publicKey,
        delegation: signDelegation(FLEET, {
          serverKey: FLEET.publicKey,
          certificateHash,
          serial: 1n,
        }),
      });
      const memory = {
        key: MACHINE.key,
        trusted: {
          ...trusted,
          publishers: {
            ...publishers,
            bytes: new Uint8Array(),
            issuedMs: Date.parse(publishers.issued),
            expiresMs: Date.parse(publishers.expires),
          },
        },
        believe: () => Promise.reject(new Error("Nothing to believe here")),
      };
      const host = { disk, clock, streams: realStreams() };
      const installer = await Installer.open({
        disk,
        clock,
        root: `${home}/programs`,
        state: `${home}/state`,
        processes: realProcesses(),
        facts: () => ({
          os: "linux",
          architecture: "x86_64",
          distribution: "",
          distributionVersion: "",
        }),
        agentVersion: "0.1.0",
        commandsDirectory: null,
      });
      const link = new Link({
        host,
        memory,
        contact: () => contact,
        downloadsDirectory: `${home}/state/downloads`,
        log: silentLog,
      });
      const lists = { send: () => Promise.resolve(null) };
      const rooms = { host, installer, memory, link, lists, log: silentLog };
      const worker = new Worker({
        ...rooms,
        whySpared: () => Promise.resolve(null),
      });
      return {
        worker,
        installer,
        link,
        [Symbol.asyncDispose]: () => installer.close(),
      };
    },
    async offer({ bytes, statement: signed, ordered }, other = bytes) {
      const statement = signed.slice();
      const sha256 = await world.house.publish(other, statement);
      if (sha256 === ordered.sha256) return;
      // Another file under the name of the ordered one.
      await world.house.publish(bytes, statement);
      await Deno.writeFile(world.house.pathOf(ordered.sha256), other);
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** An order for this sample. */
export function orderOf(sample: Sample, order: bigint, attempt = 1) {
  return { order, attempt, ...sample.ordered };
}

/** The sample's bytes with one of them changed, of the same length. */
export function withByteChanged(
  { bytes }: Sample,
  at: number,
): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  if (hexHash(changed) === hexHash(bytes)) throw new Error("Nothing changed");
  return changed;
}

function namesOf(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Two versions of one program. */
export const V1 = goodPackage(
  { "bin/tool": "one\n" },
  { name: "tool", version: "1.0", serial: 1 },
);
export const V2 = goodPackage(
  { "bin/tool": "two\n" },
  { name: "tool", version: "2.0", serial: 2 },
);

/** The texts of the program's version in use; empty when there is none. */
export function inUse(place: Place): string {
  const tree = place.programs();
  const version = tree["tool/current"]?.slice("-> ".length);
  return tree[`tool/${version}/bin/tool`] ?? "";
}
