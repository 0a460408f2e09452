/** Which reason an error of the disk is (S-13). */

import { assertEquals } from "@std/assert";
import { diskFault } from "../../lib/sip/fault.ts";

const cases: [string, Error, string][] = [
  ["a full disk", new Error("No space left on device (os error 28)"), "disk"],
  [
    "a full disk, by its code",
    Object.assign(new Error("write"), { code: "ENOSPC" }),
    "disk",
  ],
  ["a quota", new Error("Disk quota exceeded (os error 122)"), "disk"],
  [
    "a forbidden path",
    new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
    "denied",
  ],
  [
    "a read-only disk",
    new Error("Read-only file system (os error 30)"),
    "denied",
  ],
  ["a broken disk", new Error("Input/output error (os error 5)"), "system"],
];
for (const [name, error, reason] of cases) {
  Deno.test(`diskFault of ${name} is ${reason}, S-13`, () => {
    const found = diskFault("Cannot write", error);
    assertEquals(found.reason, reason);
    assertEquals(found.detail, `Cannot write: ${error.name}: ${error.message}`);
  });
}
