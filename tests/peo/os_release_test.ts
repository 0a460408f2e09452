/** The distribution's name and version. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  parseOsRelease,
  UNKNOWN_DISTRIBUTION,
} from "../../lib/peo/os_release.ts";

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
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const { id, version } = parseOsRelease(text);
    assertEquals(/^[a-z0-9._-]*$/.test(id + version), true);
  }));
});
