/**
 * The source `windows`: the programs that Windows shows in its settings, of 64
 * bits, of 32 bits, and of each person whose registry is loaded (who is logged
 * on, or was since the last start).
 *
 * A package URL has no type for them. `pkg:swid` would need the tag that only
 * few makers ship, and `pkg:generic` is what other tools give for them.
 *
 * @module
 */

import { describe } from "../../trust/shape.ts";
import { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { genericPurl } from "../purl.ts";
import type { Source, SourceContext, SourceList } from "../source.ts";
import { readRegFile } from "./windows_reg_file.ts";
import { exportOf, type RegistryView, subkeysOf } from "./windows_registry.ts";
import { uninstallEntriesOf } from "./windows_uninstall.ts";

/** The name of this source in a list. */
export const WINDOWS_SOURCE = "windows";

const CURRENT_VERSION = "Software\\Microsoft\\Windows\\CurrentVersion";

const UNINSTALL = "Uninstall";

/** Accounts of people, of a domain or of Entra, and of the system itself. */
const ACCOUNT = /^S-1-(?:5-21|12-1)-[0-9-]+$|^S-1-5-18$/;

/** More are logged on to a terminal server at most. */
const ACCOUNTS_MAX = 200;

/** The source. */
export function windowsSource(): Source {
  return { name: WINDOWS_SOURCE, systems: ["windows"], read };
}

/** A key to read, and the kind of programs that are in it. */
interface Place {
  readonly key: string;
  readonly view: RegistryView;
  readonly architecture?: string;
}

async function read(context: SourceContext): Promise<SourceList> {
  const faults = new FaultList(WINDOWS_SOURCE);
  const machine = `HKLM\\${CURRENT_VERSION}\\${UNINSTALL}`;
  const places: Place[] = [
    { key: machine, view: "64" },
    { key: machine, view: "32", architecture: "x86" },
    ...await placesOfPeople(context, faults),
  ];
  const programs = new Map<string, ListedProgram>();
  for (const place of places) {
    for (const program of await programsAt(context, place, faults)) {
      // Some installers write into both registries, or for each person.
      const key = `${program.name}\0${program.version}`;
      if (!programs.has(key)) programs.set(key, program);
    }
  }
  return { programs: [...programs.values()], faults: faults.all() };
}

/** The keys of those who have any program of their own. */
async function placesOfPeople(
  context: SourceContext,
  faults: FaultList,
): Promise<Place[]> {
  const accounts = await subkeysOf(context, "HKU");
  if (!accounts.ok) {
    faults.add(`Cannot read the registry of each person: ${accounts.fault}`);
    return [];
  }
  const places: Place[] = [];
  const known = accounts.value.filter((name) => ACCOUNT.test(name));
  for (const account of known.slice(0, ACCOUNTS_MAX)) {
    const parent = `HKU\\${account}\\${CURRENT_VERSION}`;
    const keys = await subkeysOf(context, parent);
    if (!keys.ok) faults.add(`Cannot read ${describe(parent)}: ${keys.fault}`);
    else if (keys.value.includes(UNINSTALL)) {
      places.push({ key: `${parent}\\${UNINSTALL}`, view: "64" });
    }
  }
  if (known.length > ACCOUNTS_MAX) {
    faults.add(`Only ${ACCOUNTS_MAX} people's registries were read`);
  }
  return places;
}

async function programsAt(
  context: SourceContext,
  { key, view, architecture }: Place,
  faults: FaultList,
): Promise<ListedProgram[]> {
  const where = `${describe(key)}, ${view} bits`;
  const bytes = await exportOf(context, key, view);
  if (!bytes.ok) {
    faults.add(`Cannot read ${where}: ${bytes.fault}`);
    return [];
  }
  const { keys, problem } = readRegFile(bytes.value);
  if (problem !== null) faults.add(`Cannot read all of ${where}: ${problem}`);
  const programs: ListedProgram[] = [];
  for (const entry of uninstallEntriesOf(keys)) {
    const program = listed({
      source: WINDOWS_SOURCE,
      ...entry,
      purl: genericPurl(entry.name, entry.version),
      architecture,
    }, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}
