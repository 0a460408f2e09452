/**
 * Files that may have two names, because a directory of one path is a link on
 * some systems: each of them once. One that is read twice would be listed
 * twice, or ask a slow tool twice.
 *
 * @module
 */

import type { SourceContext } from "../source.ts";

/**
 * Those of the paths that are there, below the root, in their order; the first
 * name alone of a file that has two.
 *
 * @throws what the disk says when it cannot be looked at.
 */
export async function distinctFiles(
  { disk, root }: Pick<SourceContext, "disk" | "root">,
  paths: readonly string[],
): Promise<string[]> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const stat = await disk.stat(root + path);
    if (stat === null) continue;
    // Two files of one size that changed in the same millisecond are one.
    const same = stat.changedMs === null
      ? path
      : `${stat.changedMs}/${stat.size}`;
    if (!names.has(same)) names.set(same, path);
  }
  return [...names.values()];
}
