/**
 * Orders done on a disk that fails, for the tests of faults.
 *
 * @module
 */

import type { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { DISK } from "../ieo/samples.ts";
import { type House, withSwiftHouse } from "./house.ts";
import type { Scenario } from "./scenarios.ts";
import { type Injection, type Operation, WatchedDisk } from "./watched_disk.ts";

/** What an operation of the disk meets; null lets it be. */
export type Decide = (operation: Operation) => Injection | null;

/** A good disk. */
export const nothing: Decide = () => null;

/** What there is after an order was done on a failing disk. */
export interface Aftermath {
  readonly house: House;
  readonly installer: Installer;
  /** What was told. */
  readonly result: Result;
  /** The operations that the order made. */
  readonly made: readonly Operation[];
  /** Makes the disk good again. */
  readonly heal: () => void;
}

/** Does the order on a disk that decides like this while it is done. */
export async function actOn(
  scenario: Scenario,
  template: House,
  decide: Decide,
  check: (aftermath: Aftermath) => Promise<void>,
): Promise<void> {
  await withSwiftHouse(async ({ directory }) => {
    const house = template.copyTo(`${directory}/copy`);
    let present = nothing;
    const disk = new WatchedDisk(DISK, (operation) => present(operation));
    try {
      const installer = await house.open(disk);
      const before = disk.operations.length;
      present = decide;
      const result = await scenario.act(house, installer);
      const made = disk.operations.slice(before);
      const heal = () => void (present = nothing);
      await check({ house, installer, result, made, heal });
    } finally {
      disk.bury();
    }
  });
}

/** The operations of an order on a good disk. */
export async function operationsOf(
  scenario: Scenario,
  template: House,
): Promise<readonly Operation[]> {
  let operations: readonly Operation[] = [];
  await actOn(scenario, template, nothing, ({ made }) => {
    operations = made;
    return Promise.resolve();
  });
  return operations;
}

/** Any order closes what the one before it could not tidy up. */
export async function settleByAsking(installer: Installer): Promise<void> {
  await installer.remove({
    order: 99n,
    attempt: 1,
    name: "absent",
    version: "*",
  });
}
