/**
 * Every fault has a test or a reason, and every test that names a fault names
 * one that there is; and made-up sources that break this are found.
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { documentOf, faultsOf, namingsIn } from "../../scripts/coverage.ts";
import { readSources } from "../../scripts/sources.ts";
import { FAULTS, SECTIONS } from "../faults.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const namings = namingsIn(await readSources(root, [".ts"]));

const KNOWN = "D-" + "01";
const UNKNOWN = "D-" + "99";

function named(text: string, path = "tests/sep/x_test.ts") {
  return namingsIn([{ path, text }]);
}

Deno.test("Coverage has no hole, and no test names a fault that is none", () => {
  const faults = faultsOf(namings);
  assertEquals(faults, [], `\n${faults.join("\n")}\n`);
});

Deno.test("SECTIONS hold every fault, in their order", () => {
  const letters = Object.keys(FAULTS).map((id) => id.charAt(0));
  assertEquals([...new Set(letters)], Object.keys(SECTIONS));
});

Deno.test("namingsIn reads names of tests, rows of tables and templates", () => {
  for (
    const code of [
      `Deno.test("readFrame drops it, ${KNOWN}", () => {`,
      "  title: `another ${what}, " + KNOWN + "`,",
      `  told("a flood", '${KNOWN}');`,
      `  short: "${KNOWN}", // a comment`,
    ]
  ) {
    const found = named(`/** What it is. */\n${code}`);
    assertEquals(found.map(({ id, line }) => [id, line]), [[KNOWN, 2]], code);
  }
});

Deno.test("namingsIn reads no comment, nor code that is no test", () => {
  for (
    const comment of [`// "${KNOWN}"`, ` * "${KNOWN}"`, `x(); // ${KNOWN}`]
  ) {
    assertEquals(named(comment), []);
  }
  assertEquals(named(`const x = "${KNOWN}";`, "lib/sep/words.ts"), []);
});

Deno.test("faultsOf finds a hole, and an identifier that nobody gave", () => {
  const without = namings.filter(({ id }) => id !== KNOWN);
  assert(without.length < namings.length);
  const [hole] = faultsOf(without);
  assert(hole?.includes(`${KNOWN} has no test`), hole);
  const [unknown] = faultsOf([...namings, ...named(`"${UNKNOWN}"`)]);
  assert(unknown?.includes(`no fault ${UNKNOWN}`), unknown);
});

Deno.test("documentOf holds every fault once", () => {
  const document = documentOf(namings);
  for (const id of Object.keys(FAULTS)) {
    assertEquals(document.split(`**${id}**`).length, 2, id);
  }
});
