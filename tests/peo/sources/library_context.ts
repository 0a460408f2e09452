/** What the sources of libraries look at, in tests: a root of their own. */

import fc from "fast-check";
import { FaultList } from "../../../lib/peo/faults.ts";
import type { SourceContext, SourceList } from "../../../lib/peo/source.ts";
import type { Looking } from "../../../lib/peo/sources/library_files.ts";
import { contextOf } from "./tool_root.ts";

/** A machine of that system whose files are below `root`. */
export function contextAt(
  root: string,
  system = "linux",
  homes: readonly string[] = [],
): SourceContext {
  const machine = { system, architecture: "x86_64" };
  return contextOf(root, { machine, homes });
}

/** The same, for what is below the sources. */
export function lookingAt(root: string): Looking {
  return { context: contextAt(root), faults: new FaultList("test") };
}

/** Writes files, with the directories they need, below `root`. */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const whole = `${root}/${path}`;
    await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), {
      recursive: true,
    });
    await (typeof content === "string"
      ? Deno.writeTextFile(whole, content)
      : Deno.writeFile(whole, content));
  }
}

/** Runs `act` with a temporary directory that is gone afterwards. */
export async function inDirectory(
  act: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await act(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** `NAME VERSION`, sorted, each once. */
export function namesIn({ programs }: SourceList): string[] {
  return sortedOnce(programs.map(({ name, version }) => `${name} ${version}`));
}

export function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** The sentences of its faults. */
export function faultsIn({ faults }: SourceList): string[] {
  return faults.map(({ error }) => error);
}

/** The path of a program of this machine, or null. */
export async function programPath(name: string): Promise<string | null> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${directory}/${name}`;
    const info = await Deno.stat(path).catch(() => null);
    if (info?.isFile) return path;
  }
  return null;
}

/** Any text at all: half characters and control characters as well. */
export function anyText(): fc.Arbitrary<string> {
  return fc.uint16Array({ maxLength: 40 }).map((codes) =>
    String.fromCharCode(...codes)
  );
}
