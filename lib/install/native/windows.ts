/**
 * Programs of Windows: an `msi` through msiexec, an `exe` through its own
 * installer. What is installed stands in the registry, in the list that the
 * control panel shows, under a key and a name for display; either may be the
 * package's name in a manifest. For an msi the key is the product's code.
 *
 * Built by pure functions and never run on Windows yet.
 *
 * @module
 */

import type { RunResult } from "../../host/processes.ts";
import type { Reason } from "../../sep/reasons.ts";
import {
  type CommandLine,
  endOf,
  type Held,
  type NativeName,
  type NativeRules,
  type Verdict,
} from "./kind.ts";

const UNINSTALL =
  "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall";

/** Programs of 64 bits and of 32 have a list each. */
const VIEWS = ["/reg:64", "/reg:32"];

/** https://learn.microsoft.com/windows/win32/msi/error-codes */
const MSI_LOCKED = 1_618;
const MSI_REBOOT_CODES: readonly number[] = [1_641, 3_010];
/** The product is not there. */
const MSI_ABSENT = 1_605;
const MSI_FAILURES: Readonly<Record<number, readonly [Reason, string]>> = {
  5: ["denied", "the system refused the access"],
  112: ["disk", "the disk is full"],
  1_602: ["hook", "somebody at the machine cancelled it"],
  1_603: ["hook", "the installer reported a fatal error"],
  1_612: ["package", "the file of what is installed cannot be found"],
  1_619: ["package", "its file cannot be opened"],
  1_620: ["package", "its file is no Windows Installer package"],
  1_625: ["denied", "a policy of this machine forbids it"],
  1_633: ["target", "it is not made for this kind of machine"],
  1_638: ["conflict", "another version of it is installed"],
  1_643: ["denied", "a policy of this machine forbids it"],
  1_644: ["denied", "a policy of this machine forbids it"],
  1_654: ["target", "it is not made for this kind of machine"],
  3_017: ["busy", "the machine must be started again first"],
};

const REBOOT_NOTE = "the machine must be started again to finish it";

const SHARED = {
  systems: ["windows"],
  environment: {},
  query: () =>
    VIEWS.map((view): CommandLine => [
      "reg.exe",
      "query",
      UNINSTALL,
      "/s",
      view,
    ]),
  held: (pkg: NativeName, printed: readonly string[]) =>
    printed.flatMap((text) => readUninstallList(pkg, text)),
  describe: () => null,
  described: () => null,
  fetch: () => [],
  notes: () => [],
};

export const MSI: NativeRules = {
  ...SHARED,
  manager: "msiexec",
  install: ({ file, pkg }) => [msiexec("/i", file, pkg.arguments)],
  // An installer refuses to go below what is there: that goes first.
  goBack: ({ file, pkg, held }) => [
    ...removals(held),
    msiexec("/i", file, pkg.arguments),
  ],
  remove: ({ held }) => removals(held),
  judge: judgeMsi,
};

export const EXE: NativeRules = {
  ...SHARED,
  manager: "its own installer",
  install: ({ file, pkg }) => [[file, ...pkg.arguments]],
  goBack: ({ file, pkg, held }) => [
    ...(held.length === 0 || pkg.remove === undefined ? [] : [pkg.remove]),
    [file, ...pkg.arguments],
  ],
  remove: ({ pkg, held }) => {
    if (held.length === 0) return [];
    return pkg.remove === undefined ? null : [pkg.remove];
  },
  // Most installers give the codes of msiexec, which many of them run.
  judge: judgeMsi,
};

function msiexec(
  what: "/i" | "/x",
  which: string,
  more: readonly string[] = [],
): CommandLine {
  return ["msiexec.exe", what, which, "/qn", "/norestart", ...more];
}

function removals(held: readonly Held[]): CommandLine[] {
  return held.flatMap(({ key }) =>
    key === undefined ? [] : [msiexec("/x", key)]
  );
}

function judgeMsi(result: RunResult): Verdict {
  const { code } = result;
  if (code === 0 || code === MSI_ABSENT) return { kind: "done" };
  if (code !== null && MSI_REBOOT_CODES.includes(code)) {
    return { kind: "done", note: REBOOT_NOTE };
  }
  if (code === MSI_LOCKED) {
    return { kind: "locked", by: "another installation is in progress" };
  }
  const [reason, why] = (code === null ? undefined : MSI_FAILURES[code]) ??
    ["hook" as const, endOf(result)];
  return { kind: "failed", reason, why };
}

/** What `reg query ... /s` prints: a key, and below it its values. */
export function readUninstallList(
  { kind, package: name }: NativeName,
  printed: string,
): Held[] {
  const found: Held[] = [];
  for (const block of printed.split(/^(?=HKEY_)/m)) {
    const [key = ""] = /^HKEY_.*$/m.exec(block) ?? [];
    const last = key.trim().split("\\").at(-1) ?? "";
    const shown = valueOf(block, "DisplayName");
    const version = valueOf(block, "DisplayVersion");
    if (version === null || (last !== name && shown !== name)) continue;
    // Only a product's code removes an msi.
    if (kind === "msi" && !/^\{[0-9A-Fa-f-]{36}\}$/.test(last)) continue;
    found.push({ version, whole: true, key: last });
  }
  return found;
}

function valueOf(block: string, value: string): string | null {
  const line = new RegExp(`^ +${value} +REG_\\w+ +(.*)$`, "m").exec(block);
  return line?.[1]?.trim() ?? null;
}
