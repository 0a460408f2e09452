/** The real disk, in temporary directories. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { testInDirectory } from "./in_directory.ts";

const disk: Disk = realDisk();
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (of: Uint8Array) => new TextDecoder().decode(of);

testInDirectory(
  "Disk.stat tells kind, size and mode, and follows no symlink",
  async (at) => {
    await disk.replaceFile(at("file"), bytes("12345"), { mode: 0o640 });
    await disk.makeDirectory(at("directory"), { mode: 0o700 });
    await disk.symlink("file", at("link"));
    const { changedMs, owner, ...stat } = (await disk.stat(at("file")))!;
    assertEquals(stat, { kind: "file", size: 5, mode: 0o640 });
    assertEquals(owner, Deno.uid() ?? undefined);
    // Within a minute of now: it was made just before.
    assert(Math.abs(Date.now() - (changedMs ?? 0)) < 60_000);
    assertEquals((await disk.stat(at("directory")))?.kind, "directory");
    assertEquals((await disk.stat(at("directory")))?.mode, 0o700);
    assertEquals((await disk.stat(at("link")))?.kind, "symlink");
    assertEquals(await disk.readLink(at("link")), "file");
    assertEquals(await disk.stat(at("nothing")), null);
    assertEquals(await disk.stat(at("file/below")), null);
  },
);

testInDirectory(
  "Disk.writtenMs tells when files were written, in the order of the paths",
  async (at) => {
    const names = Array.from({ length: 2_500 }, (_, index) => `${index}`);
    for (const [index, name] of names.entries()) {
      Deno.writeTextFileSync(at(name), "");
      Deno.utimeSync(at(name), 0, 1_000_000 + index);
    }
    const paths = [...names.map(at), at("nothing"), at("0/below")];
    assertEquals(await disk.writtenMs(paths), [
      ...names.map((_, index) => 1_000 * (1_000_000 + index)),
      null,
      null,
    ]);
    assertEquals(await disk.writtenMs([]), []);
    await assertRejects(() => disk.writtenMs([at("n".repeat(300))]));
  },
);

testInDirectory("Disk.list names every entry with its kind", async (at) => {
  await disk.replaceFile(at("a"), bytes(""));
  await disk.makeDirectory(at("b"));
  await disk.symlink("nowhere", at("c"));
  const entries = await Array.fromAsync(disk.list(at(".")));
  entries.sort((one, other) => one.name.localeCompare(other.name));
  assertEquals(entries, [
    { name: "a", kind: "file" },
    { name: "b", kind: "directory" },
    { name: "c", kind: "symlink" },
  ]);
  await assertRejects(
    () => Array.fromAsync(disk.list(at("d"))),
    Deno.errors.NotFound,
  );
});

testInDirectory(
  "Disk.readFile gives whole files and refuses larger ones",
  async (at) => {
    const large = new Uint8Array(200_000).map((_, index) => index);
    await disk.replaceFile(at("file"), large);
    assertEquals(await disk.readFile(at("file"), 200_000), large);
    await assertRejects(
      () => disk.readFile(at("file"), 199_999),
      RangeError,
      "199999 bytes",
    );
    await disk.replaceFile(at("empty"), bytes(""));
    assertEquals(await disk.readFile(at("empty"), 0), new Uint8Array(0));
    // The system tells a size of 0 for these.
    assert((await disk.readFile("/proc/self/status", 65_536)).length > 0);
  },
);

testInDirectory(
  "Disk.replaceFile leaves the new file, its mode and nothing else",
  async (at) => {
    await disk.replaceFile(at("file"), bytes("old"));
    await disk.replaceFile(at("file"), bytes("new"), { mode: 0o600 });
    assertEquals(text(await disk.readFile(at("file"), 10)), "new");
    assertEquals((await disk.stat(at("file")))?.mode, 0o600);
    assertEquals((await Array.fromAsync(disk.list(at(".")))).length, 1);
  },
);

testInDirectory(
  "Disk.replaceFile takes away what a crash left behind",
  async (at) => {
    await disk.symlink("victim", at(".file.new"));
    await disk.replaceFile(at("file"), bytes("new"));
    assertEquals(
      await disk.stat(at("victim")),
      null,
      "wrote through a symlink",
    );
    assertEquals((await Array.fromAsync(disk.list(at(".")))).length, 1);
  },
);

testInDirectory(
  "Disk.replaceFile called twice at once ends with the last",
  async (at) => {
    const versions = Array.from(
      { length: 20 },
      (_, index) => `${index}`.repeat(1_000),
    );
    await Promise.all(
      versions.map((version) => disk.replaceFile(at("file"), bytes(version))),
    );
    assertEquals(
      text(await disk.readFile(at("file"), 10_000)),
      versions.at(-1),
    );
  },
);

testInDirectory(
  "Disk.replaceFile keeps the old file when it fails",
  async (at) => {
    await disk.makeDirectory(at("file"));
    await disk.replaceFile(at("file/inside"), bytes("kept"));
    await assertRejects(() => disk.replaceFile(at("file"), bytes("new")));
    assertEquals(text(await disk.readFile(at("file/inside"), 10)), "kept");
    await assertRejects(
      () => disk.replaceFile(at("none/file"), bytes("")),
      Deno.errors.NotFound,
    );
  },
);

testInDirectory(
  "Disk.open refuses an existing file with createNew",
  async (at) => {
    const file = await disk.open(at("file"), {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    file.close();
    file.close(); // Harmless.
    assertEquals((await disk.stat(at("file")))?.mode, 0o600);
    await assertRejects(
      () => disk.open(at("file"), { write: true, createNew: true }),
      Deno.errors.AlreadyExists,
    );
    await disk.symlink("target", at("link"));
    await assertRejects(
      () => disk.open(at("link"), { write: true, createNew: true }),
      Deno.errors.AlreadyExists,
    );
  },
);

testInDirectory(
  "DiskFile reads, writes and cuts where it is told",
  async (at) => {
    const file = await disk.open(at("file"), {
      read: true,
      write: true,
      create: true,
    });
    await file.write(bytes("hello, world"));
    const five = new Uint8Array(5);
    assertEquals(await file.readAt(7, five), 5);
    assertEquals(text(five), "world");
    assertEquals(await file.read(five), null);
    await file.truncate(5);
    await file.write(bytes("!"));
    await file.sync();
    await file.seek(0);
    const all = new Uint8Array(20);
    assertEquals(await file.read(all), 6);
    assertEquals(text(all.subarray(0, 6)), "hello!");
    assertEquals(await file.readAt(100, five), null);
    file.close();
  },
);

testInDirectory("Disk.open appends behind what is there", async (at) => {
  for (const line of ["one\n", "two\n"]) {
    const file = await disk.open(at("log"), { append: true, create: true });
    await file.write(bytes(line));
    file.close();
  }
  assertEquals(text(await disk.readFile(at("log"), 100)), "one\ntwo\n");
});

testInDirectory(
  "Disk.rename replaces a file and a symlink in one step",
  async (at) => {
    await disk.replaceFile(at("new"), bytes("new"));
    await disk.replaceFile(at("old"), bytes("old"));
    await disk.rename(at("new"), at("old"));
    assertEquals(text(await disk.readFile(at("old"), 10)), "new");
    await disk.symlink("1.0", at("current"));
    await disk.symlink("2.0", at(".current.new"));
    await disk.rename(at(".current.new"), at("current"));
    assertEquals(await disk.readLink(at("current")), "2.0");
  },
);

testInDirectory(
  "Disk.remove takes files, trees and links, and never a link's target",
  async (at) => {
    await disk.makeDirectory(at("tree/deep"), { recursive: true });
    await disk.replaceFile(at("tree/deep/file"), bytes("1"));
    await disk.replaceFile(at("outside"), bytes("kept"));
    await disk.symlink(at("outside"), at("tree/link"));
    await disk.symlink(at("tree"), at("door"));
    await disk.remove(at("door"), { recursive: true });
    assert(await disk.stat(at("tree/deep/file")) !== null);
    await assertRejects(() => disk.remove(at("tree")), Error);
    await disk.remove(at("tree"), { recursive: true });
    assertEquals(await disk.stat(at("tree")), null);
    assertEquals(text(await disk.readFile(at("outside"), 10)), "kept");
    await disk.remove(at("tree"), { recursive: true }); // Absent is fine.
  },
);

testInDirectory("Disk.spaceFree tells a number of bytes", async (at) => {
  const free = await disk.spaceFree(at("."));
  assert(Number.isInteger(free) && free > 0, `${free}`);
});

testInDirectory(
  "Disk.lock is held by one and ends with its process, I-20",
  async (at) => {
    const held = await disk.lock(at("lock"));
    assert(held !== null);
    assertEquals(await disk.lock(at("lock")), null, "taken twice");
    held?.release();

    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-", at("lock")],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(bytes(`
    import { realDisk } from ${
      JSON.stringify(import.meta.resolve("../../lib/host/real_disk.ts"))
    };
    const lock = await realDisk().lock(Deno.args[0]);
    console.log(lock !== null);
    await new Promise((resolve) => setTimeout(resolve, 60_000));`));
    await writer.close();
    const reader = child.stdout.getReader();
    assertEquals(text((await reader.read()).value ?? bytes("")), "true\n");
    assertEquals(await disk.lock(at("lock")), null, "held by the child");
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const again = await disk.lock(at("lock"));
    assert(again !== null, "free after the child was killed");
    again?.release();
  },
);
