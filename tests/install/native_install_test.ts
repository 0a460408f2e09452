/**
 * A program with a real Debian package through the whole transaction, with
 * dpkg in a system root of its own and real hooks: installed, updated, failed,
 * gone back from, and removed.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { realProcesses } from "../../lib/host/real_processes.ts";
import type { Hook } from "../../lib/ieo/manifest/types.ts";
import { DISK } from "../ieo/samples.ts";
import { assertRefused, done, House, removal, wayBack } from "./house.ts";
import { canTest, makeDeb, testInRoot } from "./native_root.ts";
import { programOf } from "./packages.ts";

const ready = await canTest("dpkg", "dpkg-deb", "sh");

const shell = (text: string): Hook => (
  { run: [text], shell: "/bin/sh", deadlineSeconds: 20 }
);

testInRoot(
  "Installer installs, updates, goes back and removes a program with a real deb",
  {
    ignore: !ready,
  },
  async ({ directory, manager }) => {
    const house = new House(`${directory}/house`);
    await Deno.mkdir(house.directory);
    const installer = await house.open(DISK, {
      natives: manager,
      processes: realProcesses(),
    });
    const held = () => manager.query({ kind: "deb", package: "fla" });

    assertEquals(
      await house.install(installer, await withDeb("1.0"), 1n),
      done("1.0"),
    );
    assertEquals(await held(), "1.0");
    assertEquals(
      await house.install(installer, await withDeb("2.0"), 2n),
      done("2.0"),
    );
    assertEquals(await held(), "2.0");
    assert(await installer.owns("tool", "2.0"));

    const bad = await withDeb("3.0", "echo the port is taken >&2; exit 4");
    const failed = await house.install(installer, bad, 3n);
    assertRefused(failed, "hook", /ended with code 4.*\n.*the port is taken/s);
    assertEquals(await held(), "2.0");
    assert(await installer.owns("tool", "2.0"));

    assertEquals(await installer.rollback(wayBack(4n)), done("1.0"));
    assertEquals(await held(), "1.0");
    assert(await installer.owns("tool", "1.0"));

    assertEquals(await installer.remove(removal(5n)), done(""));
    assertEquals(await held(), null);
    await installer.close();

    /** A program whose deb has the program's version. */
    async function withDeb(version: string, check = "test -f readme") {
      const path = await makeDeb(directory, { name: "fla", version });
      return programOf(
        { "fla.deb": await Deno.readFile(path), "readme": version },
        { version, serial: Number(version[0]) },
        {
          native: [{
            kind: "deb",
            path: "fla.deb",
            package: "fla",
            version,
            arguments: [],
          }],
          hooks: { postinstall: shell("echo ready"), check: shell(check) },
        },
      );
    }
  },
);
