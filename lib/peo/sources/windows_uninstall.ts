/**
 * The list of programs that Windows itself shows: one key for each, below
 * `...\CurrentVersion\Uninstall`
 * (https://learn.microsoft.com/windows/win32/msi/uninstall-registry-key).
 *
 * Left out is what Windows does not show there either: entries without a name,
 * parts of the system (SystemComponent), and updates of other programs
 * (ParentKeyName, ReleaseType), which have the version of what they update.
 *
 * Pure.
 *
 * @module
 */

import type { RegKey, RegValue } from "./windows_reg_file.ts";

/** A program of the list. */
export interface UninstallEntry {
  readonly name: string;
  /** Empty where it tells none. */
  readonly version: string;
  readonly supplier?: string | undefined;
  readonly installedAtS?: number | undefined;
  readonly sizeBytes?: number | undefined;
}

/** The programs of these keys, in their order. */
export function uninstallEntriesOf(
  keys: readonly RegKey[],
): UninstallEntry[] {
  const entries: UninstallEntry[] = [];
  for (const { path, values } of keys) {
    if (!ENTRY.test(path) || !isShown(values)) continue;
    const name = textIn(values, "displayname");
    if (name === undefined) continue;
    entries.push({
      name,
      version: textIn(values, "displayversion") ?? "",
      supplier: textIn(values, "publisher"),
      installedAtS: dayIn(textIn(values, "installdate")),
      sizeBytes: kibibytesIn(values.get("estimatedsize")),
    });
  }
  return entries;
}

const ENTRY = /\\CurrentVersion\\Uninstall\\[^\\]+$/i;

/** `Security Update`, `Hotfix`, `Update Rollup`, `ServicePack`. */
const UPDATE = /update|hotfix|service ?pack/i;

type Values = ReadonlyMap<string, RegValue>;

function isShown(values: Values): boolean {
  const component = values.get("systemcomponent");
  return component !== 1 && component !== "1" &&
    textIn(values, "parentkeyname") === undefined &&
    !UPDATE.test(textIn(values, "releasetype") ?? "");
}

/** The text, or the first of several; undefined when it is blank. */
function textIn(values: Values, name: string): string | undefined {
  const value = values.get(name);
  const text = typeof value === "object" ? value[0] : value;
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

/**
 * The beginning of the day `20231004`. Installers write other things as well,
 * of which nobody can tell the month from the day.
 */
function dayIn(text: string | undefined): number | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? "") ?? [];
  if (year === undefined) return undefined;
  const iso = `${year}-${month}-${day}T00:00:00.000Z`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) || new Date(ms).toISOString() !== iso
    ? undefined
    : ms / 1_000;
}

function kibibytesIn(value: RegValue | undefined): number | undefined {
  return typeof value === "number" ? value * 1_024 : undefined;
}
