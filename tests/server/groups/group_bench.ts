/** A book of groups over a real store, and a fleet that a test puts together. */

import { silentLog } from "../../../lib/host/log.ts";
import { GroupBook } from "../../../lib/server/groups/group_book.ts";
import { Selection } from "../../../lib/server/groups/selection.ts";
import { telling } from "../../../lib/server/groups/telling_writer.ts";
import type { GroupRecord } from "../../../lib/server/shapes/group.ts";
import type { MachineRecord } from "../../../lib/server/shapes/machine.ts";
import type {
  ListRecord,
  Store,
  Write,
  Writer,
} from "../../../lib/server/store/store.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { listed, putList } from "../store/store_kit.ts";
import { withStore } from "../temporary.ts";

/** A group without anything. */
export function group(
  name: string,
  different: Partial<GroupRecord> = {},
): GroupRecord {
  return { name, rule: "", machines: [], windows: [], ...different };
}

export class GroupBench {
  readonly clock = new FakeClock();
  readonly store: Store;
  readonly fleet: MachineRecord[] = [];
  readonly lists = new Map<string, ListRecord>();
  readonly writer: Writer;
  book!: GroupBook;

  constructor(store: Store) {
    this.store = store;
    this.writer = telling(store, () => this.book.stir());
  }

  /** The fleet's machines are in the store from now on. */
  async add(...machines: MachineRecord[]): Promise<void> {
    this.fleet.push(...machines);
    await this.writer.commit(machines.map((machine): Write => ({
      kind: "machine",
      machine,
    })));
  }

  /** The book as a start of the server opens it. */
  async open(): Promise<void> {
    const named = (name: string) =>
      this.fleet.some((one) => one.name.toLowerCase() === name);
    this.book = await GroupBook.open(
      {
        clock: this.clock,
        log: silentLog,
        writer: this.writer,
        store: this.store,
        machine: (id) => this.fleet.find((one) => one.id === id) ?? null,
        machines: () => this.fleet,
        hasMachine: named,
        list: (id) => this.lists.get(id) ?? null,
      },
      await this.store.groups(),
      await this.store.tags(),
    );
  }

  /** The machine's list has come: `firefox 128`. */
  async list(machine: MachineRecord, ...programs: string[]): Promise<void> {
    const listedOnes = programs.map((text) => {
      const [name = "", version = ""] = text.split(" ");
      return listed(name, version);
    });
    const writes = putList(machine.id, listedOnes);
    await this.writer.commit(writes);
    const last = writes.at(-1);
    if (last?.kind === "list") this.lists.set(machine.id, last.list);
  }

  async tag(machine: MachineRecord, ...tags: string[]): Promise<void> {
    const writes: Write[] = [{ kind: "tags", machine: machine.id, tags }];
    await this.writer.commit(writes);
    this.book.took(writes);
  }

  /** Names of those that are meant, or the sentence that says why not. */
  async meant(...on: string[]): Promise<string[] | string> {
    const chosen = await new Selection(this.book).choose(this.fleet, on);
    return chosen.ok
      ? chosen.value.map(({ name }) => name)
      : chosen.fault.error;
  }
}

export function testGroups(
  name: string,
  test: (bench: GroupBench) => Promise<void>,
): void {
  Deno.test(name, () =>
    withStore(async (store) => {
      const bench = new GroupBench(store);
      await bench.open();
      await test(bench);
      bench.book.close();
    }));
}
