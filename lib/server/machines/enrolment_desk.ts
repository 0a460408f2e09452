/**
 * Who may be a machine of the fleet, and the owner's own decisions about it:
 * approve, revoke, rename. It joins the pure decision (`enrolment.ts`) to the
 * registry and the store.
 *
 * A machine that is accepted erases its secret. So nothing is said before the
 * store has it: a machine that was accepted and forgotten could never come
 * back by itself.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { madeListable } from "../../peo/program.ts";
import type { Introduction, MachineId, Verdict } from "../../sep/server_api.ts";
import { machineOf, showMachine } from "../../trust/keys.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { decideEnrolment, type EnrolmentDecision } from "./enrolment.ts";
import type { EnrolmentSecret } from "../fleet/enrolment_secrets.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { EnrolmentMode, MachineRecord } from "../shapes/machine.ts";
import { faultOfName, nameFrom, uniqueName } from "./machine_names.ts";
import type { Registry } from "./registry.ts";
import { mustRekey, voucherOf } from "./vouching.ts";
import type { Write, Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";

/** What the desk needs. */
export interface EnrolmentDeskOptions {
  readonly clock: Clock;
  readonly writer: Writer;
  readonly registry: Registry;
  readonly log: Log;
  readonly mode: EnrolmentMode;
  readonly secrets: readonly EnrolmentSecret[];
  /** How often each secret was used; the desk goes on counting in it. */
  readonly uses: Map<string, number>;
  readonly pendingMax: number;
}

/** Characters kept of each word that a machine says of itself. */
const WORD_LENGTH_MAX = 64;

/** What the owner changes. */
type Change = Partial<Pick<MachineRecord, "name" | "status" | "clonedFrom">>;

/** A refusal that is nobody's fault but ours: the machine may come again. */
const STORE_FAILED: Verdict = { verdict: "refuse", reason: "system" };

/** Where machines are enrolled. */
export class EnrolmentDesk {
  readonly #options: EnrolmentDeskOptions;
  /** Two changes of one machine must not be made from the same old record. */
  readonly #turns = new Turns();
  /** Names of machines on their way into the store, in lower case. */
  readonly #reserved = new Set<string>();
  #pendingReserved = 0;

  constructor(options: EnrolmentDeskOptions) {
    this.#options = options;
  }

