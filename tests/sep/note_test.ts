/** Notes: what fits beside a result, and what is left of what does not. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeArgument } from "../../lib/sep/body.ts";
import {
  cutNote,
  isNote,
  NOTE_BYTES_MAX,
  NOTE_WRITTEN_BYTES_MAX,
} from "../../lib/sep/note.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { anyCharacter } from "../any_character.ts";

Deno.test("cutNote leaves a short note as it is", () => {
  for (const note of ["", "one line", "two\nlines", "éà 😀", " first space"]) {
    assertEquals(cutNote(note), note);
  }
});

Deno.test("cutNote leaves nothing that a terminal obeys, D-10", () => {
  assertEquals(cutNote("a\x1b[2Jb\x00\u009b\x7f"), "a?[2Jb???");
  assertEquals(cutNote("a\r\nb\rc\td\n\n"), "a\nb\nc d");
  assertEquals(cutNote("\ud800x"), "\ufffdx");
});

Deno.test("cutNote keeps the first line and the last whole lines", () => {
  const lines = Array.from({ length: 200 }, (_, at) => `line ${at}`);
  const note = cutNote(["Cannot install editor 2.0", ...lines].join("\n"));
  const [first, gap, ...rest] = note.split("\n");
  assertEquals([first, gap], ["Cannot install editor 2.0", "..."]);
  assertEquals(rest, lines.slice(-rest.length));
  assert(rest.length > 40, `${rest.length} lines`);
});

Deno.test("cutNote keeps the end of a last line that is too long", () => {
  const note = cutNote(`A sentence\n${"x".repeat(5_000)}END`);
  assert(note.startsWith("A sentence\n...\nx"), note);
  assert(note.endsWith("xEND"), note);
  assertEquals(utf8(note).length, NOTE_BYTES_MAX);
});

Deno.test("cutNote cuts a first line that is too long, and keeps the last", () => {
  const note = cutNote(`${"a".repeat(5_000)}\nthe end`);
  assert(/^a{200,}\.\.\.\n\.\.\.\nthe end$/.test(note), note);
  assert(/^a+\.\.\.$/.test(cutNote("a".repeat(601))));
});

Deno.test("cutNote of anything is a note, and cutting it again changes nothing", () => {
  const line = fc.string({ unit: anyCharacter, maxLength: 900 });
  const text = fc.oneof(
    line,
    fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n")),
    fc.string({ unit: fc.constantFrom("%", "\n", "a", "é", "😀", "\ud800") }),
    fc.array(fc.constantFrom("[", "\r", "\n", "z"), { maxLength: 1_500 })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      const note = cutNote(given);
      assert(isNote(note), JSON.stringify(note));
      assert(utf8(note).length <= NOTE_BYTES_MAX);
      assert(utf8(escapeArgument(note)).length <= NOTE_WRITTEN_BYTES_MAX);
      assertEquals(cutNote(note), note);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("cutNote is not slow with what a hook printed for an hour", () => {
  const started = performance.now();
  cutNote("\u001b%\n".repeat(1_000_000));
  const tookMs = performance.now() - started;
  assert(tookMs < 5_000, `${tookMs} ms`);
});
