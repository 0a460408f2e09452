/**
 * The agent's house as SeP sees it: each hook answered by the room that knows.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { MachineFacts } from "../host/machine.ts";
import type { Installer } from "../install/installer.ts";
import type { MachineHooks, SelfFacts, Standing } from "../sep/machine_api.ts";
import { LIBRARY_SOURCES } from "../peo/sources.ts";
import { MACS_MAX } from "../sep/fields.ts";
import type {
  InstallOrder,
  OrderResult,
  RemovalOrder,
} from "../sep/server_api.ts";
import { fromBase64Url } from "../trust/bytes.ts";
import type { Delegation } from "../trust/delegation.ts";
import type { KeyPair } from "../trust/keys.ts";
import type { Link } from "./link.ts";
import type { Lists } from "./lists.ts";
import type { Memory } from "./memory.ts";
import { AGENT_VERSION, type Membership } from "./status.ts";
import type { Report } from "./update/seat.ts";
import type { Worker } from "./worker.ts";

export interface HouseOptions {
  readonly host: Pick<Host, "clock" | "machine" | "randomness">;
  readonly memory: Memory;
  readonly installer: Installer;
  readonly lists: Lists;
  readonly link: Link;
  readonly worker: Worker;
  readonly log: Log;
  /** What a new agent has to do before it takes orders; absent: nothing. */
  readonly report?: Pick<Report, "accepted" | "made">;
  /** This machine has another key, and the agent must start anew with it. */
  rekeyed?(): void;
}

/** The server saw this machine's key in two places. */
const DOUBLE = "double";

const NO_MAC = "00:00:00:00:00:00";
const HOST_NAME_BYTES_MAX = 64;

/** Joins the agent's rooms for SeP. */
export class House implements MachineHooks {
  readonly #options: HouseOptions;
  membership: Membership = "searching";
  reason = "";
  /** On the monotonic clock; null: never. */
  heardAtMs: number | null = null;
  /** The key was in two places, and another one is made. */
  #isRekeying = false;

  constructor(options: HouseOptions) {
    this.#options = options;
  }

  self(): SelfFacts {
    const facts = this.#options.host.machine.facts();
    return {
      macs: macsOf(facts),
      hostName: cutToBytes(facts.hostName, HOST_NAME_BYTES_MAX),
      system: facts.system.slice(0, 16),
      architecture: facts.architecture.slice(0, 16),
      agentVersion: AGENT_VERSION,
    };
  }

  enrolment(): { readonly id: Uint8Array; readonly secret: Uint8Array } | null {
    const { enrolment } = this.#options.memory.join;
    if (enrolment === null) return null;
    const id = fromBase64Url(enrolment.id);
    return id === null ? null : { id, secret: enrolment.secret };
  }

  delegation(): Delegation {
    return this.#options.memory.trusted.delegation;
  }

  delegationShown(delegation: Delegation): void {
    const { memory, log } = this.#options;
    log("info", "The fleet's owner delegated to a new server key", {
      serial: delegation.serial,
    });
    this.#keep(memory.believe({ ...memory.trusted, delegation }));
  }

  epoch(): bigint {
    return this.#options.memory.epoch;
  }

  epochHeard(epoch: bigint): void {
    this.#keep(this.#options.memory.reachEpoch(epoch));
  }

  publishersVersionHeard(version: number): void {
    this.#options.link.publishersHeard(version);
  }

  serverHeard(): void {
    this.heardAtMs = this.#options.host.clock.monotonicMs();
  }

  standing(standing: Standing): void {
    const { memory, log } = this.#options;
    const reason = standing.kind === "accepted" ? "" : standing.reason;
    const changed = this.membership !== standing.kind;
    this.membership = standing.kind;
    this.reason = reason;
    if (standing.kind === "accepted") {
      this.#keep(memory.forgetEnrolment());
      this.#keep(memory.forgetFormerKey());
      this.#options.report?.accepted();
    }
    const [level, line] = STANDING_LINES[standing.kind];
    if (changed) log(level, line, { reason });
    if (standing.kind === "refused" && reason === DOUBLE) {
      this.#keep(this.#rekey());
    }
  }

  formerKey(): KeyPair | null {
    return this.#options.memory.formerKey;
  }

  /** N-06: this machine's disk was cloned, or it is the clone. */
  async #rekey(): Promise<void> {
    const { memory, host, log, rekeyed } = this.#options;
    if (this.#isRekeying) return;
    this.#isRekeying = true;
    try {
      if (!await memory.rekey(host)) return;
    } catch (error) {
      this.#isRekeying = false;
      throw error;
    }
    log("warning", "Another machine has this one's key: it makes a new one");
    rekeyed?.();
  }

  async owns(
    name: string,
    version: string,
    only: "ieo" | null,
  ): Promise<boolean> {
    const { installer, lists } = this.#options;
    // Flottille's programs first, then any program of the list.
    if (await installer.owns(name, version)) return true;
    return only === null && await lists.holds(name, version);
  }

  list(libraries: readonly string[]): Promise<Uint8Array> {
    const { memory, lists } = this.#options;
    // What we do not know is not looked for, whoever asks.
    const known = LIBRARY_SOURCES.filter((name) => libraries.includes(name));
    this.#keep(memory.wantLibraries(known));
    return lists.hash();
  }

  upload(): void {
    this.#options.lists.sendTold().catch((error) => {
      this.#options.log("error", "The program list could not be made", {
        error: error instanceof Error ? error.message : String(error),
      });
    });
  }

  async install(order: InstallOrder): Promise<OrderResult> {
    await this.#options.report?.made;
    return await this.#options.worker.install(order);
  }

  async remove(order: RemovalOrder): Promise<OrderResult> {
    await this.#options.report?.made;
    return await this.#options.worker.remove(order);
  }

  conflict(epoch: bigint, from: Address): void {
    const line =
      "An older epoch of our server was heard: a second server, one " +
      "restored from a backup, or a replay; the newer one is kept";
    this.#options.log("warning", line, {
      epoch,
      from: from.hostname,
    });
  }

  #keep(written: Promise<void>): void {
    written.catch((error) => {
      this.#options.log("error", "The agent's state could not be written", {
        error: error instanceof Error ? error.message : String(error),
      });
    });
  }
}

// deno-fmt-ignore
const STANDING_LINES = {
  accepted: ["info",    "The server accepted this machine"],
  pending:  ["warning", "The server waits for its owner to approve this machine"],
  refused:  ["error",   "The server refuses this machine"],
} as const;

/**
 * The addresses of a machine's network interfaces, virtual ones too: hints for
 * people only, for the key is the identity (N-07).
 */
export function macsOf(
  { interfaces }: Pick<MachineFacts, "interfaces">,
): readonly string[] {
  const macs = interfaces
    .filter(({ loopback, mac }) => !loopback && mac !== NO_MAC)
    .map(({ mac }) => mac);
  return [...new Set(macs)].slice(0, MACS_MAX);
}

/**
 * The longest beginning of the text that fits; whole characters only. What a
 * terminal would obey becomes `?`: SeP's texts hold none of it (D-10).
 */
export function cutToBytes(text: string, bytesMax: number): string {
  let cut = "";
  let bytes = 0;
  for (const given of text.toWellFormed()) {
    const character = /\p{Cc}/u.test(given) ? "?" : given;
    bytes += new TextEncoder().encode(character).length;
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}
