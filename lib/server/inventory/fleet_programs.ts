/**
 * The whole fleet's programs, each once, and who has them: for those who
 * compare them with something else, as known vulnerabilities.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { FleetProgramView, HoldersView } from "../shapes/api_schema.ts";
import type { ListStore } from "../store/store.ts";
import { Breaths } from "./breaths.ts";

/** Where the programs come from. */
export interface FleetProgramsOptions {
  readonly store: Pick<ListStore, "fleetPrograms" | "holders">;
  readonly clock: Clock;
}

/** Programs that are looked at at once. */
const PAGE_PROGRAMS = 500;

/** Programs whose holders are fetched at once. */
const HOLDERS_PROGRAMS = 20;

/** JSON lines, a page of them at a time. */
export async function* fleetProgramLines(
  { store, clock }: FleetProgramsOptions,
): AsyncGenerator<string> {
  const breaths = new Breaths(clock);
  for (let after: number | null = 0; after !== null;) {
    const page = await store.fleetPrograms(after, PAGE_PROGRAMS);
    yield page.programs.map(({ program, number, machines }) => {
      const view: FleetProgramView = { ...program, number, machines };
      return `${JSON.stringify(view)}\n`;
    }).join("");
    after = page.next;
    await breaths.take();
  }
}

/** The text of a `HoldersView`; machines without a name are left out. */
export async function* holdersText(
  { store, clock }: FleetProgramsOptions,
  names: ReadonlyMap<MachineId, string>,
  numbers: readonly number[],
): AsyncGenerator<string> {
  const breaths = new Breaths(clock);
  let before = '{"holders":[';
  for (let at = 0; at < numbers.length; at += HOLDERS_PROGRAMS) {
    const some = numbers.slice(at, at + HOLDERS_PROGRAMS);
    const machines = new Map(some.map((number) => [number, [] as string[]]));
    for (const held of await store.holders([...machines.keys()])) {
      const name = names.get(held.machine);
      if (name !== undefined) machines.get(held.number)?.push(name);
    }
    const holders = [...machines].map((
      [number, machines],
    ): HoldersView["holders"][number] => ({ number, machines }));
    yield before + JSON.stringify(holders).slice(1, -1);
    before = ",";
    await breaths.take();
  }
  yield numbers.length === 0 ? '{"holders":[]}' : "]}";
}
