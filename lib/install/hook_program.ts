/**
 * Which program a hook is: what its manifest says, as a command that can only
 * be a file of the version's own tree, a program of the machine named by its
 * whole path, or the shell that the manifest names. Nothing is searched for.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../host/disk.ts";
import { type Hook, isMachinePath } from "../ieo/manifest/types.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** Enough to tell a script, and text that is none. */
const FIRST_BYTES = 64;

/**
 * The command of a hook; the fault is the end of a sentence that begins with
 * "could not be run: ".
 */
export function commandOfHook(
  disk: Disk,
  directory: string,
  { run, shell }: Pick<Hook, "run" | "shell">,
): Promise<Outcome<CommandLine, string>> {
  const [program, ...args] = run;
  return shell === undefined
    ? commandInTree(disk, directory, [program, ...args])
    : Promise.resolve(ok([shell, "-c", program]));
}

/** A command whose program is one of the machine, or a file of the tree. */
export async function commandInTree(
  disk: Disk,
  directory: string,
  command: CommandLine,
): Promise<Outcome<CommandLine, string>> {
  const [program, ...args] = command;
  if (isMachinePath(program)) return ok(command);
  const parts = program.split("/");
  if (parts.some((part) => !isPlainName(part))) {
    return fault(`"${program}" is no path of a file in the package`);
  }
  // A link, anywhere on the way, could lead out of the tree.
  let path = directory;
  for (const [index, part] of parts.entries()) {
    path = join(path, part);
    const wanted = index === parts.length - 1 ? "file" : "directory";
    const found = (await disk.stat(path))?.kind ?? "nothing";
    if (found !== wanted) {
      return fault(`"${program}" is no file of the package: ${found} is there`);
    }
  }
  const textFault = await faultOfText(disk, path);
  return textFault === null ? ok([path, ...args]) : fault(textFault);
}

function isPlainName(part: string): boolean {
  return !["", ".", ".."].includes(part) && !part.includes("\\") &&
    !part.includes("\0");
}

/**
 * Text that does not name its interpreter would be given to a shell by some
 * systems and by others not; no shell runs here that nobody named.
 */
async function faultOfText(disk: Disk, path: string): Promise<string | null> {
  // Windows names the interpreter of these by their ending.
  if (/\.(cmd|bat)$/i.test(path)) return null;
  const bytes = new Uint8Array(FIRST_BYTES);
  const file = await disk.open(path, { read: true });
  const count = await file.read(bytes).finally(() => file.close());
  const first = String.fromCharCode(...bytes.subarray(0, count ?? 0));
  if (first === "") return "its file is empty";
  if (/^(#!|MZ)/.test(first) || /[^\s\x20-\x7e]/.test(first)) return null;
  return 'its file is text whose first line does not name its interpreter ("#!")';
}
