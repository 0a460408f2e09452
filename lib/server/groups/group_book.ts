/**
 * The groups and tags of the fleet, in memory: which machine is in which
 * group, by hand or by rule, at this moment. A change is in the store before
 * anybody sees it here.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { sentenceOf } from "../../host/log.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { isMeant, type Subject, type World } from "../selectors/matching.ts";
import { questionsOf } from "../selectors/selector.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ListRecord, Write, Writer } from "../store/store.ts";
import { Turns } from "../store/turns.ts";
import {
  faultOfGroup,
  namedBy,
  type ReadGroup,
  readGroup,
} from "./group_rules.ts";
import { HasIndex, type HasIndexOptions, type Havers } from "./has_index.ts";
import { subjectOf } from "./subject.ts";

/** What the book needs. */
export interface GroupBookOptions extends HasIndexOptions {
  readonly writer: Writer;
  /** Null: nobody knows it. */
  machine(id: MachineId): MachineRecord | null;
  /** Every machine, in the order of their enrolment. */
  machines(): readonly MachineRecord[];
  /** Is a machine called so? The name is in lower case. */
  hasMachine(name: string): boolean;
  /** Its newest list; null when none has come. */
  list(id: MachineId): ListRecord | null;
}

/** All groups and tags. */
export class GroupBook {
  readonly #options: GroupBookOptions;
  readonly #groups = new Map<string, ReadGroup>();
  readonly #tags: Map<MachineId, readonly string[]>;
  readonly #index: HasIndex;
  /** One change of the groups at a time: each is checked against the others. */
  readonly #turns = new Turns();

  private constructor(
    options: GroupBookOptions,
    tags: ReadonlyMap<MachineId, readonly string[]>,
  ) {
    this.#options = options;
    this.#tags = new Map(tags);
    this.#index = new HasIndex(options);
  }

