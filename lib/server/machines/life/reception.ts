/**
 * Where those who are expected are received: what is written when one of them
 * is approved, together with its name and in the same transaction.
 *
 * @module
 */

import type { MachineId } from "../../../sep/server_api.ts";
import type { GroupBook } from "../../groups/group_book.ts";
import { GROUP_LIMITS } from "../../groups/group_rules.ts";
import type { ExpectedMachine } from "../../shapes/expected.ts";
import type { Write, Writer } from "../../store/store.ts";
import {
  type Arrival,
  type Expectations,
  isPattern,
  keyOf,
  type Newcomer,
} from "./expectations.ts";

/** What the reception needs. */
export interface ReceptionOptions {
  readonly groups: GroupBook;
  readonly expectations: Expectations;
  readonly writer: Writer;
}

/** The one. */
export class Reception {
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Which of the expected it is; null: none. */
  find(newcomer: Newcomer): Arrival | null {
    return this.#options.expectations.find(newcomer);
  }

  /** Commits the changes, and with them what was expected of the machine. */
  settle(
    machine: MachineId,
    { expected }: Arrival,
    changes: readonly Write[],
  ): Promise<void> {
    const { groups, expectations, writer } = this.#options;
    return groups.exclusively(async () => {
      const writes = [...changes, ...this.#writesFor(machine, expected)];
      await writer.commit(writes);
      groups.took(writes);
      expectations.took(writes);
    });
  }

  /** A group that is gone by now is nobody's any more. */
  #writesFor(machine: MachineId, expected: ExpectedMachine): Write[] {
    const { groups } = this.#options;
    const joined = expected.groups.flatMap((name): Write[] => {
      const group = groups.get(name);
      if (group === null || group.machines.includes(machine)) return [];
      const machines = [...group.machines, machine];
      return [{ kind: "group", group: { ...group, machines } }];
    });
    const tags = [...groups.tagsOf(machine), ...expected.tags];
    const own = [...new Set(tags)].sort()
      .slice(0, GROUP_LIMITS.tagsOfMachineMax);
    return [
      ...joined,
      ...(own.length === 0
        ? []
        : [{ kind: "tags", machine, tags: own } as const]),
      ...(isPattern(expected)
        ? []
        : [{ kind: "expected gone", key: keyOf(expected) } as const]),
    ];
  }
}
