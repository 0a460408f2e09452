/** What the cases of the kit say of docs/protocol.md stands there. */

import { assert, assertEquals } from "@std/assert";
import { AGENT_CASES } from "./cases/agent_cases.ts";
import { SERVER_CASES } from "./cases/server_cases.ts";
import type { Result } from "./kit/case.ts";
import { hasFailed } from "./kit/report.ts";
import { filled } from "./kit/subject.ts";

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");

/** The text under each heading, up to the next one. */
const sections = new Map(
  Deno.readTextFileSync(new URL("../../docs/protocol.md", import.meta.url))
    .split(/^#+ /m).map((part) => {
      const [heading = "", ...lines] = part.split("\n");
      return [heading, oneLine(lines.join("\n"))] as const;
    }),
);

for (
  const [side, cases] of [
    ["agent", AGENT_CASES],
    ["server", SERVER_CASES],
  ] as const
) {
  Deno.test(`The cases for ${side}s quote docs/protocol.md`, () => {
    for (const { id, section, says } of cases) {
      const text = sections.get(section);
      if (text === undefined) throw new Error(`${id}: no "${section}"`);
      assert(text.includes(oneLine(says)), `${id}: not in it: ${says}`);
    }
  });

  Deno.test(`The cases for ${side}s have identifiers of their own`, () => {
    const ids = cases.map(({ id }) => id);
    assertEquals(ids.filter((id, at) => ids.indexOf(id) !== at), []);
    for (const id of ids) {
      assert(/^(lawful|[A-Z]-\d\d) [a-z0-9-]+$/.test(id), id);
    }
  });
}

Deno.test("hasFailed heeds a MUST, and only tells of a SHOULD", () => {
  const result = (
    severity: Result["severity"],
    outcome: Result["outcome"],
  ) => ({
    ...{ id: "", section: "", says: "", seen: "", ms: 0 },
    severity,
    outcome,
  });
  assert(hasFailed([result("MUST", "fail")]));
  assert(!hasFailed([result("SHOULD", "fail"), result("MUST", "skipped")]));
});

Deno.test("filled fills placeholders and refuses unknown ones", () => {
  assertEquals(filled(["run", "{a}/b"], { a: "x" }), ["run", "x/b"]);
  try {
    filled(["{none}"], { a: "x" });
  } catch (error) {
    assert(String(error).includes("{none}"));
    return;
  }
  throw new Error("An unknown placeholder was filled");
});
