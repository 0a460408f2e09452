/** Every rule of `tidy`, with a source that breaks it and one that does not. */

import { assert, assertEquals } from "@std/assert";
import { tidyFindings } from "../../scripts/tidy.ts";

const HEADER = "/** What it is. */\n";
const MARK = "TO" + "DO";
const FOREIGN = "/" + "root" + "/x";

const CASES: readonly [
  name: string,
  path: string,
  broken: string,
  kept: string,
  says: string,
][] = [
  [
    "files over 300 lines",
    "lib/sep/words.ts",
    HEADER + "\n".repeat(300) + "x",
    HEADER + "x\n".repeat(299),
    "longer than 300 lines",
  ],
  [
    "files without a header",
    "lib/sep/words.ts",
    "import a from 'a';\n",
    HEADER,
    "no header",
  ],
  [
    "paths of one machine",
    "lib/sep/words.ts",
    HEADER + `const at = "${FOREIGN}";`,
    HEADER + "// lib/work/x and https://example.org/home/ are fine",
    "path of one machine",
  ],
  [
    "paths of one machine in documents",
    "docs/protocol.md",
    `Look into ${FOREIGN}.`,
    "Look into docs/root/x.",
    "path of one machine",
  ],
  [
    "temporary directories in lib",
    "lib/ieo/pack.ts",
    HEADER + 'const at = "/tmp/x";',
    HEADER + 'const at = "dist/tmp/x";',
    "not ours to know",
  ],
  [
    "marks of unfinished work",
    "server.ts",
    HEADER + `// ${MARK}: more`,
    HEADER + `// ${MARK}s`,
    "Left undone",
  ],
  [
    "types thrown away",
    "lib/sep/words.ts",
    HEADER + "const x = y as " + "any;",
    HEADER + "/**\n * The same as " + "any other.\n */",
    "type thrown away",
  ],
  [
    "linters silenced about types",
    "lib/sep/words.ts",
    HEADER + "// deno-lint-" + "ignore no-explicit-any",
    HEADER + "// deno-lint-ignore require-await",
    "silenced",
  ],
  ["index files", "lib/sep/index.ts", HEADER, "", "nothing here is an index"],
  ["names not in snake_case", "lib/sep/myWords.ts", HEADER, "", "snake_case"],
  [
    "tests that do not name their thing",
    "tests/sep/words_test.ts",
    HEADER + 'import { x } from "y";\n' + "Deno" + '.test("it should", f);',
    HEADER + 'import { encode } from "y";\n' +
    ['"encode works"', '"Words are few"', "`${name} too`", '"A word is"']
      .map((name) => "Deno" + `.test(\n  ${name}, f);\n`).join(""),
    "begin with the thing under test",
  ],
];

for (const [name, path, broken, kept, says] of CASES) {
  Deno.test(`tidyFindings notices ${name}`, () => {
    const findings = tidyFindings({ path, text: broken });
    assertEquals(findings.length, 1, JSON.stringify(findings));
    assert(findings[0]?.message.includes(says), findings[0]?.message);
    if (kept !== "") assertEquals(tidyFindings({ path, text: kept }), []);
  });
}

Deno.test("tidyFindings tells the line", () => {
  const text = HEADER + `const a = 1;\n// ${MARK}\n`;
  const [finding] = tidyFindings({ path: "agent.ts", text });
  assertEquals(finding?.line, 3);
});
