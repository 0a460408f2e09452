/**
 * The registry of Windows, read by its own `reg.exe`. What it prints is in the
 * machine's code page, in which most names of the world cannot be written; so
 * only keys with names of ASCII are read from that. Values are exported to a
 * file, which is in UTF-16 everywhere.
 *
 * The file is in a directory of the account SYSTEM, where nobody but it and
 * administrators may put anything: in the directory for temporary files a
 * person could prepare a link, and have a system file written over.
 *
 * @module
 */

import { sentenceOf } from "../../host/log.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import type { SourceContext } from "../source.ts";
import { toolOutput, type ToolRun } from "../tool.ts";
import { rawOf } from "./raw_text.ts";

/** Programs of 64 bits and of 32 have a registry each. */
export type RegistryView = "64" | "32";

const DIRECTORY = "C:\\Windows\\System32\\config\\systemprofile" +
  "\\AppData\\Local\\flottille";

/** Agents and commands of this machine that read it at once. */
const SLOTS = 8;

/** A key of 4,000 programs takes this much. */
const EXPORT_BYTES_MAX = 16 * 1_024 * 1_024;

/** The names of a key's own keys; none where there is no such key. */
export async function subkeysOf(
  context: SourceContext,
  key: string,
): Promise<Outcome<string[], string>> {
  // It ends with 1 when there is no such key.
  const printed = await regOutput(context, {
    args: ["query", key, "/reg:64"],
    codes: [0, 1],
  });
  return printed.ok ? ok(subkeyNamesIn(printed.value, key)) : printed;
}

/**
 * The last parts of the keys that `reg query` printed for `key`, one on each
 * line. The key itself is among them when it has values.
 */
export function subkeyNamesIn(printed: Uint8Array, key: string): string[] {
  const depth = key.split("\\").length;
  const names: string[] = [];
  for (const line of rawOf(printed).split(/\r?\n/)) {
    const parts = line.split("\\");
    const name = parts[depth];
    const isBelow = line.startsWith("HKEY_") && parts.length === depth + 1;
    if (isBelow && name !== undefined && name !== "") names.push(name);
  }
  return names;
}

/** The key with all below it, as a file of `reg export`. */
export async function exportOf(
  context: SourceContext,
  key: string,
  view: RegistryView,
): Promise<Outcome<Uint8Array<ArrayBuffer>, string>> {
  const { disk, root } = context;
  try {
    await disk.makeDirectory(root + DIRECTORY, { recursive: true });
    for (let slot = 0; slot < SLOTS; slot++) {
      const file = `${root}${DIRECTORY}\\export-${slot}`;
      const lock = await disk.lock(`${file}.lock`);
      if (lock === null) continue;
      try {
        return await exportTo(context, { key, view, file: `${file}.reg` });
      } finally {
        lock.release();
      }
    }
    return fault(`${SLOTS} others read the registry at this moment`);
  } catch (error) {
    return fault(sentenceOf(error));
  }
}

async function exportTo(
  context: SourceContext,
  { key, view, file }: { key: string; view: RegistryView; file: string },
): Promise<Outcome<Uint8Array<ArrayBuffer>, string>> {
  try {
    const args = ["export", key, file, "/y", `/reg:${view}`];
    const printed = await regOutput(context, { args });
    if (!printed.ok) return printed;
    return ok(await context.disk.readFile(file, EXPORT_BYTES_MAX));
  } finally {
    await context.disk.remove(file);
  }
}

async function regOutput(
  context: SourceContext,
  run: Omit<ToolRun, "tool">,
): Promise<Outcome<Uint8Array<ArrayBuffer>, string>> {
  const printed = await toolOutput(context, { tool: "reg.exe", ...run });
  return printed ?? fault("this Windows has no reg.exe");
}
