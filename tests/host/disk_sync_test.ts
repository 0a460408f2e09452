/** What reaches the medium, as strace sees it. */

import { assert, assertRejects } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { testInDirectory } from "./in_directory.ts";

const disk = realDisk();
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (of: Uint8Array) => new TextDecoder().decode(of);

testInDirectory(
  "Disk.syncTree and syncDirectory return for every kind of entry",
  async (at) => {
    await disk.makeDirectory(at("tree/deep"), { recursive: true });
    await disk.replaceFile(at("tree/deep/file"), bytes("1"), { mode: 0o444 });
    await disk.symlink("nowhere", at("tree/link"));
    await disk.syncDirectory(at("tree"));
    await disk.syncTree(at("tree"));
    await assertRejects(() => disk.syncTree(at("absent")));
    await assertRejects(
      () => disk.syncDirectory(at("absent")),
      Deno.errors.NotFound,
    );
  },
);

testInDirectory(
  "Disk.syncTree syncs file by file where sync may not be run, I-06",
  async (at) => {
    await disk.makeDirectory(at("tree/deep"), { recursive: true });
    await disk.replaceFile(at("tree/deep/file"), bytes("1"));
    const trace = await traceSyncTree(at("tree"), []);
    for (const path of ["tree/deep/file", "tree/deep", "tree"]) {
      assert(trace.includes(`<${at(path)}>`), `no ${path} in:\n${trace}`);
    }
  },
  { ignore: !await hasStrace() },
);

testInDirectory(
  "Disk.syncTree is one sync of the file system where it may be run, I-06",
  async (at) => {
    await disk.makeDirectory(at("tree"));
    const trace = await traceSyncTree(at("tree"), [
      "--allow-run=/usr/bin/sync",
    ]);
    assert(/syncfs\(.*\) += 0/.test(trace), trace);
  },
  { ignore: !await hasStrace() },
);

/** What `syncTree` asks of the system when it runs with these permissions. */
async function traceSyncTree(
  path: string,
  permissions: string[],
): Promise<string> {
  const program = import.meta.resolve("../../lib/host/real_disk_sync.ts");
  const child = new Deno.Command("strace", {
    args: ["-f", "-y", "-e", "trace=fsync,syncfs", Deno.execPath()].concat(
      ["run", "--allow-read", ...permissions, "-"],
    ),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(bytes(`
    import { syncTree } from ${JSON.stringify(program)};
    await syncTree(${JSON.stringify(path)});`));
  await writer.close();
  const { stderr, success } = await child.output();
  assert(success, text(stderr));
  return text(stderr);
}

async function hasStrace(): Promise<boolean> {
  try {
    return (await new Deno.Command("strace", { args: ["-V"] }).output())
      .success;
  } catch {
    return false;
  }
}
