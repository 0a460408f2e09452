/** Whether a machine must be started anew, and who asks for it. */

import { assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { readHead } from "../../lib/peo/component.ts";
import { buildDocument } from "../../lib/peo/document.ts";
import { readRebootWish, whoAsks } from "../../lib/peo/reboot.ts";

const disk = realDisk();

async function inRoot(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/run`);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("readRebootWish finds nothing where nobody asks", () =>
  inRoot(async (root) => {
    assertEquals(await readRebootWish(disk, "linux", root), "");
    // Packages without the flag: an old file that was left.
    await Deno.writeTextFile(`${root}/run/reboot-required.pkgs`, "libc6\n");
    assertEquals(await readRebootWish(disk, "linux", root), "");
  }));

Deno.test("readRebootWish names the packages that ask, each once", () =>
  inRoot(async (root) => {
    await Deno.writeTextFile(`${root}/run/reboot-required`, "*** required\n");
    assertEquals(await readRebootWish(disk, "linux", root), "the system");
    await Deno.writeTextFile(
      `${root}/run/reboot-required.pkgs`,
      "linux-image-6.1.0-27-amd64\nlibc6\nlibc6\n\n",
    );
    assertEquals(
      await readRebootWish(disk, "linux", root),
      "libc6, linux-image-6.1.0-27-amd64",
    );
    assertEquals(await readRebootWish(disk, "windows", root), "");
  }));

Deno.test("whoAsks keeps out what no package is called, and counts what is more", () => {
  assertEquals(whoAsks("\u0007bell\n"), "the system");
  assertEquals(whoAsks("x".repeat(65)), "the system");
  assertEquals(whoAsks("g\nf\ne\nd\nc\nb\na\n"), "a, b, c, d, e and 2 more");
});

Deno.test("buildDocument tells the wish in the head, and readHead reads it", () => {
  const machine = {
    ...{ system: "linux", architecture: "x86_64" },
    distribution: { id: "debian", version: "12" },
  };
  const head = (rebootFor: string) => {
    const bytes = buildDocument({
      ...{ machine: { ...machine, rebootFor }, programs: [], faults: [] },
    });
    const read = readHead(JSON.parse(new TextDecoder().decode(bytes)));
    return typeof read === "string" ? read : read.rebootFor;
  };
  assertEquals(head("libc6"), "libc6");
  assertEquals(head(""), "");
  const bytes = buildDocument({ machine, programs: [], faults: [] });
  const same = buildDocument({
    ...{ machine: { ...machine, rebootFor: "" }, programs: [], faults: [] },
  });
  assertEquals(bytes, same);
});
