/**
 * This system once more, with a layer above it that takes every change and is
 * thrown away at the end: a place to install things for real. Linux, root, in
 * a mount namespace of its own.
 *
 * @module
 */

import { run } from "./process.ts";

/** A script is started anew with this argument, in its own mount namespace. */
const INSIDE = "--inside";

/** A copy of this system. */
export class CopiedSystem {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** @throws when something cannot be mounted. */
  static async make(directory: string): Promise<CopiedSystem> {
    const root = `${directory}/system`;
    for (const name of ["system", "changes", "work"]) {
      await Deno.mkdir(`${directory}/${name}`);
    }
    const layers = `lowerdir=/,upperdir=${directory}/changes,` +
      `workdir=${directory}/work`;
    await must(["mount", "-t", "overlay", "overlay", "-o", layers, root]);
    for (const name of ["proc", "dev"]) {
      await must(["mount", "--rbind", `/${name}`, `${root}/${name}`]);
    }
    return new CopiedSystem(root);
  }

  /** What runs a command in it. */
  command(...command: readonly string[]): string[] {
    return ["chroot", this.root, ...command];
  }

  /** A directory of this system that it sees, too. */
  async share(directory: string, path: string): Promise<void> {
    await Deno.mkdir(`${this.root}${path}`, { recursive: true });
    await must(["mount", "--bind", directory, `${this.root}${path}`]);
  }

  /** Unmounts all of it: its /proc must not be removed with the directory. */
  async end(): Promise<void> {
    await run(["umount", "-R", "-l", this.root]);
  }
}

async function must(command: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(command);
  if (code === 0) return;
  throw new Error(
    `${command.join(" ")} ended with ${code}: ${stdout}${stderr}`,
  );
}

/** Runs `main` in a mount namespace of its own: this script, started anew. */
export async function inOwnMounts(
  script: string | undefined,
  main: () => Promise<number>,
): Promise<number> {
  if (Deno.args.includes(INSIDE)) return await main();
  const { code } = await new Deno.Command("unshare", {
    args: [
      ...["--mount", "--", Deno.execPath(), "run", "--allow-all", "--quiet"],
      ...["--unstable-net", script ?? "", ...Deno.args, INSIDE],
    ],
  }).spawn().status;
  return code;
}
