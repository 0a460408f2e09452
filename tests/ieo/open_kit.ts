/**
 * Opening and extracting a package for the tests, with an eye on everything
 * that is written.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { relative } from "node:path";
import type { Disk } from "../../lib/host/disk.ts";
import { openPackage } from "../../lib/ieo/open.ts";
import type { PackageFault } from "../../lib/ieo/package_fault.ts";
import type { Outcome } from "../../lib/trust/outcome.ts";
import {
  type Injection,
  type Operation,
  WatchedDisk,
} from "../install/watched_disk.ts";
import {
  DISK,
  faultOf,
  type Sample,
  statementOf,
  treeOf,
  valueOf,
  withDirectory,
} from "./samples.ts";

/** What came of opening and extracting, and what was written on the way. */
export interface Extracted {
  /** The tree that is there. */
  readonly outcome: Outcome<Record<string, string>, PackageFault>;
  /** What was changed on the disk, relative to the target. */
  readonly changed: readonly string[];
}

/** Opens the sample and extracts it; `decide` may let the disk fail. */
export async function extract(
  sample: Sample,
  decide?: (operation: Operation) => Injection | null,
): Promise<Extracted> {
  return await withDirectory(async (directory) => {
    const path = `${directory}/package`;
    const target = `${directory}/tree`;
    await Deno.writeFile(path, sample.bytes);
    await Deno.mkdir(target);
    const statement = statementOf(sample);
    const disk = new WatchedDisk(DISK, decide);
    const opened = await openPackage({ disk, path, statement });
    const done = opened.ok ? await opened.value.extract(target) : opened;
    if (opened.ok) opened.value.close();
    const changed = disk.operations.filter((one) => one.changes)
      .map((one) => relative(target, one.path));
    const tree = treeOf(target);
    return { outcome: done.ok ? { ok: true, value: tree } : done, changed };
  });
}

/** The tree of a package that must be good. */
export async function treeFrom(
  sample: Sample,
): Promise<Record<string, string>> {
  return valueOf((await extract(sample)).outcome);
}

/**
 * The fault of a package that must be refused: what is wrong with the zip is
 * found before a byte is written, what is wrong with a file's content while it
 * is inflated, and then nothing was written outside of the target.
 */
export async function refusalOf(sample: Sample): Promise<PackageFault> {
  return demandRefusal(await extract(sample));
}

/** As `refusalOf`, of what was extracted already. */
export function demandRefusal(
  { outcome, changed }: Extracted,
): PackageFault {
  const refused = faultOf(outcome);
  assertMatch(
    refused.detail,
    /^(The manifest's \w+ is|Cannot (open|unpack) tool 1\.0: )/,
  );
  assertEquals(changed.filter((path) => path.startsWith("..")), []);
  if (!refused.detail.startsWith("Cannot unpack")) assertEquals(changed, []);
  return refused;
}

/**
 * The disk as it is for a process with this umask. The real one is not set: it
 * is that of all the tests that run beside this one.
 */
export function withUmask(disk: Disk, umask: number): Disk {
  const cut = <T extends { readonly mode?: number }>(options: T): T =>
    options.mode === undefined
      ? options
      : { ...options, mode: options.mode & ~umask };
  return {
    ...disk,
    open: (path, options) => disk.open(path, cut(options)),
    makeDirectory: (path, options = {}) =>
      disk.makeDirectory(path, cut(options)),
  };
}
