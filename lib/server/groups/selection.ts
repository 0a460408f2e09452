/**
 * WHERE: from what somebody writes after `--on` to the machines that he means,
 * by their names, groups, tags, systems, addresses and programs.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { matchMachine } from "../machines/where.ts";
import { isMeant, type World } from "../selectors/matching.ts";
import {
  type Known,
  nobody,
  slipIn,
  type WhereFault,
} from "../selectors/nothing_meant.ts";
import { parseSelector } from "../selectors/parse.ts";
import { questionsOf, type Selector } from "../selectors/selector.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { GroupBook } from "./group_book.ts";

/** Questions about programs in one request. */
const QUESTIONS_MAX = 16;

interface Read {
  readonly text: string;
  readonly selector: Selector;
}

/** Chooses machines. */
export class Selection {
  readonly #groups: GroupBook;

  constructor(groups: GroupBook) {
    this.#groups = groups;
  }

  /**
   * Those of the machines that the WHEREs mean, each once, in their order.
   * `all` of an empty fleet is no fault; any other WHERE that means nobody is.
   *
   * @throws {ApiFault} when a question about programs has too long an answer.
   */
  async choose(
    machines: readonly MachineRecord[],
    on: readonly string[],
  ): Promise<Outcome<MachineRecord[], WhereFault>> {
    const read = readAll(on);
    if (!read.ok) return read;
    const questions = read.value.flatMap(({ selector }) =>
      questionsOf(selector)
    );
    if (questions.length > QUESTIONS_MAX) {
      return fault(unclear(
        `One request can ask for ${QUESTIONS_MAX} programs, not ` +
          `${questions.length}`,
      ));
    }
    const world = this.#groups.world(await this.#groups.read(questions));
    const meant = meantBy(read.value, this.#known(machines, world));
    if (!meant.ok) return meant;
    return ok(machines.filter(({ id }) => meant.value.has(id)));
  }

  /** The same. @throws {ApiFault} when nobody is meant. */
  async demand(
    machines: readonly MachineRecord[],
    on: readonly string[],
  ): Promise<MachineRecord[]> {
    const chosen = await this.choose(machines, on);
    if (chosen.ok) return chosen.value;
    throw refusalOf(chosen.fault);
  }

  /** What is mistaken in a group's rule; null: nothing. */
  slipIn(
    machines: readonly MachineRecord[],
    rule: string,
  ): WhereFault | null {
    const selector = parseSelector(rule);
    if (!selector.ok) return unclear(selector.fault);
    return slipIn(selector.value, this.#known(machines, this.#groups.world()));
  }

  /** Which of the WHEREs are names of single machines, and nothing else. */
  names(machines: readonly MachineRecord[], on: readonly string[]): string[] {
    return on.filter((where) => matchMachine(machines, where).ok);
  }

  #known(machines: readonly MachineRecord[], world: World): Known {
    return {
      world,
      subjects: machines.map((one) => this.#groups.subject(one)),
      groups: this.#groups.records().map(({ name }) => name),
    };
  }
}

/** As the API tells it. */
export function refusalOf({ error, nearest, isUnclear }: WhereFault): ApiFault {
  return new ApiFault(isUnclear === true ? 400 : 404, error, nearest);
}

function readAll(on: readonly string[]): Outcome<Read[], WhereFault> {
  const read: Read[] = [];
  for (const text of on) {
    const selector = parseSelector(text);
    if (!selector.ok) return fault(unclear(selector.fault));
    read.push({ text, selector: selector.value });
  }
  return ok(read);
}

function meantBy(
  read: readonly Read[],
  known: Known,
): Outcome<Set<MachineId>, WhereFault> {
  const meant = new Set<MachineId>();
  for (const { text, selector } of read) {
    const slip = slipIn(selector, known);
    if (slip !== null) return fault(slip);
    const found = known.subjects.filter((subject) =>
      isMeant(selector, subject, known.world)
    );
    if (found.length === 0 && selector.kind !== "all") {
      return fault(nobody(selector, text, known));
    }
    for (const { id } of found) meant.add(id);
  }
  return ok(meant);
}

function unclear(error: string): WhereFault {
  return { error, nearest: [], isUnclear: true };
}