  /** The answer to `[identifie]`, once the store has it. Never rejects. */
  identify(introduction: Introduction): Promise<Verdict> {
    return this.#turns.take(
      introduction.machine,
      () => this.#decide(introduction),
    );
  }

  /** Pending and revoked machines become machines of the fleet. */
  approve(machines: readonly MachineRecord[]): Promise<MachineRecord[]> {
    // The owner has looked at each: no other machine speaks for it now.
    const change = { status: "approved", clonedFrom: undefined } as const;
    return this.#changeAll(machines, change);
  }

  /** The machines are answered no more. */
  revoke(machines: readonly MachineRecord[]): Promise<MachineRecord[]> {
    return this.#changeAll(machines, { status: "revoked" });
  }

  /** Gives the machine another name; the fault is a sentence. */
  async rename(
    machine: MachineRecord,
    name: string,
  ): Promise<Outcome<MachineRecord, string>> {
    const refuse = (found: string) =>
      fault(`Cannot rename ${machine.name}: "${name}" ${found}`);
    const wrong = faultOfName(name);
    if (wrong !== null) return refuse(wrong);
    const key = name.toLowerCase();
    const known = this.#options.registry.get(machine.id) ?? machine;
    const isOwn = key === known.name.toLowerCase();
    if (!isOwn && this.#isTaken(key)) {
      return refuse("is another machine's name");
    }
    this.#reserved.add(key);
    try {
      return ok(await this.#change(machine, { name }));
    } finally {
      this.#reserved.delete(key);
    }
  }

  async #decide(introduction: Introduction): Promise<Verdict> {
    const { registry, clock, log } = this.#options;
    const known = registry.get(introduction.machine);
    const voucher = voucherOf(registry, introduction);
    const decision = decideEnrolment({
      ...this.#options,
      status: known?.status ?? null,
      secretId: introduction.enrolmentId,
      provesSecret: (secret) => introduction.provesSecret(secret),
      mustRekey: mustRekey(registry, introduction, known),
      voucher: voucher && {
        status: voucher.status,
        family: registry.familyOf([voucher.id]).size,
      },
      nowMs: clock.wallMs(),
      // Only a newcomer can be one too many.
      pendingCount: known === null
        ? registry.countOf("pending") + this.#pendingReserved
        : 0,
    });
    if (decision.verdict === "refuse") {
      log("warning", "A machine was refused", {
        machine: introduction.machine,
        reason: decision.reason,
        hostName: clean(introduction.hostName),
        from: introduction.from.hostname,
      });
    }
    if (decision.status === null) return decision;
    try {
      await this.#keep(introduction, known, { ...decision, voucher });
      return await this.#isOrphaned(introduction.machine, voucher)
        ? { verdict: "refuse", reason: "revoked" }
        : decision;
    } catch (error) {
      log("error", "Cannot keep a machine in the store", {
        machine: introduction.machine,
        error: sentenceOf(error),
      });
      return STORE_FAILED;
    }
  }

  async #keep(
    introduction: Introduction,
    known: MachineRecord | null,
    decision: EnrolmentDecision & { readonly voucher: MachineRecord | null },
  ): Promise<void> {
    const { registry, writer, uses, log, clock } = this.#options;
    const { voucher } = decision;
    // Whoever is of the fleet already needs nobody's word.
    const lineage = voucher === null || known?.status === "approved"
      ? {}
      : { clonedFrom: voucher.id };
    const status = decision.status ?? "pending";
    const name = known?.name ??
      uniqueName(
        nameFrom(introduction.hostName),
        (name) => this.#isTaken(name),
      );
    const said = wordsOf(introduction);
    const record: MachineRecord = known === null
      ? {
        ...said,
        id: showMachine(machineOf(introduction.publicKey)),
        publicKey: introduction.publicKey,
        address: introduction.from,
        name,
        status,
        firstSeenMs: clock.wallMs(),
        lastSeenMs: clock.wallMs(),
        ...lineage,
      }
      : { ...known, ...said, status, ...lineage };
    if (known !== null && isSame(known, record)) return;
    const writes: Write[] = [{ kind: "machine", machine: record }];
    const secret = decision.uses;
    if (secret !== null) writes.push({ kind: "secret used", secret });
    const release = this.#reserve(name, secret, status === "pending");
    try {
      await writer.commit(writes);
    } catch (error) {
      if (secret !== null) uses.set(secret, (uses.get(secret) ?? 1) - 1);
      throw error;
    } finally {
      release();
    }
    const heard = registry.get(record.id);
    const { address, lastSeenMs } = heard ?? record;
    registry.put({ ...record, address, lastSeenMs });
    if (voucher !== null) registry.conflicts.settled(voucher.id);
    if (known?.status !== status) {
      log("info", "A machine was enrolled", {
        machine: record.id,
        name,
        status,
        clonedFrom: voucher?.name,
      });
    }
  }

  /** Was the one that vouched revoked while the store took the newcomer? */
  async #isOrphaned(
    machine: MachineId,
    voucher: MachineRecord | null,
  ): Promise<boolean> {
    const { registry, writer } = this.#options;
    const record = registry.get(machine);
    const isRevoked = voucher !== null && record?.clonedFrom === voucher.id &&
      registry.get(voucher.id)?.status === "revoked";
    if (!isRevoked) return false;
    const revoked = { ...record, status: "revoked" } as const;
    registry.put(revoked);
    await writer.commit([{ kind: "machine", machine: revoked }]);
    return true;
  }

  /** Holds what others must not take until the store has it. */
  #reserve(name: string, secret: string | null, isPending: boolean) {
    const { uses } = this.#options;
    const key = name.toLowerCase();
    this.#reserved.add(key);
    if (isPending) this.#pendingReserved++;
    if (secret !== null) uses.set(secret, (uses.get(secret) ?? 0) + 1);
    return () => {
      this.#reserved.delete(key);
      if (isPending) this.#pendingReserved--;
    };
  }

  #isTaken(name: string): boolean {
    return this.#reserved.has(name) || this.#options.registry.hasName(name);
  }

  #changeAll(
    machines: readonly MachineRecord[],
    change: Change,
  ): Promise<MachineRecord[]> {
    return Promise.all(
      machines.map((machine) => this.#change(machine, change)),
    );
  }

  #change(
    machine: MachineRecord,
    change: Change,
  ): Promise<MachineRecord> {
    const { registry, writer } = this.#options;
    const changed = () => ({
      ...registry.get(machine.id) ?? machine,
      ...change,
    });
    return this.#turns.take(machine.id, async () => {
      await writer.commit([{ kind: "machine", machine: changed() }]);
      // Taken anew: it may have been heard in the meantime.
      const record = changed();
      registry.put(record);
      return record;
    });
  }
}

/** What it says of itself, cut and cleaned for tables and logs (D-10). */
function wordsOf(introduction: Introduction) {
  return {
    hostName: clean(introduction.hostName),
    macs: [...new Set(introduction.macs)],
    system: clean(introduction.system),
    architecture: clean(introduction.architecture),
    agentVersion: clean(introduction.agentVersion),
  };
}

function clean(word: string): string {
  return word === "" ? "" : madeListable(word, WORD_LENGTH_MAX);
}

function isSame(a: MachineRecord, b: MachineRecord): boolean {
  return a.status === b.status && a.clonedFrom === b.clonedFrom &&
    a.hostName === b.hostName &&
    a.system === b.system && a.architecture === b.architecture &&
    a.agentVersion === b.agentVersion && a.macs.join() === b.macs.join();
}
