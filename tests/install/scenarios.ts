/**
 * The changes that the tests of crashes and of faults go through, step by
 * step: a table of what is there before, what is ordered, and what must be
 * there when it was done.
 *
 * @module
 */

import type { Installer } from "../../lib/install/installer.ts";
import type { Result } from "../../lib/install/result.ts";
import { type Holding, type House, V1, V1_ANEW, V2 } from "./house.ts";

export interface Scenario {
  readonly title: string;
  /** Makes what is there before; the house is empty and nobody is in it. */
  readonly prepare: (house: House) => Promise<void>;
  /** The order; always order 9, and its first attempt if not said. */
  readonly act: (
    house: House,
    installer: Installer,
    attempt?: number,
  ) => Promise<Result>;
  readonly before: Holding;
  readonly after: Holding;
}

async function installFirst(house: House): Promise<void> {
  const installer = await house.open();
  await house.install(installer, V1, 1n);
  await installer.close();
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: "a first install",
    prepare: async (house) => await (await house.open()).close(),
    act: (house, installer, attempt = 1) =>
      house.install(installer, V1, 9n, { attempt }),
    before: "none",
    after: "V1",
  },
  {
    title: "an update",
    prepare: installFirst,
    act: (house, installer, attempt = 1) =>
      house.install(installer, V2, 9n, { attempt }),
    before: "V1",
    after: "V2",
  },
  {
    title: "a removal",
    prepare: installFirst,
    act: (_house, installer, attempt = 1) =>
      installer.remove({ order: 9n, attempt, name: "tool", version: "*" }),
    before: "V1",
    after: "none",
  },
  {
    title: "an install in the place of the same version",
    prepare: installFirst,
    act: (house, installer, attempt = 1) =>
      house.install(installer, V1_ANEW, 9n, { attempt }),
    before: "V1",
    after: "V1 anew",
  },
];
