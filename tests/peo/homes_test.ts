/** Where people keep their own things. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { realDisk } from "../../lib/host/real_disk.ts";
import { homesOf, parsePasswd } from "../../lib/peo/homes.ts";
import { anyCharacter } from "../any_character.ts";

/** Where people's homes are. */
const HOME = "/home";

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
zoe:x:1001:1001:Zo\u00eb,,,:${HOME}/zoe:/bin/bash
anna:x:1000:1000::${HOME}/anna:/bin/sh
anna2:x:1002:1000::${HOME}/anna:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

Deno.test("homesOf names people's homes and root's, in a fixed order", async () => {
  await withRoot(async (root) => {
    await Deno.mkdir(`${root}/etc`);
    await Deno.writeTextFile(`${root}/etc/passwd`, PASSWD);
    assertEquals(await homesOf(realDisk(), "linux", root), [
      `${HOME}/anna`,
      `${HOME}/zoe`,
      "/root",
    ]);
  });
});

Deno.test("homesOf names macOS's homes, and no shared place", async () => {
  await withRoot(async (root) => {
    for (const name of ["anna", "Shared", "Guest", ".localized"]) {
      await Deno.mkdir(`${root}/Users/${name}`, { recursive: true });
    }
    assertEquals(await homesOf(realDisk(), "darwin", root), [
      ["", "Users", "anna"].join("/"),
      "/var/root",
    ]);
  });
});

Deno.test("homesOf names nobody where there are no accounts", async () => {
  await withRoot(async (root) => {
    for (const system of ["linux", "windows", "darwin"]) {
      assertEquals(await homesOf(realDisk(), system, root), []);
    }
  });
});

Deno.test("parsePasswd takes no hostile line, D-10", () => {
  const homes = ["relative", "/", `${HOME}/../etc`, `${HOME}/a/`, "", "/a\0b"];
  for (const home of homes) {
    assertEquals(parsePasswd(`x:x:1000:1000::${home}:/bin/sh`), []);
  }
  for (const uid of ["", "-1", "1e3", "999", "60001", "1".repeat(20)]) {
    assertEquals(parsePasswd(`x:x:${uid}:1000::${HOME}/x:/bin/sh`), []);
  }
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    parsePasswd(text);
  }));
});

async function withRoot(then: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await then(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
