/**
 * What the owner does with groups and tags: looks at them, makes and changes
 * them.
 *
 * @module
 */

import { didYouMean, nearest } from "../../trust/nearest.ts";
import { fault, ok } from "../../trust/outcome.ts";
import { byName } from "../inventory/meant_machines.ts";
import type { Registry } from "../machines/registry.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { GroupBody, GroupView, TagsView } from "../shapes/group_schema.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { Write, Writer } from "../store/store.ts";
import type { GroupBook } from "./group_book.ts";
import { faultOfTag, GROUP_LIMITS } from "./group_rules.ts";
import { refusalOf, type Selection } from "./selection.ts";

/** What the desk needs. */
export interface GroupDeskOptions {
  readonly groups: GroupBook;
  readonly selection: Selection;
  readonly registry: Pick<Registry, "records" | "get">;
  readonly writer: Writer;
  /** Why this is no window, as a sentence; null: it is one. */
  faultOfWindow(text: string): string | null;
}

/** Every method throws an `ApiFault` for what cannot be done. */
export class GroupDesk {
  readonly #options: GroupDeskOptions;

  constructor(options: GroupDeskOptions) {
    this.#options = options;
  }

  /** All groups, by name, without their machines. */
  list(): GroupView[] {
    const { groups } = this.#options;
    return groups.records().map((group) => ({
      ...viewOf(group),
      members: groups.membersOf(group.name).length,
    }));
  }

  /** One group with its machines. */
  show(name: string): GroupView {
    const { groups, registry } = this.#options;
    const group = groups.get(name);
    if (group === null) throw this.#unknown(name);
    const machines = groups.membersOf(group.name).sort(byName);
    const hand = group.machines.flatMap((id) => registry.get(id) ?? []);
    return {
      ...viewOf(group),
      members: machines.length,
      hand: hand.sort(byName).map((machine) => machine.name),
      machines: machines.map((machine) => machine.name),
    };
  }

  /** Makes a group, or changes one. */
  async put(body: GroupBody): Promise<GroupView> {
    const { groups } = this.#options;
    const [add, remove] = [
      await this.#meant(body.add),
      await this.#meant(body.remove),
    ];
    this.#demandRule(body.rule ?? "");
    this.#demandWindows(body.windows ?? []);
    const gone = new Set(remove.map(({ id }) => id));
    const put = await groups.change(body.name, (known) => {
      if (body.isNew !== (known === null)) {
        return fault(known === null ? UNKNOWN : IS_THERE);
      }
      const hand = new Set(known?.machines);
      for (const { id } of add) hand.add(id);
      return ok({
        name: body.to ?? known?.name ?? body.name,
        rule: body.rule ?? known?.rule ?? "",
        windows: body.windows ?? known?.windows ?? [],
        machines: [...hand].filter((id) => !gone.has(id)),
      });
    });
    if (put.ok) return this.show(put.value.name);
    if (put.fault === UNKNOWN) throw this.#unknown(body.name);
    throw new ApiFault(
      409,
      put.fault === IS_THERE
        ? `There is a group "${body.name}" already; change it`
        : put.fault,
    );
  }

  /** Takes a group away; its machines stay. */
  async remove(name: string): Promise<GroupView> {
    const { groups } = this.#options;
    if (groups.get(name) === null) throw this.#unknown(name);
    const before = this.show(name);
    const removed = await groups.remove(name);
    if (!removed.ok) throw new ApiFault(409, removed.fault);
    return before;
  }

  /** Every tag, by name. */
  tags(): TagsView["tags"] {
    return [...this.#options.groups.tags()]
      .map(([tag, machines]) => ({ tag, machines }));
  }

  /** The machines bear the tag from now on. */
  tag(tag: string, on: readonly string[]): Promise<MachineRecord[]> {
    const wrong = faultOfTag(tag);
    if (wrong !== null) {
      throw new ApiFault(400, `No tag can be called "${tag}": it ${wrong}`);
    }
    return this.#changeTags(on, (tags) => [...without(tags, tag), tag].sort());
  }

  /** The machines bear the tag no more. */
  async untag(tag: string, on: readonly string[]): Promise<MachineRecord[]> {
    const known = this.tags().map(({ tag }) => tag);
    if (!known.some((other) => isSame(other, tag))) {
      const near = nearest(tag, known);
      const error = `No machine bears the tag "${tag}"${didYouMean(near)}`;
      throw new ApiFault(404, error, near);
    }
    return await this.#changeTags(on, (tags) => without(tags, tag));
  }

  async #changeTags(
    on: readonly string[],
    change: (tags: readonly string[]) => string[],
  ): Promise<MachineRecord[]> {
    const { groups, writer } = this.#options;
    const machines = await this.#meant(on);
    await groups.exclusively(async () => {
      const writes = machines.map(({ id, name }): Write => {
        const tags = change(groups.tagsOf(id));
        const { tagsOfMachineMax } = GROUP_LIMITS;
        if (tags.length <= tagsOfMachineMax) {
          return { kind: "tags", machine: id, tags };
        }
        const sentence = `"${name}" has ${tagsOfMachineMax} tags already`;
        throw new ApiFault(409, `${sentence}, so nothing was changed`);
      });
      await writer.commit(writes);
      groups.took(writes);
    });
    return machines;
  }

  async #meant(on: readonly string[] = []): Promise<MachineRecord[]> {
    const { registry, selection } = this.#options;
    return await selection.demand(registry.records(), on);
  }

  /** A name in it that nobody has is a slip, as after `--on`. */
  #demandRule(rule: string): void {
    if (rule === "") return;
    const { registry, selection } = this.#options;
    const slip = selection.slipIn(registry.records(), rule);
    if (slip !== null) throw refusalOf(slip);
  }

  #demandWindows(windows: readonly string[]): void {
    for (const window of windows) {
      const wrong = this.#options.faultOfWindow(window);
      if (wrong !== null) throw new ApiFault(400, wrong);
    }
  }

  #unknown(name: string): ApiFault {
    const names = this.#options.groups.records().map((group) => group.name);
    const near = nearest(name, names);
    const error = `No group is called "${name}"${didYouMean(near)}`;
    return new ApiFault(404, error, near);
  }
}

const UNKNOWN = "unknown";
const IS_THERE = "there";

function viewOf({ name, rule, windows }: GroupRecord) {
  return { name, rule, windows: [...windows] };
}

function without(tags: readonly string[], tag: string): string[] {
  return tags.filter((other) => !isSame(other, tag));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
