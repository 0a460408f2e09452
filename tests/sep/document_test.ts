/**
 * The document of the protocol: what the code prints in it is what the code
 * does now, its links lead somewhere, and its vectors are all there.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { table, withParts } from "../../scripts/document_parts.ts";
import {
  exchangeParts,
  flowsText,
  playFlows,
} from "../../scripts/protocol_exchanges.ts";
import { protocolTables } from "../../scripts/protocol_tables.ts";
import { DROPS } from "../../lib/sep/gate.ts";
import { REASONS } from "../../lib/sep/reasons.ts";
import { WORDS } from "../../lib/sep/words.ts";

const ROOT = new URL("../../", import.meta.url);
const DOCUMENT = Deno.readTextFileSync(new URL("docs/protocol.md", ROOT));

Deno.test("protocolTables are in the document as the code has them", () => {
  assertEquals(withParts(DOCUMENT, protocolTables()), DOCUMENT, WRITE_TABLES);
});

Deno.test("playFlows still gives the worked exchanges, byte for byte", async () => {
  const vectors = await playFlows();
  const path = new URL("tests/vectors/sep_flows.json", ROOT);
  assertEquals(Deno.readTextFileSync(path), flowsText(vectors), WRITE_FLOWS);
  const document = withParts(DOCUMENT, exchangeParts(vectors));
  assertEquals(document, DOCUMENT, WRITE_FLOWS);
});

const WRITE_TABLES = "Run scripts/protocol_tables.ts --write";
const WRITE_FLOWS = "Run scripts/protocol_exchanges.ts --write";

Deno.test("playFlows plays every flow, and says every word", async () => {
  const { exchanges } = await playFlows();
  const flows = new Set(exchanges.flatMap(({ flow }) => flow.split(" and ")));
  assertEquals(
    [...flows].sort(),
    ["1a", "1b", "2a", "2b", "3", "4", "5", "6", "7", "8"],
  );
  const said = new Set(
    exchanges.flatMap(({ said }) =>
      said.map(({ body }) => /^\[(\w+)/.exec(body)?.[1])
    ),
  );
  assertEquals([...said].sort(), Object.keys(WORDS).sort());
});

Deno.test("protocolTables hold every word, reason and drop", () => {
  const whole = [...protocolTables().values()].join("\n");
  for (const word of Object.keys(WORDS)) assert(whole.includes(`\`${word}\``));
  for (const reason of Object.keys(REASONS)) {
    assert(whole.includes(`\`${reason}\``), reason);
  }
  for (const drop of Object.keys(DROPS)) assert(whole.includes(`| ${drop} `));
});

Deno.test("Document links lead to its own headings", () => {
  const headings = [...DOCUMENT.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    anchorOf(heading ?? "")
  );
  const links = [...DOCUMENT.matchAll(/\]\(#([^)]*)\)/g)].map(([, to]) => to);
  assert(links.length > 10);
  for (const link of links) assert(headings.includes(link ?? ""), link);
});

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

Deno.test("Document and tests/vectors/ name the same vectors", () => {
  const directory = new URL("tests/vectors/", ROOT);
  const files = [...Deno.readDirSync(directory)].map(({ name }) => name);
  const list = DOCUMENT.slice(DOCUMENT.indexOf("## Test vectors"));
  for (const file of files) {
    if (!/^(sep|sip|ieo|trust)_/.test(file)) continue;
    const named = list.includes(`\`${file}\``) ||
      file.endsWith(".ieo.sig") && list.includes("`.ieo.sig`");
    assert(named, `${file} is not in the list`);
  }
  for (const [, file] of list.matchAll(/`((?:sep|sip|ieo|trust)_\w+\.\w+)`/g)) {
    assert(files.includes(file ?? ""), `${file} is not there`);
  }
});

Deno.test("withParts replaces what stands between the marks, and no more", () => {
  const document = "a\n<!-- x -->\n\nold\n\n<!-- end of x -->\nb\n";
  const parts = new Map([["x", "new"]]);
  const whole = withParts(document, parts);
  assertEquals(whole, "a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n");
  assertEquals(withParts(whole, parts), whole);
  assertThrows(() => withParts("a\n", parts), Error, 'Cannot place "x"');
});

Deno.test("table aligns its columns and escapes its own sign", () => {
  assertEquals(
    table([["a", "long head"], ["x|y", "1"]]),
    "| a    | long head |\n| ---- | --------- |\n| x\\|y | 1         |",
  );
});
