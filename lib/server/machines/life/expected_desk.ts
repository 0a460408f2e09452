/**
 * Where machines are expected: approved before they come, and those that are
 * here already get their names and places at once.
 *
 * @module
 */

import type { MachineId } from "../../../sep/server_api.ts";
import type { GroupBook } from "../../groups/group_book.ts";
import { ApiFault } from "../../shapes/api_fault.ts";
import type { ExpectedMachine } from "../../shapes/expected.ts";
import { EXPECTED_MAX } from "../../shapes/life_schema.ts";
import type { MachineRecord } from "../../shapes/machine.ts";
import type { Write, Writer } from "../../store/store.ts";
import type { EnrolmentDesk } from "../enrolment_desk.ts";
import type { Registry } from "../registry.ts";
import { type Expectations, keyOf } from "./expectations.ts";
import { faultsOfExpected } from "./expected_rules.ts";

/** What the desk needs. */
export interface ExpectedDeskOptions {
  readonly registry: Registry;
  readonly enrolment: EnrolmentDesk;
  readonly groups: GroupBook;
  readonly expectations: Expectations;
  readonly writer: Writer;
  forgetSession(machine: MachineId): void;
  /** Pings it by unicast, so that it introduces itself at once. */
  greet(machine: MachineId): void;
}

/** Faults that are told of one import. */
const FAULTS_MAX = 20;

/** Every method throws an `ApiFault` for what cannot be done. */
export class ExpectedDesk {
  readonly #options: ExpectedDeskOptions;

  constructor(options: ExpectedDeskOptions) {
    this.#options = options;
  }

  list(): ExpectedMachine[] {
    return this.#options.expectations.records();
  }

  /** Takes the lines, all or none; who is here already is settled. */
  async expect(all: readonly ExpectedMachine[]): Promise<MachineRecord[]> {
    const { expectations, groups, writer } = this.#options;
    const faults = faultsOfExpected(all, {
      hasGroup: (name) => groups.hasGroup(name),
    });
    if (faults.length > 0) {
      const rest = faults.length - FAULTS_MAX;
      throw new ApiFault(
        409,
        `Cannot import: ${faults.length} of the lines cannot be taken, so ` +
          "none was",
        [],
        [
          ...faults.slice(0, FAULTS_MAX),
          ...(rest > 0 ? [`... and ${rest} more`] : []),
        ],
      );
    }
    const fresh = all.filter((one) => !expectations.has(one)).length;
    if (expectations.size + fresh > EXPECTED_MAX) {
      throw new ApiFault(
        409,
        `Cannot import: more than ${EXPECTED_MAX} machines would be expected`,
      );
    }
    const writes = all.map((expected): Write => ({
      kind: "expected",
      expected,
    }));
    await writer.commit(writes);
    expectations.took(writes);
    return await this.#settleThose(all);
  }

  /** They are expected no more; without signs nobody is. */
  async drop(signs: readonly string[]): Promise<void> {
    const { expectations, writer } = this.#options;
    const asked = new Set(signs.map((sign) => sign.toLowerCase()));
    const gone = expectations.records()
      .filter(({ sign }) => asked.size === 0 || asked.has(sign));
    const unknown = signs.find((sign) =>
      gone.every((one) => one.sign !== sign.toLowerCase())
    );
    if (unknown !== undefined) {
      throw new ApiFault(404, `Nobody is expected by "${unknown}"`);
    }
    const writes = gone.map((one): Write => ({
      kind: "expected gone",
      key: keyOf(one),
    }));
    await writer.commit(writes);
    expectations.took(writes);
  }

  /** Of those that are here: not the revoked, and only by what is new. */
  async #settleThose(
    all: readonly ExpectedMachine[],
  ): Promise<MachineRecord[]> {
    const { registry, enrolment, expectations } = this.#options;
    const keys = new Set(all.map(keyOf));
    const settled: MachineRecord[] = [];
    for (const machine of registry.records()) {
      if (machine.status === "revoked") continue;
      const arrival = expectations.find(machine);
      if (arrival === null || !keys.has(keyOf(arrival.expected))) continue;
      settled.push(await enrolment.settle(machine, arrival));
      if (machine.status === "approved") continue;
      this.#options.forgetSession(machine.id);
      this.#options.greet(machine.id);
    }
    return settled;
  }
}
