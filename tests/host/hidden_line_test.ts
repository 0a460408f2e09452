/** A line that is typed unseen: every key that means something. */

import { assertEquals } from "@std/assert";
import { HiddenLine } from "../../lib/host/hidden_line.ts";

const CASES: readonly (readonly [string, string, string])[] = [
  ["secret\r", "whole", "secret"],
  ["secret\n", "whole", "secret"],
  ["secret", "open", "secret"],
  ["secrets\x7f\r", "whole", "secret"],
  ["secr\u00e9\x08et\r", "whole", "secret"],
  ["\x7f\x7fa\r", "whole", "a"],
  ["wrong\x15right\r", "whole", "right"],
  ["secret\x03", "cancelled", "secret"],
  ["\x04", "cancelled", ""],
  ["secret\x04", "whole", "secret"],
  ["one\rtwo\r", "whole", "one"],
  ["x".repeat(5_000) + "\r", "whole", "x".repeat(4_096)],
];

for (const [keys, state, text] of CASES) {
  const shown = JSON.stringify(keys.slice(0, 20));
  Deno.test(`HiddenLine makes ${state} of ${shown}, whole and key by key`, () => {
    const bytes = new TextEncoder().encode(keys);
    const whole = new HiddenLine();
    whole.type(bytes);
    const single = new HiddenLine();
    for (const byte of bytes) single.type(Uint8Array.of(byte));
    for (const line of [whole, single]) {
      assertEquals([line.state, line.text()], [state, text]);
    }
  });
}

Deno.test("HiddenLine is cancelled when nothing more comes", () => {
  const line = new HiddenLine();
  line.cancel();
  assertEquals(line.state, "cancelled");
});
