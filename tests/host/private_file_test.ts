/** Keys that only their owner may read. */

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import {
  readPrivateFile,
  writePrivateFile,
} from "../../lib/host/private_file.ts";
import { realDisk } from "../../lib/host/real_disk.ts";

const disk = realDisk();
const secret = new TextEncoder().encode("secret");

Deno.test("readPrivateFile gives back what writePrivateFile put there, mode 0600", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "key");
    await writePrivateFile(disk, path, secret);
    assertEquals((await disk.stat(path))?.mode, 0o600);
    assertEquals(await readPrivateFile(disk, path, 100), secret);
  });
});

Deno.test("readPrivateFile refuses a file that others can read or write, K-02", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "key");
    await writePrivateFile(disk, path, secret);
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o777]) {
      await disk.chmod(path, mode);
      await assertRejects(
        () => readPrivateFile(disk, path, 100),
        Deno.errors.PermissionDenied,
        `its mode is 0${mode.toString(8)}, so others may have read it; ` +
          `replace it, or run: chmod 600 "${path}"`,
      );
    }
    for (const mode of [0o600, 0o400, 0o700]) {
      await disk.chmod(path, mode);
      assertEquals(await readPrivateFile(disk, path, 100), secret);
    }
  });
});

Deno.test("readPrivateFile says what is wrong with anything else there", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "key");
    await assertRejects(
      () => readPrivateFile(disk, path, 100),
      Deno.errors.NotFound,
      "it is not there",
    );
    await writePrivateFile(disk, path, secret);
    await assertRejects(() => readPrivateFile(disk, path, 5), RangeError);
    await disk.symlink(path, join(directory, "link"));
    await assertRejects(
      () => readPrivateFile(disk, join(directory, "link"), 100),
      Deno.errors.PermissionDenied,
      "it is a symlink",
    );
  });
});

async function inDirectory(
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-private-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
