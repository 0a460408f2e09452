/** The distribution's name and version. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { realDisk } from "../../lib/host/real_disk.ts";
import { readOperatingSystem } from "../../lib/peo/operating_system.ts";
import {
  parseOsRelease,
  UNKNOWN_DISTRIBUTION,
} from "../../lib/peo/os_release.ts";
import { anyCharacter } from "../any_character.ts";
import { withFiles } from "./collect_kit.ts";

Deno.test("parseOsRelease reads what distributions write", () => {
  const cases = [
    ['PRETTY_NAME="Debian 12"\nVERSION_ID="12"\nID=debian\n', "debian", "12"],
    ["ID='ubuntu'\nVERSION_ID='24.04'\r\n", "ubuntu", "24.04"],
    ["ID=debian\nVERSION_CODENAME=trixie\n", "debian", "trixie"],
    ["ID=arch\n", "arch", ""],
    ["# nothing\n\n=\nID\n", "linux", ""],
  ] as const;
  for (const [text, id, version] of cases) {
    assertEquals(parseOsRelease(text), { id, version });
  }
});

Deno.test("parseOsRelease takes no hostile value, D-10", () => {
  for (const id of ["../etc", "a b", "A", "é", "\u0007", "x".repeat(65), ""]) {
    assertEquals(parseOsRelease(`ID="${id}"\n`), UNKNOWN_DISTRIBUTION);
  }
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    const { id, version } = parseOsRelease(text);
    assertEquals(/^[a-z0-9._-]*$/.test(id + version), true);
  }));
});

const MACOS = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
	<key>ProductName</key>
	<string>macOS</string>
	<key>ProductVersion</key>
	<string>14.6.1</string>
</dict>
</plist>
`;

Deno.test("readOperatingSystem reads what each system tells", async () => {
  await withFiles({
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
    "System/Library/CoreServices/SystemVersion.plist": MACOS,
  }, async (root) => {
    const read = (system: string, below = root) =>
      readOperatingSystem(realDisk(), system, below);
    assertEquals(await read("linux"), { id: "debian", version: "12" });
    assertEquals(await read("darwin"), { id: "macos", version: "14.6.1" });
    assertEquals(await read("windows"), { id: "windows", version: "" });
    const nowhere = `${root}/nowhere`;
    assertEquals(await read("linux", nowhere), UNKNOWN_DISTRIBUTION);
    assertEquals(await read("darwin", nowhere), { id: "macos", version: "" });
  });
});
