/** Directories for tests of commands: empty ones, and a fleet's. */

import { runServerCommand } from "./fake_server.ts";

/** A directory that is gone afterwards. */
export async function withDirectory(
  then: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await then(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A fleet and a program's directory in it. */
export async function withFleet(
  then: (directory: string, config: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const made = await runServerCommand(["init", "--dir", directory]);
    if (made.code !== 0) throw new Error(made.stderr);
    const program = `${directory}/editor-1.0`;
    await Deno.mkdir(`${program}/bin`, { recursive: true });
    await Deno.writeTextFile(`${program}/bin/editor`, "#!/bin/sh\n");
    await Deno.writeTextFile(`${program}/readme`, "Hello\n");
    await then(directory, `${directory}/flottille.toml`);
  });
}
