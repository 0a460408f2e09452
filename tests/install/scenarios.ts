/**
 * The changes that the tests of crashes and of faults go through, step by
 * step: a table of what is there before and what is ordered. What must be there
 * afterwards is found by a rehearsal on a good disk, and then compared to the
 * last file.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { swiftDisk } from "./swift_disk.ts";
import { type House, removal, wayBack, withSwiftHouse } from "./house.ts";
import { type Program, richProgram, V1, V1_ANEW, V2, V3 } from "./packages.ts";
import { type Operation, WatchedDisk } from "./watched_disk.ts";

/** Carries out the order: number 9, and its first attempt if not said. */
type Act = (
  house: House,
  installer: Installer,
  attempt?: number,
) => Promise<Result>;

export interface Scenario {
  readonly title: string;
  /** Makes what is there before; the house is empty and nobody is in it. */
  readonly prepare: (house: House) => Promise<void>;
  readonly act: Act;
  /** The word of its failure on a good machine; absent when it goes well. */
  readonly fails?: string;
}

/** The packages were installed one after the other, and then perhaps more. */
function installed(
  programs: readonly Program[],
  then: (house: House) => void = () => {},
): Scenario["prepare"] {
  return async (house) => {
    const installer = await house.open(swiftDisk());
    for (const [index, program] of programs.entries()) {
      const order = BigInt(index + 1);
      const result = await house.install(installer, program, order);
      assertEquals(result.ok, true, JSON.stringify(result));
    }
    await installer.close();
    then(house);
  };
}

const install = (program: Program): Act => (house, installer, attempt = 1) =>
  house.install(installer, program, 9n, { attempt });
const remove: Act = (_house, installer, attempt = 1) =>
  installer.remove(removal(9n, "*", attempt));
const rollBack: Act = (_house, installer, attempt = 1) =>
  installer.rollback(wayBack(9n, "*", attempt));

const RICH_1 = richProgram("1.0");
const RICH_2 = richProgram("2.0");
const RICH_3 = richProgram("3.0");

/** The owner changes the files that they may, and one that they may not. */
function changeFiles(house: House): void {
  house.change("etc/keep.conf", "mine\n");
  house.change("etc/aside.conf", "mine too\n");
  house.change("readme", "read me not\n");
}

/** Changes of programs without hooks, packages or files of the owner's. */
export const PLAIN_SCENARIOS: readonly Scenario[] = [
  { title: "a first install", prepare: installed([]), act: install(V1) },
  { title: "an update", prepare: installed([V1]), act: install(V2) },
  { title: "a removal", prepare: installed([V1]), act: remove },
  { title: "a rollback", prepare: installed([V1, V3]), act: rollBack },
  {
    title: "an update that drops a kept version",
    prepare: installed([V1, V2]),
    act: install(V3),
  },
  {
    title: "an install in the place of the same version",
    prepare: installed([V1]),
    act: install(V1_ANEW),
  },
  {
    title: "an install in the place of the kept version",
    prepare: installed([V1, V2]),
    act: install(V1_ANEW),
  },
];

/** Changes of programs that use everything. */
export const RICH_SCENARIOS: readonly Scenario[] = [
  {
    title: "an update with everything",
    prepare: installed([RICH_1, RICH_2], changeFiles),
    act: install(RICH_3),
  },
  {
    title: "an update whose check fails",
    prepare: installed([RICH_1], changeFiles),
    act: install(richProgram("2.0", "fail")),
    fails: "hook",
  },
  {
    title: "a rollback with everything",
    prepare: installed([RICH_1, RICH_2], changeFiles),
    act: rollBack,
  },
  {
    title: "a removal with everything",
    prepare: installed([RICH_1, RICH_2], changeFiles),
    act: remove,
  },
];

export const SCENARIOS: readonly Scenario[] = [
  ...PLAIN_SCENARIOS,
  ...RICH_SCENARIOS,
];

/** All that can be asked of a machine about its program. */
export interface State {
  readonly snapshot: ReturnType<House["snapshot"]>;
  readonly working: ReturnType<House["working"]>;
  /** The versions that it says it owns. */
  readonly owned: readonly string[];
}

/** A scenario on a good disk: what there was, what there is, what it took. */
export interface Rehearsal {
  readonly before: State;
  readonly after: State;
  /** What was told, without the house's own path. */
  readonly told: Result;
  /** Every operation of the order. */
  readonly operations: readonly Operation[];
  /** Those that change something. */
  readonly changes: readonly Operation[];
}

/** Does the order in a copy of the template, on a good disk. */
export async function rehearse(
  scenario: Scenario,
  template: House,
): Promise<Rehearsal> {
  return await withCopy(template, async (house) => {
    const disk = new WatchedDisk(swiftDisk());
    const installer = await house.open(disk);
    const before = await stateOf(house, installer);
    const first = disk.operations.length;
    const result = await scenario.act(house, installer);
    const operations = disk.operations.slice(first);
    assertEquals(result.ok ? undefined : result.reason, scenario.fails);
    const after = await stateOf(house, installer);
    await installer.close();
    return {
      before,
      after,
      told: withoutPath(result),
      operations,
      changes: operations.filter(({ changes }) => changes),
    };
  });
}

/** What there is, and what the installer says of it. */
export async function stateOf(
  house: House,
  installer: Installer,
): Promise<State> {
  return {
    snapshot: house.snapshot(),
    working: house.working(),
    owned: await ownedBy(installer),
  };
}

/** The versions that the installer says it owns; as `[possede]` is answered. */
export async function ownedBy(installer: Installer): Promise<string[]> {
  const owned: string[] = [];
  for (const version of ["1.0", "2.0", "3.0"]) {
    if (await installer.owns("tool", version)) owned.push(version);
  }
  return owned;
}

/** A result as it would be in any house. */
export function withoutPath(result: Result): Result {
  const cut = (text: string) => text.replaceAll(/\/[^ ]*(?=\/programs\/)/g, "");
  return result.ok
    ? { ...result, note: cut(result.note) }
    : { ...result, detail: cut(result.detail) };
}

/** Calls `use` with a copy of the house, and removes the copy. */
export async function withCopy<T>(
  template: House,
  use: (house: House) => Promise<T>,
): Promise<T> {
  return await withSwiftHouse(async ({ directory }) =>
    await use(template.copyTo(`${directory}/copy`))
  );
}
