/**
 * The one switch: which version of a program is in use. A rename puts a link
 * that was made beforehand over `current`, so it is one version or the other
 * at every instant, and going back needs no space.
 *
 * A version that comes into the place of its own former tree needs no switch:
 * the link names it all the time.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { exists, type Layout } from "../layout.ts";

/** What a switch is about: from which version to which, by whom. */
export interface Switch {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The version in use before; null when there was none. */
  readonly previous: string | null;
}

/**
 * Makes the links that the switch and the way back need. They are on the medium
 * before the switch can be: a power cut must not leave the one without the
 * other.
 */
export async function prepareSwitch(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  if (previous !== null) {
    await disk.symlink(previous, layout.spareLink(name, id, "back"));
  }
  await disk.symlink(version, layout.spareLink(name, id, "forward"));
  await disk.syncDirectory(layout.program(name));
}

/** The switch: from here on the new version is the one in use. */
export async function switchForward(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  const spare = layout.spareLink(name, id, "forward");
  await disk.rename(spare, layout.current(name));
  await disk.syncDirectory(layout.program(name));
}

/** Back to the version of before, or to none. */
export async function switchBack(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  if (previous === null) {
    await disk.remove(layout.current(name));
  } else {
    const spare = layout.spareLink(name, id, "back");
    // Made before the switch; unless somebody took it away, it is there.
    if (!await exists(disk, spare)) await disk.symlink(previous, spare);
    await disk.rename(spare, layout.current(name));
  }
  await disk.syncDirectory(layout.program(name));
}

/** Takes away the links that were not needed. */
export async function dropSpareLinks(
  disk: Disk,
  layout: Layout,
  { id, name }: Switch,
): Promise<void> {
  let isChanged = false;
  for (const way of ["forward", "back"] as const) {
    const spare = layout.spareLink(name, id, way);
    if (!await exists(disk, spare)) continue;
    await disk.remove(spare);
    isChanged = true;
  }
  // Once the transaction is closed nobody looks for them any more.
  if (isChanged) await disk.syncDirectory(layout.program(name));
}
