/** When machines may be worked on, by the windows of their groups. */

import { assertEquals } from "@std/assert";
import { MachineWindows } from "../../../lib/server/windows/machine_windows.ts";

const at = (text: string) => Date.parse(text);

Deno.test("MachineWindows takes a machine without windows at any time", () => {
  const windows = new MachineWindows(() => []);
  assertEquals(windows.opensMs("ada", 123), 123);
});

Deno.test("MachineWindows takes the windows of all groups, as time goes on", () => {
  const windows = new MachineWindows(() => [
    "Mon 1:00-2:00 UTC",
    "Sun 3:00-4:00 UTC",
  ]);
  const opens = (moment: string) => windows.opensMs("ada", at(moment));
  const sunday = at("2026-11-22T03:00:00Z");
  assertEquals(opens("2026-11-22T00:00:00Z"), sunday);
  assertEquals(opens("2026-11-22T02:59:59Z"), sunday);
  assertEquals(opens("2026-11-22T03:00:00Z"), sunday);
  assertEquals(opens("2026-11-22T03:59:59Z"), at("2026-11-22T03:59:59Z"));
  assertEquals(opens("2026-11-22T04:00:00Z"), at("2026-11-23T01:00:00Z"));
});

Deno.test("MachineWindows follows a clock that is put back, N-03", () => {
  const windows = new MachineWindows(() => ["Sun 3:00-4:00 UTC"]);
  const inside = at("2026-11-22T03:30:00Z");
  assertEquals(windows.opensMs("ada", inside), inside);
  assertEquals(
    windows.opensMs("ada", at("2026-11-22T01:00:00Z")),
    at("2026-11-22T03:00:00Z"),
  );
});

Deno.test("MachineWindows sees at once that the windows are others", () => {
  let texts = ["Sun 3:00-4:00 UTC"];
  const windows = new MachineWindows(() => texts);
  const monday = at("2026-11-23T00:00:00Z");
  assertEquals(windows.opensMs("ada", monday), at("2026-11-29T03:00:00Z"));
  texts = ["Mon 0:00-1:00 UTC"];
  assertEquals(windows.opensMs("ada", monday), monday);
});

Deno.test("MachineWindows never opens by texts that cannot be read", () => {
  const windows = new MachineWindows(() => ["at night"]);
  assertEquals(windows.opensMs("ada", at("2026-11-22T00:00:00Z")), null);
});
