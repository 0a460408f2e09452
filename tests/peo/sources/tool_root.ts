/**
 * A system's root of its own, with little programs for its tools and files of
 * a test's choice; and what a source is given to look at it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { realProcesses } from "../../../lib/host/real_processes.ts";
import type { Source, SourceContext } from "../../../lib/peo/source.ts";

/** A root, and a context of it. */
export interface ToolRoot extends SourceContext {
  /** Writes a file below the root. */
  put(
    path: string,
    content: string | Uint8Array,
    mode?: number,
  ): Promise<void>;
}

/** What differs from a small machine of Debian. */
export type Other = Partial<
  Pick<SourceContext, "distribution" | "homes" | "machine">
>;

/** Has the test a root, which is removed after it. */
export async function inRoot(
  test: (root: ToolRoot) => Promise<void>,
  other: Other = {},
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "flottille-peo-" });
  try {
    await test({ ...contextOf(root, other), put: putInto(root) });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** What a source of the root is given. */
export function contextOf(root: string, other: Other = {}): SourceContext {
  return {
    disk: realDisk(),
    processes: realProcesses(),
    machine: { system: "linux", architecture: "x86_64" },
    distribution: { id: "debian", version: "12" },
    homes: [],
    ...other,
    root,
  };
}

/** What a source says, each program in one line. */
export async function lines(source: Source, context: SourceContext) {
  const { programs, faults } = await source.read(context);
  return {
    programs: programs.map(({ name, version, architecture = "-" }) =>
      `${name} ${version} ${architecture}`
    ),
    faults: faults.map(({ error }) => error.replaceAll(context.root, "")),
  };
}

function putInto(root: string): ToolRoot["put"] {
  return async (path, content, mode = 0o644) => {
    const file = join(root, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(file, content);
    else await Deno.writeFile(file, content);
    await Deno.chmod(file, mode);
  };
}

/** A recorded output or file. */
export function fixture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../fixtures/${path}`, import.meta.url));
}
