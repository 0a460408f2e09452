/**
 * The order of what reaches the medium, as the kernel sees it: every rename
 * that counts is between the sync of what it moves and the sync of the
 * directories it changes, and the commit is written after all of them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { V1, withHouse } from "./house.ts";

const STRACE = "/usr/bin/strace";
const CALLS = "trace=rename,renameat,renameat2,fsync,fdatasync,syncfs," +
  "write,pwrite64,ftruncate";

/** The system calls of an update, a line each, with paths for descriptors. */
async function callsOfUpdate(directory: string): Promise<string[]> {
  const log = `${directory}/calls`;
  const script = new URL("./one_update.ts", import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command(STRACE, {
    args: [
      ...["-f", "-y", "-s", "200", "-e", CALLS, "-o", log],
      ...[Deno.execPath(), "run", "--no-check", "--allow-all", "--quiet"],
      ...[script, directory],
    ],
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return (await Deno.readTextFile(log)).split("\n");
}

async function canTrace(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(STRACE, {
      args: ["-f", "-o", "/dev/null", "/bin/true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

Deno.test(
  "Installer has the kernel sync the tree, then the names, then the commit, I-06",
  {
    ignore: !await canTrace(),
  },
  async () => {
    await withHouse(async (house) => {
      const installer = await house.open();
      await house.install(installer, V1, 1n);
      await installer.close();
      const calls = await callsOfUpdate(house.directory);
      const { root, state } = house;
      const journal = `${state}/journal`;
      const inOrder = [
        ["the begin is written", `write(`, '\\"do\\":\\"begin\\"'],
        ["and synced", "sync(", `<${journal}>`],
        ["the tree is synced", "syncfs(", `${root}/.staging/`],
        ["and moved", "rename", `${root}/tool/2.0"`],
        ["the directory it came to is synced", "fsync(", `<${root}/tool>`],
        ["the switch", "rename", `${root}/tool/current"`],
        ["its directory is synced", "fsync(", `<${root}/tool>`],
        ["the commit is written", "write(", '\\"do\\":\\"commit\\"'],
        ["and synced", "sync(", `<${journal}>`],
      ] as const;
      let at = -1;
      for (const [what, ...words] of inOrder) {
        const found = calls.findIndex((call, index) =>
          index > at && words.every((word) => call.includes(word))
        );
        assert(found > at, `Not found in order: ${what}`);
        at = found;
      }
      // Nothing of the change comes after the commit but tidying up.
      const later = calls.slice(at).filter((call) =>
        call.includes('/current"')
      );
      assertEquals(later, []);
    });
  },
);
