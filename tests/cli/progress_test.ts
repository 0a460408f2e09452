/** The bar: fits, is drawn on a terminal only, and not too often. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { barLine, openProgress } from "../../lib/cli/progress.ts";
import { textWidth } from "../../lib/cli/text_width.ts";
import { anyCharacter } from "../any_character.ts";
import { FakeClock } from "./fake_clock.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const STATE = { label: "Packing", done: 1, total: 3, detail: "1 of 3" };

Deno.test("barLine shows the share that is done", () => {
  assertEquals(
    barLine(STATE, 40),
    "Packing [#####...........]  33 %  1 of 3",
  );
  assertEquals(
    barLine({ ...STATE, done: 3 }, 40),
    "Packing [################] 100 %  1 of 3",
  );
  assertEquals(
    barLine({ ...STATE, done: 0 }, 40),
    "Packing [................]   0 %  1 of 3",
  );
});

Deno.test("barLine says 100 % at the end only", () => {
  const line = barLine({ ...STATE, done: 999_999, total: 1_000_000 }, 60);
  assert(line.includes(" 99 %"), line);
});

Deno.test("barLine fits every width, whatever the numbers", () => {
  fc.assert(fc.property(
    fc.record({
      label: fc.string({ unit: anyCharacter, maxLength: 30 }),
      detail: fc.string({ unit: anyCharacter, maxLength: 30 }),
      done: fc.oneof(fc.integer(), fc.double()),
      total: fc.oneof(fc.integer(), fc.double()),
    }),
    fc.integer({ min: 10, max: 200 }),
    (state, columns) => {
      const line = barLine(state, columns);
      assert(textWidth(line) <= columns, line);
      assert(!/\p{Cc}/u.test(line));
    },
  ));
});

Deno.test("openProgress draws nothing in a pipe", () => {
  const terminal = fakeTerminal();
  const progress = openProgress(terminal, new FakeClock());
  progress.show(STATE);
  progress.clear();
  assertEquals(terminal.stderr(), "");
});

Deno.test("openProgress draws ten times a second at most", () => {
  const terminal = fakeTerminal({ interactive: true });
  const clock = new FakeClock();
  const progress = openProgress(terminal, clock);
  for (let ms = 0; ms < 1_000; ms++) {
    clock.moveTo(ms);
    progress.show(STATE);
  }
  assertEquals(terminal.stderr().split("Packing").length - 1, 10);
});

Deno.test("openProgress takes the bar away for a line, and brings it back", () => {
  const terminal = fakeTerminal({ interactive: true });
  const progress = openProgress(terminal, new FakeClock());
  progress.clear();
  assertEquals(terminal.stderr(), "");
  progress.show(STATE);
  progress.clear();
  assert(terminal.stderr().endsWith("\r\x1b[K"));
  progress.show(STATE);
  assertEquals(terminal.stderr().split("Packing").length - 1, 2);
});
