/**
 * One of many machines that a single process plays: a real key, a real socket,
 * real conversations, real transfers. What it has not is a disk of programs:
 * an install is a download, checked and thrown away, and a name in a table.
 *
 * @module
 */

import { Link } from "../../lib/agent/link.ts";
import { Lists } from "../../lib/agent/lists.ts";
import type { Address, Datagrams } from "../../lib/host/datagrams.ts";
import type { Host } from "../../lib/host/host.ts";
import { silentLog } from "../../lib/host/log.ts";
import { makeList } from "../../lib/peo/list.ts";
import type { ListedProgram } from "../../lib/peo/program.ts";
import type { MachineHooks } from "../../lib/sep/machine_api.ts";
import { MachineEndpoint } from "../../lib/sep/machine_endpoint.ts";
import type { InstallOrder, OrderResult } from "../../lib/sep/server_api.ts";
import { fromBase64Url } from "../../lib/trust/bytes.ts";
import type { JoinFile } from "../../lib/trust/join_file.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { startTrustedState } from "../../lib/trust/trusted_state.ts";

const SYSTEM = { system: "linux", architecture: "x86_64" } as const;
const DISTRIBUTION = { id: "debian", version: "12" };

/** A download as the machine saw it. */
export interface PlayedDownload {
  readonly machine: number;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly bytes: number;
  /** Why it ended badly; null: it did not. */
  readonly reason: string | null;
}

export interface PlayedMachineOptions {
  readonly host: Host;
  /** Its own sockets; the one for broadcasts may be shared. */
  readonly datagrams: Datagrams;
  readonly number: number;
  readonly join: JoinFile;
  readonly at: Address;
  readonly broadcast: Address;
  /** Where its downloads grow. */
  readonly directory: string;
  downloaded(download: PlayedDownload): void;
}

/** A machine, for as long as the process runs. */
export class PlayedMachine {
  readonly #options: PlayedMachineOptions;
  readonly #link: Link;
  readonly #lists: Lists;
  readonly #programs = new Map<string, string>();
  readonly #endpoint: MachineEndpoint;
  /** The last order's result, which is repeated and not earned again. */
  #last = { key: "", result: Promise.resolve<OrderResult | null>(null) };
  #standing = "";

  constructor(options: PlayedMachineOptions) {
    this.#options = options;
    const { host, join, number, directory } = options;
    const seed = new Uint8Array(32);
    new DataView(seed.buffer).setUint32(0, number + 1);
    const key = keyPairFromSeed(seed);
    const trusted = startTrustedState(join);
    const memory = { key, trusted, believe: () => Promise.resolve() };
    this.#link = new Link({
      ...{ host, memory, log: silentLog },
      contact: () => this.#endpoint.contact,
      downloadsDirectory: `${directory}/${number}`,
    });
    this.#lists = new Lists({
      ...{ host, memory, log: silentLog, link: this.#link },
      collector: {
        collect: () =>
          Promise.resolve(
            makeList({ ...SYSTEM, distribution: DISTRIBUTION }, [
              { programs: this.#listed(), faults: [] },
            ]),
          ),
      },
    });
    this.#endpoint = new MachineEndpoint({
      ...host,
      datagrams: options.datagrams,
      at: options.at,
      sharedAt: options.broadcast,
      fleetKey: join.fleet,
      filterKey: join.filterKey,
      signer: key,
      hooks: this.#hooks(),
      notice() {},
      trouble(error) {
        console.error(error);
      },
    });
  }

  /** Does the server know it, and accept it? */
  get isEnrolled(): boolean {
    return this.#standing === "accepted";
  }

  /**
   * Asks the server by SiP for something small that is not there: a whole
   * exchange, with handshake and proof. The milliseconds it took.
   */
  async knock(): Promise<number> {
    const begunMs = performance.now();
    const found = await this.#link.fetchDowngrade("0".repeat(64));
    if (found !== null) throw new Error("There is no such statement");
    return performance.now() - begunMs;
  }

  #hooks(): MachineHooks {
    const { join: { enrolment, delegation }, number } = this.#options;
    const id = enrolment === null ? null : fromBase64Url(enrolment.id);
    let epoch = 0n;
    return {
      self: () => ({
        ...{ macs: [], ...SYSTEM },
        hostName: `played-${String(number).padStart(5, "0")}`,
        agentVersion: "played",
      }),
      enrolment: () =>
        enrolment === null || id === null
          ? null
          : { id, secret: enrolment.secret },
      delegation: () => delegation,
      delegationShown() {},
      epoch: () => epoch,
      epochHeard: (heard) => void (epoch = heard),
      publishersVersionHeard() {},
      serverHeard() {},
      standing: ({ kind }) => void (this.#standing = kind),
      owns: (name, version) => {
        const owned = this.#programs.get(name);
        return Promise.resolve(
          owned !== undefined && (version === "*" || version === owned),
        );
      },
      list: () => this.#lists.hash(),
      upload: () => void this.#lists.sendTold().catch(() => {}),
      install: (order) => this.#once(order, () => this.#install(order)),
      remove: (order) =>
        this.#once(order, async () => {
          this.#programs.delete(order.name);
          await this.#lists.send();
          return DONE;
        }),
      conflict() {},
    };
  }

  async #once(
    { order, attempt }: { readonly order: bigint; readonly attempt: number },
    act: () => Promise<OrderResult>,
  ): Promise<OrderResult> {
    const key = `${order} ${attempt}`;
    if (this.#last.key !== key) this.#last = { key, result: act() };
    return await this.#last.result ?? DONE;
  }

  async #install(order: InstallOrder): Promise<OrderResult> {
    const { number, downloaded } = this.#options;
    const { name, version, sha256 } = order;
    const beganMs = performance.now();
    let bytes = 0;
    const got = await this.#link.download(order, (here) => bytes = here);
    const endedMs = performance.now();
    const reason = got.ok ? null : got.fault.reason;
    downloaded({ machine: number, beganMs, endedMs, bytes, reason });
    if (!got.ok) {
      const { reason, detail } = got.fault;
      return { reason, version: "", note: detail.slice(0, 80) };
    }
    await this.#link.drop(sha256);
    await this.#link.tidy();
    this.#programs.set(name, version);
    return { ...DONE, version };
  }

  #listed(): ListedProgram[] {
    return [...this.#programs].map(([name, version]) => ({
      ...{ name, version, source: "flottille" },
      purl: `pkg:generic/${name}@${version}`,
    }));
  }
}

const DONE: OrderResult = { reason: null, version: "", note: "" };
