/**
 * What is looked at before a manager touches anything: is the file the package
 * that the manifest speaks of, does the machine have what a Debian package
 * needs, and did a power cut leave dpkg in the middle of something.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import type { Reason } from "../../sep/reasons.ts";
import {
  configureAll,
  DEB,
  dpkgUpdates,
  listDepends,
  listInstalled,
} from "./deb.ts";
import { missingDepends } from "./depends.ts";
import type { NativeRules, Target } from "./kind.ts";
import type { Runner } from "./runner.ts";

/** `dpkg --configure -a` may run the scripts of several packages. */
const FINISH_DEADLINE_SECONDS = 900;

/** Why the file cannot be installed here, found without touching anything. */
export async function faultOfFile(
  runner: Runner,
  rules: NativeRules,
  { pkg, file, root }: Target,
): Promise<{ readonly reason: Reason; readonly why: string } | null> {
  const question = rules.describe(file);
  // No answer is no fault: the manager itself says what is wrong with a file.
  const found = question === null
    ? null
    : rules.described(await runner.ask(question));
  if (
    found !== null &&
    (found.package !== pkg.package || found.version !== pkg.version)
  ) {
    return {
      reason: "package",
      why: `its file is ${found.package} ${found.version}, and the manifest ` +
        `says ${pkg.package} ${pkg.version}`,
    };
  }
  if (pkg.kind !== "deb") return null;
  const installed = await runner.ask(listInstalled(root));
  const missing = missingDepends(
    await runner.ask(listDepends(file)),
    installed,
  );
  if (missing.length === 0) return null;
  return {
    reason: "conflict",
    why: `this machine has not what it depends on: ${missing.join(", ")}; ` +
      "install that first, or put its package into this one, before it",
  };
}

/**
 * Has dpkg finish what it was interrupted in, if it was. What then fails is not
 * our package, and no reason not to go on: dpkg judges each order anew.
 */
export async function finishInterrupted(
  runner: Runner,
  disk: Disk,
  root: string | null,
): Promise<void> {
  const directory = dpkgUpdates(root);
  if (await disk.stat(directory) === null) return;
  for await (const { name } of disk.list(directory)) {
    // dpkg names what it has still to write down with digits.
    if (!/^\d+$/.test(name)) continue;
    await runner.order(configureAll(root), DEB, FINISH_DEADLINE_SECONDS);
    return;
  }
}
