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
import type { Introduction, MachineId, Verdict } from "../../sep/server_api.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { decideEnrolment, type EnrolmentDecision } from "./enrolment.ts";
import type { EnrolmentSecret } from "../fleet/enrolment_secrets.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { EnrolmentMode, MachineRecord } from "../shapes/machine.ts";
import { clean, isSame, recordOf, wordsOf } from "./introduced.ts";
import type { Arrival } from "./life/expectations.ts";
import type { Reception } from "./life/reception.ts";
import { faultOfName } from "./machine_names.ts";
import { NameClaims } from "./name_claims.ts";
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
  /** The secrets that hold now. */
  secrets(): readonly EnrolmentSecret[];
  /** How often each secret was used; the desk goes on counting in it. */
  readonly uses: Map<string, number>;
  readonly pendingMax: number;
  /** When this server began on a backup; absent or null: it never did. */
  readonly restoredMs?: number | null;
  /** Is a group called so, in lower case? Absent: there are no groups. */
  hasGroup?(name: string): boolean;
  /** Absent: nobody is expected. */
  readonly reception?: Reception;
}

/** What the owner changes. */
type Change = Partial<Pick<MachineRecord, "name" | "status" | "clonedFrom">>;

/** A refusal that is nobody's fault but ours: the machine may come again. */
const STORE_FAILED: Verdict = { verdict: "refuse", reason: "system" };

/** Where machines are enrolled. */
export class EnrolmentDesk {
  readonly #options: EnrolmentDeskOptions;
  /** Two changes of one machine must not be made from the same old record. */
  readonly #turns = new Turns();
  readonly #claims: NameClaims;

  constructor(options: EnrolmentDeskOptions) {
    this.#options = options;
    this.#claims = new NameClaims({
      hasMachine: (name) => options.registry.hasName(name),
      hasGroup: (name) => options.hasGroup?.(name) === true,
    });
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
    return Promise.all(machines.map((one) => this.#change(one, change)));
  }

  /** The machines are answered no more. */
  revoke(machines: readonly MachineRecord[]): Promise<MachineRecord[]> {
    const change = { status: "revoked" } as const;
    return Promise.all(machines.map((one) => this.#change(one, change)));
  }

  /** A machine that is here already is approved, and gets its place. */
  settle(machine: MachineRecord, arrival: Arrival): Promise<MachineRecord> {
    const { registry } = this.#options;
    return this.#turns.take(machine.id, async () => {
      const known = registry.get(machine.id) ?? machine;
      const name = this.#claims.nameOf(known.hostName, known.name, arrival);
      const change = { name, status: "approved" } as const;
      const release = this.#claims.claim(name);
      try {
        const writes: Write[] = [{
          kind: "machine",
          machine: { ...known, ...change },
        }];
        await this.#commit(machine.id, arrival, writes);
        const record = { ...registry.get(machine.id) ?? known, ...change };
        registry.put(record);
        return record;
      } finally {
        release();
      }
    });
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
    if (!isOwn && this.#claims.isTaken(key)) {
      return refuse("is another machine's name, or a group's");
    }
    const release = this.#claims.claim(key);
    try {
      return ok(await this.#change(machine, { name }));
    } finally {
      release();
    }
  }

  /** The name, or one like it that nobody has and nobody is about to get. */
  freeName(name: string): string {
    return this.#claims.free(name);
  }

  /** Does the work while none of these machines is enrolled or changed. */
  alone<T>(machines: readonly MachineId[], work: () => Promise<T>): Promise<T> {
    // Always in one order, so that two of them never wait for each other.
    return [...machines].sort().reduceRight(
      (inner, machine) => () => this.#turns.take(machine, inner),
      work,
    )();
  }

  async #decide(introduction: Introduction): Promise<Verdict> {
    const { registry, clock, log } = this.#options;
    const known = registry.get(introduction.machine);
    const voucher = voucherOf(registry, introduction);
    const arrival = known?.status === "approved"
      ? null
      : this.#options.reception?.find(wordsOf(introduction)) ?? null;
    const decision = decideEnrolment({
      ...this.#options,
      secrets: this.#options.secrets(),
      isExpected: arrival !== null,
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
        ? registry.countOf("pending") + this.#claims.pending
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
      await this.#keep(introduction, known, {
        ...{ ...decision, voucher },
        arrival: decision.status === "approved" ? arrival : null,
      });
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
    decision: EnrolmentDecision & {
      readonly voucher: MachineRecord | null;
      /** It was expected, and is accepted. */
      readonly arrival: Arrival | null;
    },
  ): Promise<void> {
    const { registry, uses, log, clock } = this.#options;
    const { voucher, arrival } = decision;
    // Whoever is of the fleet already needs nobody's word.
    const lineage = voucher === null || known?.status === "approved"
      ? {}
      : { clonedFrom: voucher.id };
    const status = decision.status ?? "pending";
    const name = this.#claims.nameOf(
      introduction.hostName,
      known?.name ?? null,
      arrival,
    );
    const record = {
      ...recordOf(introduction, known, { name, status, ms: clock.wallMs() }),
      ...lineage,
    };
    if (known !== null && isSame(known, record)) return;
    const writes: Write[] = [{ kind: "machine", machine: record }];
    const secret = decision.uses;
    if (secret !== null) writes.push({ kind: "secret used", secret });
    const release = this.#claims.claim(name, status === "pending");
    if (secret !== null) uses.set(secret, (uses.get(secret) ?? 0) + 1);
    try {
      await this.#commit(record.id, arrival, writes);
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

  #commit(
    machine: MachineId,
    arrival: Arrival | null,
    writes: readonly Write[],
  ): Promise<void> {
    const { reception, writer } = this.#options;
    return arrival === null || reception === undefined
      ? writer.commit(writes)
      : reception.settle(machine, arrival, writes);
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
