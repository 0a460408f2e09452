/**
 * The commands of a program, made those of its version in use: part of every
 * undoing and of every finishing.
 *
 * @module
 */

import type { Transaction } from "../journal/entries.ts";
import { readCurrent } from "../layout.ts";
import { readRecord } from "../programs.ts";
import type { Site } from "../site.ts";
import { settleCommands } from "../steps/commands.ts";

/**
 * Without a version in use there are none. When its record cannot be read
 * nobody knows which: then the links stay as they are.
 */
export async function settleLinks(
  { disk, layout }: Site,
  { id, name }: Transaction,
): Promise<void> {
  const version = await readCurrent(disk, layout, name);
  const record = version === null
    ? null
    : await readRecord(disk, layout, name, version);
  if (version !== null && record === null) return;
  const commands = record?.commands ?? [];
  await settleCommands(disk, layout, id, { name, commands });
}
