/**
 * The two houses that SeP talks to, in their simplest form: they write down
 * what they were told, and answer what the test wants.
 *
 * @module
 */

import type { Address } from "../../lib/host/datagrams.ts";
import type {
  MachineHooks,
  ServerContact,
  Standing,
} from "../../lib/sep/machine_api.ts";
import type { Reason } from "../../lib/sep/reasons.ts";
import type {
  InstallOrder,
  Introduction,
  LateResult,
  OrderResult,
  RemovalOrder,
  ServerHooks,
  Verdict,
} from "../../lib/sep/server_api.ts";
import type { Delegation } from "../../lib/trust/delegation.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import { fromBase64Url } from "../../lib/trust/bytes.ts";
import { Latch } from "../fakes/latch.ts";

/** The enrolment secret that every machine on the stage holds. */
export const SECRET = new Uint8Array(32).fill(3);

/** What the server's house was told. It outlives a restart of the server. */
export class ServerHouse implements ServerHooks {
  readonly log: string[] = [];
  readonly late: LateResult[] = [];
  readonly keys = new Map<string, Uint8Array>();
  readonly addresses = new Map<string, Address>();
  readonly introductions: Introduction[] = [];
  verdict: Verdict = { verdict: "accepte", reason: "" };
  listAnswer: "envoie" | "inchange" = "envoie";
  /** The house answers when it is open. */
  readonly latch = new Latch();

  async identify(introduction: Introduction): Promise<Verdict> {
    this.introductions.push(introduction);
    const { verdict } = this;
    await this.latch.passed();
    if (verdict.verdict !== "refuse") {
      this.keys.set(introduction.machine, introduction.publicKey);
      this.addresses.set(introduction.machine, introduction.from);
    }
    return verdict;
  }
  heard(machine: string) {
    this.log.push(`heard ${machine}`);
  }
  opened(machine: string, _from: Address, accepted: boolean) {
    this.log.push(`${accepted ? "opened" : "pending"} ${machine}`);
  }
  async listOffered(machine: string, sha256: string) {
    this.log.push(`offered ${machine} ${sha256.slice(0, 4)}`);
    await this.latch.passed();
    return this.listAnswer;
  }
  lateResult(_machine: string, result: LateResult) {
    this.late.push(result);
  }
  addressOf(machine: string) {
    return this.addresses.get(machine) ?? null;
  }
  keyOf(machine: string) {
    return this.keys.get(machine) ?? null;
  }
  conflict(machine: string, from: Address) {
    this.log.push(`conflict ${machine} ${from.hostname}`);
  }
}

/** An agent's house: programs as a map, installs counted, results kept. */
export class MachineHouse implements MachineHooks {
  readonly log: string[] = [];
  readonly standings: Standing[] = [];
  readonly programs = new Map<string, string>();
  /** The version of each program from before the last install. */
  readonly kept = new Map<string, string>();
  /** As the real house's journal: what was done under (order, attempt). */
  readonly results = new Map<string, Promise<OrderResult>>();
  installs = 0;
  removals = 0;
  fail: Reason | null = null;
  /** What the next results tell beside their word. */
  note = "";
  /** The last order to install, as it came off the wire. */
  ordered: InstallOrder | null = null;
  /** The house acts and answers when it is open. */
  readonly latch = new Latch();
  listHash = new Uint8Array(32).fill(5);
  /** What each `[dliste]` wanted in the list. */
  readonly libraries: string[] = [];
  contact: ServerContact | null = null;
  held: Delegation;
  highest = 0n;

  constructor(delegation: Delegation) {
    this.held = delegation;
  }

  self() {
    return {
      macs: ["02:00:00:00:00:01"],
      hostName: "pc",
      system: "linux",
      architecture: "x86_64",
      agentVersion: "0.1.0",
    };
  }
  enrolment() {
    const id = fromBase64Url(enrolmentId(SECRET)) ?? new Uint8Array(6);
    return { id, secret: SECRET };
  }
  delegation() {
    return this.held;
  }
  delegationShown(delegation: Delegation) {
    this.held = delegation;
    this.highest = 0n; // As an agent's memory counts them.
    this.log.push(`delegation ${delegation.serial}`);
  }
  epoch() {
    return this.highest;
  }
  epochHeard(epoch: bigint) {
    this.highest = epoch;
  }
  publishersVersionHeard() {}
  serverHeard(contact: ServerContact) {
    this.contact = contact;
  }
  standing(standing: Standing) {
    this.standings.push(standing);
  }
  async owns(name: string, version: string) {
    await this.latch.passed();
    const has = this.programs.get(name);
    return has !== undefined && (version === "*" || has === version);
  }
  async list(libraries: readonly string[]) {
    this.libraries.push(libraries.join(","));
    await this.latch.passed();
    return this.listHash;
  }
  upload() {
    this.log.push("upload");
  }
  install(order: InstallOrder) {
    this.ordered = order;
    return this.#once(order, () => {
      this.installs++;
      if (this.fail !== null) return;
      const before = this.programs.get(order.name) ?? "";
      const isBack = order.how === "retour";
      const version = isBack ? this.kept.get(order.name) ?? "" : order.version;
      this.programs.set(order.name, version);
      this.kept.set(order.name, before);
    });
  }
  remove(order: RemovalOrder) {
    return this.#once(order, () => {
      this.removals++;
      if (this.fail === null) this.programs.delete(order.name);
    });
  }
  conflict(epoch: bigint, from: Address) {
    this.log.push(`conflict ${epoch} ${from.hostname}`);
  }

  #once(
    { order, attempt, name }: InstallOrder | RemovalOrder,
    act: () => void,
  ): Promise<OrderResult> {
    const key = `${order}/${attempt}`;
    const known = this.results.get(key);
    if (known !== undefined) return known;
    const result = this.latch.passed().then(() => {
      act();
      const { fail: reason, note } = this;
      const version = reason === null ? this.programs.get(name) ?? "" : "";
      return { reason, version, note };
    });
    this.results.set(key, result);
    return result;
  }
}
