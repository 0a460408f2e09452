/**
 * What is installed where: a machine's list now or at a date, what changed
 * between two, who has a program, the whole fleet's programs. It puts the
 * store's numbers and moments into the words of the local API.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { parseQuestion } from "../../peo/versions/question.ts";
import type { Selection } from "../groups/selection.ts";
import type { KeptDocument } from "../lists/kept_document.ts";
import type { Lists } from "../lists/lists.ts";
import type { Registry } from "../machines/registry.ts";
import { matchMachine } from "../machines/where.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type {
  DiffView,
  ExportFormat,
  ListDatesView,
  MachineListView,
  WhoHasView,
} from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import { isoOf } from "../shapes/moments.ts";
import type { ListRecord, ListStore } from "../store/store.ts";
import { difference } from "./difference.ts";
import { Exports, type ExportStream } from "./exports.ts";
import { fleetProgramLines, holdersText } from "./fleet_programs.ts";
import { byName, meantMachines } from "./meant_machines.ts";
import { streamOf } from "./text_stream.ts";
import { whoHas } from "./who_has.ts";

/** What the desk needs. */
export interface InventoryDeskOptions {
  readonly registry: Pick<Registry, "records" | "view">;
  readonly lists: Pick<Lists, "document">;
  readonly store: Omit<ListStore, "prune" | "held">;
  readonly clock: Clock;
  readonly selection: Selection;
}

/** A machine's list, as somebody names it: at a moment, or the newest. */
export interface ListAsked {
  readonly machine: string;
  readonly atMs: number | null;
}

/** The document of a machine's newest list, and the key that signed it. */
export interface MachineDocument {
  readonly document: KeptDocument;
  readonly publicKey: Uint8Array;
}

/** Every method throws an `ApiFault` for what cannot be done. */
export class InventoryDesk {
  readonly #options: InventoryDeskOptions;
  readonly #exports: Exports;

  constructor(options: InventoryDeskOptions) {
    this.#options = options;
    this.#exports = new Exports(options);
  }

  async list({ machine, atMs }: ListAsked): Promise<MachineListView> {
    const { registry, store } = this.#options;
    const record = this.#one(machine);
    const list = await store.listAt(record.id, atMs);
    return {
      machine: registry.view(record),
      at: isoOf(list?.atMs ?? null),
      confirmedAt: isoOf(list?.confirmedMs ?? null),
      programs: await store.listedPrograms(record.id, atMs),
      faults: [...list?.faults ?? []],
    };
  }

  async dates(machine: string): Promise<ListDatesView> {
    const record = this.#one(machine);
    const dates = await this.#options.store.listDates(record.id);
    return {
      machine: record.name,
      lists: dates.map(({ atMs, confirmedMs, programs }) => ({
        at: isoOf(atMs),
        confirmedAt: isoOf(confirmedMs),
        programs,
      })),
    };
  }

  async document(machine: string): Promise<MachineDocument> {
    const { id, name, publicKey } = this.#one(machine);
    const document = await this.#options.lists.document(id);
    if (document !== null) return { document, publicKey };
    throw new ApiFault(404, `No list of "${name}" is here to be shown`);
  }

  async diff(from: ListAsked, to: ListAsked): Promise<DiffView> {
    const { store } = this.#options;
    const [one, other] = [await this.#listed(from), await this.#listed(to)];
    const found = difference(
      await store.listedPrograms(one.machine.id, from.atMs),
      await store.listedPrograms(other.machine.id, to.atMs),
    );
    return {
      from: sideOf(one),
      to: sideOf(other),
      added: [...found.added],
      removed: [...found.removed],
      changed: [...found.changed],
      same: found.same,
    };
  }

  async whoHas(
    program: string,
    { not, on }: { readonly not: boolean; readonly on: readonly string[] },
  ): Promise<WhoHasView> {
    const question = parseQuestion(program);
    if (!question.ok) throw new ApiFault(400, question.fault);
    const meant = await this.#meant(on);
    const lists = await this.#newest();
    const listed = meant.flatMap((machine) => {
      const list = lists.get(machine.id);
      return list === undefined ? [] : [{ machine, list }];
    });
    const ids = new Set(listed.map(({ machine }) => machine.id));
    const found = await whoHas(
      this.#options,
      question.value,
      (id) => ids.has(id),
    );
    const { programs, nearest } = found;
    return {
      asked: question.value.text,
      machines: listed.length,
      holders: listed.filter(({ machine }) => programs.has(machine.id) !== not)
        .map(({ machine: { id, name }, list }) => ({
          machine: name,
          id,
          at: isoOf(list.atMs),
          programs: [...programs.get(id) ?? []],
        })),
      unlisted: meant.filter(({ id }) => !ids.has(id)).map(({ name }) => name),
      nearest: [...nearest],
    };
  }

  /** A line of JSON for each program that the fleet has. */
  programs(): ExportStream["body"] {
    return streamOf(fleetProgramLines(this.#options), NO_ENDS);
  }

  /** Which machines have which of those lines. */
  holders(numbers: readonly number[]): ExportStream["body"] {
    const names = new Map(
      this.#options.registry.records()
        .filter(({ status }) => status !== "revoked")
        .map(({ id, name }) => [id, name]),
    );
    const text = holdersText(this.#options, names, numbers);
    return streamOf(text, NO_ENDS);
  }

  async export(
    format: ExportFormat,
    on: readonly string[],
  ): Promise<ExportStream> {
    return await this.#exports.begin(format, await this.#meant(on));
  }

  /** Breaks off what is being sent. */
  close(): void {
    this.#exports.close();
  }

  async #meant(on: readonly string[]): Promise<MachineRecord[]> {
    const { registry, selection } = this.#options;
    const meant = await meantMachines(selection, registry.records(), on);
    return meant.sort(byName);
  }

  async #newest(): Promise<Map<string, ListRecord>> {
    const lists = await this.#options.store.lists();
    return new Map(lists.map((list) => [list.machine, list]));
  }

  async #listed({ machine, atMs }: ListAsked) {
    const record = this.#one(machine);
    const list = await this.#options.store.listAt(record.id, atMs);
    if (list !== null) return { machine: record, list };
    const when = atMs === null ? "" : ` by ${isoOf(atMs)}`;
    const [first] = (await this.#options.store.listDates(record.id)).slice(-1);
    throw new ApiFault(
      404,
      `"${record.name}" had sent no list that is kept${when}`,
      [],
      first === undefined ? [] : [`Its first one is of ${isoOf(first.atMs)}`],
    );
  }

  #one(word: string): MachineRecord {
    const meant = matchMachine(this.#options.registry.records(), word);
    if (meant.ok) return meant.value;
    throw new ApiFault(404, meant.fault.error, meant.fault.nearest);
  }
}

function sideOf(
  { machine, list }: {
    readonly machine: MachineRecord;
    readonly list: ListRecord;
  },
): DiffView["from"] {
  const { atMs, faults } = list;
  return { machine: machine.name, at: isoOf(atMs), faults: [...faults] };
}

/** These streams hold nothing, so their end is nobody's business. */
const NO_ENDS = { signal: new AbortController().signal, over() {} };
