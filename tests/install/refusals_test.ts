/**
 * Orders that the installer refuses: what it says, and that the machine is as
 * it was.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import { HOSTILE } from "../ieo/hostile.ts";
import {
  craftPackage,
  manifestOf,
  PUBLISHER,
  PUBLISHERS,
  signed,
  STRANGER,
} from "../ieo/samples.ts";
import {
  assertRefused,
  done,
  removal,
  V1,
  withHouse,
  withInstaller,
  withSwiftHouse,
} from "./house.ts";
import { swiftDisk } from "./swift_disk.ts";

Deno.test("Installer refuses a removal of what is not there, I-17", async () => {
  await withInstaller(async (installer, house) => {
    const absent = await installer.remove(removal(1n));
    assertRefused(absent, "absent", /tool: it is not installed/);
    await house.install(installer, V1, 2n);
    const other = await installer.remove(removal(3n, "2.0"));
    assertRefused(other, "absent", /version 1.0 is installed/);
    assertEquals(await installer.remove(removal(4n, "1.0")), done(""));
    const twice = await installer.remove(removal(5n, "1.0"));
    assertRefused(twice, "absent", /it is not installed/);
    // The order that removed it still says so.
    assertEquals(await installer.remove(removal(4n, "1.0")), done(""));
  });
});

Deno.test("Installer clears away half a program, I-17", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await Deno.remove(`${house.root}/tool/current`);
    assert(!await installer.owns("tool", "*"));
    assertEquals(await installer.remove(removal(2n)), done(""));
    assertEquals(house.holds(), "none");
  });
});

Deno.test("Installer does not remove what is protected, I-17", async () => {
  await withInstaller(async (installer, house) => {
    const manifest = { ...manifestOf({ a: "x" }), protected: true };
    const sample = signed(
      craftPackage(manifest, [{ name: "a", content: utf8("x") }]),
    );
    assertEquals(await house.install(installer, sample, 1n), done("1.0"));
    const refused = await installer.remove(removal(2n));
    assertRefused(refused, "protected", /its package protects it/);
    assert(await installer.owns("tool", "1.0"));
  });
});

for (const { title, build } of HOSTILE) {
  Deno.test(`Installer refuses and unpacks nothing of ${title}`, async () => {
    await withSwiftHouse(async (house) => {
      const installer = await house.open(swiftDisk());
      await house.install(installer, V1, 1n);
      const result = await house.install(installer, build(), 2n);
      // An empty file cannot be stated, so the order itself is not believed.
      const isEmpty = title.startsWith("an empty file");
      assertRefused(result, isEmpty ? "hash" : "package", /./);
      assertEquals(house.holds(), "V1");
      assertEquals(installer.resultOf(2n, 1), result);
      await installer.close();
    });
  });
}

Deno.test("Installer refuses a package with one changed byte, S-10", async () => {
  await withInstaller(async (installer, house) => {
    for (const at of [0, V1.bytes.length >> 1, V1.bytes.length - 1]) {
      const bytes = V1.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const result = await house.install(
        installer,
        { ...V1, bytes },
        BigInt(at),
      );
      assertRefused(result, "hash", /its file has the SHA-256/);
      assertEquals(house.holds(), "none");
    }
  });
});

Deno.test("Installer refuses a package of a stranger, S-12", async () => {
  await withInstaller(async (installer, house) => {
    const statement = signStatement(STRANGER, {
      format: 1,
      ...V1.ordered,
      serial: 1,
      hooks: false,
    });
    const unknown = await house.install(installer, V1, 1n, { statement });
    assertRefused(unknown, "publisher", /not on the publishers' list/);
    const publishers = {
      ...PUBLISHERS,
      revoked: [toBase64Url(PUBLISHER.publicKey)],
    };
    const revoked = await house.install(installer, V1, 2n, { publishers });
    assertRefused(revoked, "revoked", /revoked/);
    assertEquals(house.holds(), "none");
  });
});

Deno.test("Installer looks at the free space before it writes", async () => {
  await withHouse(async (house) => {
    const disk = { ...realDisk(), spaceFree: () => Promise.resolve(1_000) };
    const installer = await house.open(disk);
    const result = await house.install(installer, V1, 1n);
    assertRefused(result, "disk", /needs 1056768 bytes .* 1000 are free/);
    assertEquals(house.holds(), "none");
    await installer.close();
  });
});

Deno.test("Installer refuses names that are no names, S-15", async () => {
  await withInstaller(async (installer, house) => {
    for (const name of ["../tool", "a/b", "", ".trash", "TOOL"]) {
      const ordered = { ...V1.ordered, name };
      const result = await house.install(installer, { ...V1, ordered }, 1n, {
        attempt: name.length,
      });
      assertRefused(result, "name", /names no program/);
      const removed = await installer.remove({
        order: 2n,
        attempt: name.length,
        name,
        version: "*",
      });
      assertRefused(removed, "name", /names no program/);
    }
  });
});
