/**
 * Who has a program, or has it not: asked of the store by name, compared by
 * version once for each distinct program of the fleet, however many machines
 * have it.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { compareListed, type ListedProgram } from "../../peo/program.ts";
import { matches, type Question } from "../../peo/versions/question.ts";
import type { MachineId } from "../../sep/server_api.ts";
import { globToRegExp } from "../../trust/names.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { ListStore, NumberedProgram } from "../store/store.ts";
import { Breaths } from "./breaths.ts";
import { NearNames } from "./near_names.ts";

/** What the search needs. */
export interface WhoHasOptions {
  readonly store: Pick<ListStore, "programsNamed" | "programNames" | "holders">;
  readonly clock: Clock;
}

/** What was found. */
export interface Found {
  /** What each machine of the fleet has that was asked for, in list order. */
  readonly programs: ReadonlyMap<MachineId, readonly ListedProgram[]>;
  /** When nobody has anything of that name. */
  readonly nearest: readonly string[];
}

/** Names of one page. */
const NAMES_MAX = 1_000;

/** Programs whose holders are fetched at once: 1,000 machines each are fine. */
const PROGRAMS_MAX = 20;

/** Lines of one answer: some 60 MB of JSON. */
const LINES_MAX = 200_000;

/**
 * Searches the newest lists.
 *
 * @param isMeant Is the machine asked about? What others have is not told.
 * @throws {ApiFault} when the answer would be too long.
 */
export async function whoHas(
  { store, clock }: WhoHasOptions,
  question: Question,
  isMeant: (machine: MachineId) => boolean,
): Promise<Found> {
  const breaths = new Breaths(clock);
  const named = await programsOf(store, question, breaths);
  const programs = new Map<MachineId, ListedProgram[]>();
  const wanted = named.filter(({ program }) => matches(question, program));
  let lines = 0;
  for (let at = 0; at < wanted.length; at += PROGRAMS_MAX) {
    const some = wanted.slice(at, at + PROGRAMS_MAX);
    const byNumber = new Map(
      some.map(({ number, program }) => [number, program]),
    );
    for (const held of await store.holders([...byNumber.keys()])) {
      const program = byNumber.get(held.number);
      if (program === undefined || !isMeant(held.machine)) continue;
      if (++lines > LINES_MAX) throw tooMany(question);
      const known = programs.get(held.machine) ?? [];
      programs.set(held.machine, known);
      const { installedAtS } = held;
      known.push(
        installedAtS === null ? program : { ...program, installedAtS },
      );
    }
    await breaths.take();
  }
  for (const listed of programs.values()) listed.sort(compareListed);
  const nearest = named.length === 0
    ? await nearNames(store, question, breaths)
    : [];
  return { programs, nearest };
}

/** Every program of that name, whatever its version. */
async function programsOf(
  store: WhoHasOptions["store"],
  { name: asked }: Question,
  breaths: Breaths,
): Promise<NumberedProgram[]> {
  if (isPlain(asked)) return await store.programsNamed(asked);
  const pattern = globToRegExp(asked.toLowerCase());
  const found: NumberedProgram[] = [];
  for await (const names of namePages(store, breaths)) {
    const meant = names.filter((name) => pattern.test(name.toLowerCase()));
    for (const name of new Set(meant.map(foldAscii))) {
      found.push(...await store.programsNamed(name));
      await breaths.take();
    }
  }
  return distinct(found);
}

/** Names that may have been meant instead. */
async function nearNames(
  store: WhoHasOptions["store"],
  { name }: Question,
  breaths: Breaths,
): Promise<string[]> {
  const near = new NearNames(name);
  for await (const names of namePages(store, breaths)) near.add(names);
  const best: string[] = [];
  for (const name of near.best()) {
    // It may be history.
    if ((await store.programsNamed(name)).length > 0) best.push(name);
  }
  return best;
}

/** All names of the fleet's programs. */
async function* namePages(
  store: WhoHasOptions["store"],
  breaths: Breaths,
): AsyncGenerator<string[]> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const names: string[] = await store.programNames(after, NAMES_MAX);
    yield names;
    await breaths.take();
    after = names.length < NAMES_MAX ? undefined : names.at(-1);
  }
}

/** Found by the store alone: no glob, and no letter that it knows one case of. */
function isPlain(name: string): boolean {
  return !/[*?\u0080-\uffff]/.test(name);
}

/** One name for all that `programsNamed` takes for the same. */
function foldAscii(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Two pages can hold one name in two cases. */
function distinct(programs: readonly NumberedProgram[]): NumberedProgram[] {
  return [...new Map(programs.map((one) => [one.number, one])).values()];
}

function tooMany({ text }: Question): ApiFault {
  return new ApiFault(
    413,
    `"${text}" finds more than ${LINES_MAX} programs on these machines; ask ` +
      "for fewer machines or more of the name, or export the whole inventory",
  );
}