  /** Takes up what the store holds. */
  static async open(
    options: GroupBookOptions,
    groups: readonly GroupRecord[],
    tags: ReadonlyMap<MachineId, readonly string[]>,
  ): Promise<GroupBook> {
    const book = new GroupBook(options, tags);
    for (const record of groups) {
      const read = readGroup(record);
      if (read.ok) book.#groups.set(record.name.toLowerCase(), read.value);
      else {
        options.log("error", "The rule of a group cannot be read", {
          ...{ group: record.name, error: read.fault },
        });
      }
    }
    await book.#index.want(book.#questions(book.#groups)).catch((error) => {
      options.log("error", "Cannot see who has the groups' programs", {
        error: sentenceOf(error),
      });
    });
    return book;
  }

  /** All groups, by name. */
  records(): GroupRecord[] {
    return [...this.#groups.values()].map(({ record }) => record)
      .sort((a, b) => a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
  }

  /** The group of this name, in any case; null: there is none. */
  get(name: string): GroupRecord | null {
    return this.#groups.get(name.toLowerCase())?.record ?? null;
  }

  /** Is a group called so? The name is in lower case. */
  hasGroup(name: string): boolean {
    return this.#groups.has(name);
  }

  /** The names of the groups that the machine is in, sorted. */
  groupsOf(machine: MachineId): string[] {
    const record = this.#options.machine(machine);
    if (record === null || this.#groups.size === 0) return [];
    const subject = this.subject(record);
    const world = this.world();
    return this.records().map(({ name }) => name)
      .filter((name) => world.inGroup(subject, name.toLowerCase()));
  }

  /**
   * The windows of the machine's groups that have any: it may be worked on in
   * each of them. None: at any time.
   */
  windowsOf(machine: MachineId): string[] {
    const windows = this.groupsOf(machine)
      .flatMap((name) => this.get(name)?.windows ?? []);
    return [...new Set(windows)];
  }

  /** The machines of the group, in the order of their enrolment. */
  membersOf(name: string): MachineRecord[] {
    const world = this.world();
    return this.#options.machines().filter((record) =>
      world.inGroup(this.subject(record), name.toLowerCase())
    );
  }

  /** The machine's tags, sorted. */
  tagsOf(machine: MachineId): readonly string[] {
    return this.#tags.get(machine) ?? [];
  }

  /** Every tag, and how many machines bear it; by name. */
  tags(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const tag of [...this.#tags.values()].flat().sort()) {
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    return counts;
  }

  /** What a selector sees of the machine. */
  subject(record: MachineRecord): Subject {
    const list = this.#options.list(record.id);
    return subjectOf(record, list, this.tagsOf(record.id));
  }

  /** What a selector asks besides; `havers` answers what rules do not ask. */
  world(havers: Havers = new Map()): World {
    const { hasMachine } = this.#options;
    // Rules that name each other often must not be asked as often.
    let known = new Map<string, boolean>();
    let of: Subject | null = null;
    const world: World = {
      hasMachine,
      hasGroup: (name) => this.#groups.has(name),
      inGroup: (subject, name) => {
        if (of !== subject) [of, known] = [subject, new Map()];
        const held = known.get(name);
        if (held !== undefined) return held;
        const group = this.#groups.get(name);
        const isIn = group !== undefined && (group.hand.has(subject.id) ||
          group.rule !== null && isMeant(group.rule, subject, world));
        known.set(name, isIn);
        return isIn;
      },
      hasProgram: ({ id }, text) =>
        (havers.get(text) ?? this.#index.havers.get(text))?.has(id) ?? false,
    };
    return world;
  }

  /** Who has what is asked for, now. */
  read(...given: Parameters<HasIndex["read"]>): Promise<Havers> {
    return this.#index.read(...given);
  }

  /** Makes the group, or gives it another form; the fault is a sentence. */
  put(record: GroupRecord): Promise<Outcome<GroupRecord, string>> {
    return this.change(record.name, () => ok(record));
  }

  /**
   * Gives the group the form that `change` makes of it. Another name in it
   * renames the group.
   */
  change(
    name: string,
    change: (known: GroupRecord | null) => Outcome<GroupRecord, string>,
  ): Promise<Outcome<GroupRecord, string>> {
    return this.#turns.take("", async () => {
      const known = this.#groups.get(name.toLowerCase())?.record ?? null;
      const record = change(known);
      if (!record.ok) return record;
      const read = readGroup(record.value);
      if (!read.ok) return read;
      const others = new Map(this.#groups);
      const isRenamed = known !== null &&
        known.name.toLowerCase() !== record.value.name.toLowerCase();
      if (isRenamed) {
        const refusal = this.#faultOfRenaming(known.name, record.value.name);
        if (refusal !== null) return fault(refusal);
        others.delete(known.name.toLowerCase());
      }
      const wrong = faultOfGroup(read.value, others, this.#options.hasMachine);
      if (wrong !== null) return fault(wrong);
      const key = record.value.name.toLowerCase();
      const after = new Map(others).set(key, read.value);
      await this.#index.want(this.#questions(after));
      const writes: Write[] = isRenamed
        ? [{ kind: "group gone", name: known.name }]
        : [];
      const { writer } = this.#options;
      await writer.commit([...writes, { kind: "group", group: record.value }]);
      if (isRenamed) this.#groups.delete(known.name.toLowerCase());
      this.#groups.set(key, read.value);
      return record;
    });
  }

  /** Takes the group away; its machines stay. The fault is a sentence. */
  remove(name: string): Promise<Outcome<GroupRecord, string>> {
    return this.#turns.take("", async () => {
      const known = this.get(name);
      if (known === null) return fault(`No group is called "${name}"`);
      const users = namedBy(name, this.#groups.values());
      if (users.length > 0) {
        return fault(
          `Cannot delete "${known.name}": the rule of ${users.join(", ")} ` +
            "names it; change that first",
        );
      }
      const { writer } = this.#options;
      await writer.commit([{ kind: "group gone", name: known.name }]);
      this.#groups.delete(name.toLowerCase());
      await this.#index.want(this.#questions(this.#groups));
      return ok(known);
    });
  }

  /**
   * What `writes` make of groups and tags is in the store by now: for changes
   * of machines that are one transaction with those of their groups.
   */
  took(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === "tags") {
        if (write.tags.length === 0) this.#tags.delete(write.machine);
        else this.#tags.set(write.machine, write.tags);
      }
      if (write.kind === "group") {
        const read = readGroup(write.group);
        const key = write.group.name.toLowerCase();
        if (read.ok) this.#groups.set(key, read.value);
      }
    }
  }

  /** Does the work while no group changes. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take("", work);
  }

  /** Lists have come, or what orders did. */
  stir(): void {
    this.#index.stir();
  }

  /** Reads nothing any more. */
  close(): void {
    this.#index.close();
  }

  #faultOfRenaming(from: string, to: string): string | null {
    if (this.hasGroup(to.toLowerCase())) {
      return `Cannot rename "${from}": there is a group "${to}" already`;
    }
    const users = namedBy(from, this.#groups.values());
    return users.length === 0
      ? null
      : `Cannot rename "${from}": the rule of ${users.join(", ")} names it`;
  }

  #questions(groups: ReadonlyMap<string, ReadGroup>) {
    return [...groups.values()].flatMap(({ rule }) =>
      rule === null ? [] : questionsOf(rule)
    );
  }
}
