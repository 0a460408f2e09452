/**
 * What there is before an order is done: the facts that `plan.ts` decides
 * from, read from the disk.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import type { InstallOrder } from "../sep/server_api.ts";
import type { Layout } from "./layout.ts";
import { isOrdered, type RemovalSituation } from "./plan.ts";
import { isIntact, readOwned, readRecord } from "./programs.ts";

/**
 * Is the very package of the order in use, with every file as it came?
 *
 * @throws what the disk throws.
 */
export async function isThere(
  disk: Disk,
  layout: Layout,
  order: InstallOrder,
): Promise<boolean> {
  const { name, version } = order;
  if (await readOwned(disk, layout, name) !== version) return false;
  const record = await readRecord(disk, layout, name, version);
  return isOrdered(order, record) &&
    await isIntact(disk, layout, name, version);
}

/**
 * What a removal of this program would meet.
 *
 * @throws what the disk throws.
 */
export async function readRemovalSituation(
  disk: Disk,
  layout: Layout,
  name: string,
): Promise<RemovalSituation> {
  const current = await readOwned(disk, layout, name);
  const record = current === null
    ? null
    : await readRecord(disk, layout, name, current);
  return {
    present: await disk.stat(layout.program(name)) !== null,
    current,
    protected: record?.protected ?? false,
  };
}
