/**
 * The commands of a program, where people's shells find them:
 *
 *     <commands>/edit -> <root>/editor/current/bin/edit
 *
 * The link goes through `current`, so the switch from one version to another
 * switches the commands too, and most updates touch no link at all. What a new
 * version adds is linked before the commit; what it no longer has is unlinked
 * after it. After an undoing the links are again those of the version in use.
 *
 * Whose a link is stands in what it says: one into `<root>/<name>/current/` is
 * that program's. Nothing else in the directory is ever touched, and a command
 * whose name is taken by something else refuses the install.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../../host/disk.ts";
import type { Command } from "../../ieo/manifest/types.ts";
import { exists, type Layout } from "../layout.ts";

const DIRECTORY_MODE = 0o755;

/** What a link in the directory of commands says, by the link's name. */
type Links = ReadonlyMap<string, string>;

/**
 * The first command whose place is taken by something that is not this
 * program's, as the end of a sentence; null when there is none.
 *
 * @throws what the disk throws.
 */
export async function faultOfCommands(
  disk: Disk,
  layout: Layout,
  { name, commands }: Wanted,
): Promise<string | null> {
  const { commands: directory } = layout;
  if (directory === null) return null;
  const own = await readLinks(disk, layout, name);
  for (const { name: command } of commands) {
    const place = `${directory}/${command}`;
    if (own.has(command) || await disk.stat(place) === null) continue;
    return `${place} is there already and is not this program's`;
  }
  return null;
}

/** The commands that a program has, or shall have. */
export interface Wanted {
  /** The program's name. */
  readonly name: string;
  readonly commands: readonly Command[];
}

/**
 * Links what is missing, and turns the links that lead elsewhere in the
 * version that comes. What the way back needs is made first.
 *
 * @throws what the disk throws, also when a place was taken meanwhile.
 */
export async function linkCommands(
  disk: Disk,
  layout: Layout,
  id: string,
  { name, commands }: Wanted,
): Promise<void> {
  const { commands: directory } = layout;
  if (directory === null || commands.length === 0) return;
  await makeCommandsDirectory(disk, directory);
  const own = await readLinks(disk, layout, name);
  const turned: string[] = [];
  for (const { name: command, path } of commands) {
    const target = layout.commandTarget(name, path);
    const before = own.get(command);
    if (before === target) continue;
    if (before === undefined) {
      await disk.symlink(target, `${directory}/${command}`);
      continue;
    }
    await disk.symlink(before, `${directory}/${spare(id, "back", command)}`);
    await disk.symlink(target, `${directory}/${spare(id, "forward", command)}`);
    turned.push(command);
  }
  await disk.syncDirectory(directory);
  for (const command of turned) {
    const forward = `${directory}/${spare(id, "forward", command)}`;
    await disk.rename(forward, `${directory}/${command}`);
  }
  if (turned.length > 0) await disk.syncDirectory(directory);
}

/** Made to stay: a link that a commit promised must not go with it. */
async function makeCommandsDirectory(disk: Disk, path: string): Promise<void> {
  if (await exists(disk, path)) return;
  await makeCommandsDirectory(disk, dirname(path));
  await disk.makeDirectory(path, { mode: DIRECTORY_MODE });
  await disk.chmod(path, DIRECTORY_MODE);
  await disk.syncDirectory(dirname(path));
}

function spare(id: string, way: "back" | "forward", command: string): string {
  return `.flottille-${id}-${way}-${command}`;
}

/**
 * Makes the program's links exactly these, whatever they are: the last step of
 * every transaction, which also takes away what `linkCommands` prepared. Needs
 * no space after an undone `linkCommands`. Doing it again changes nothing.
 *
 * @throws what the disk throws.
 */
export async function settleCommands(
  disk: Disk,
  layout: Layout,
  id: string,
  { name, commands }: Wanted,
): Promise<void> {
  const { commands: directory } = layout;
  if (directory === null) return;
  const own = await readLinks(disk, layout, name);
  const right = new Set<string>();
  let isChanged = false;
  for (const { name: command, path } of commands) {
    right.add(command);
    const target = layout.commandTarget(name, path);
    const place = `${directory}/${command}`;
    if (own.get(command) === target) continue;
    // Somebody took the place since: it is not ours to take back.
    if (!own.has(command) && await disk.stat(place) !== null) continue;
    const back = spare(id, "back", command);
    await makeCommandsDirectory(disk, directory);
    if (own.get(back) !== target) {
      await disk.remove(`${directory}/${back}`);
      await disk.symlink(target, `${directory}/${back}`);
    }
    await disk.rename(`${directory}/${back}`, place);
    isChanged = true;
  }
  for (const link of own.keys()) {
    if (right.has(link)) continue;
    await disk.remove(`${directory}/${link}`);
    isChanged = true;
  }
  if (isChanged) await disk.syncDirectory(directory);
}

/** The links of one program. */
async function readLinks(
  disk: Disk,
  layout: Layout,
  program: string,
): Promise<Links> {
  const links = new Map<string, string>();
  const { commands: directory } = layout;
  if (directory === null || await disk.stat(directory) === null) return links;
  const beginning = layout.commandTarget(program, "");
  for await (const { name, kind } of disk.list(directory)) {
    if (kind !== "symlink") continue;
    const target = await readLink(disk, `${directory}/${name}`);
    if (target.startsWith(beginning)) links.set(name, target);
  }
  return links;
}

/** Empty when the link was taken away since we looked: others work there. */
async function readLink(disk: Disk, path: string): Promise<string> {
  try {
    return await disk.readLink(path);
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return "";
    throw error;
  }
}
