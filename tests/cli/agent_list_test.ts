/** `flottille-agent list`, with an agent and without one. */

import { assert, assertEquals } from "@std/assert";
import { readListAsked } from "../../lib/agent/list_asked.ts";
import { parseList } from "../../lib/peo/parse.ts";
import { LIBRARY_SOURCES } from "../../lib/peo/sources.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { ask, run } from "./agent_kit.ts";
import { withDirectory } from "./fleet_directory.ts";

Deno.test("list prints the programs, and no control character, D-10", async () => {
  assertEquals(await ask(["list"]), {
    code: 0,
    stdout: [
      "PROGRAM        VERSION  SOURCE     ARCHITECTURE",
      "evil\\u001b[2J  1        flottille",
      "",
    ].join("\n"),
    stderr: "The list is not whole (dpkg): It is cut off\n" +
      "1 program (1 flottille)\n",
  });
});

Deno.test("list asks the agent for what was asked for", async () => {
  const heard: unknown[] = [];
  const list = (asked: unknown) => {
    heard.push(asked);
    return Promise.resolve({ sha256: "", programs: [], faults: [] });
  };
  const [one = "", other = ""] = LIBRARY_SOURCES;
  await ask(["list"], { list });
  await ask(["list", "--json", "--libraries", `${one}, ${other},${one}`], {
    list,
  });
  assertEquals(heard, [
    { document: false },
    { document: false, libraries: [one, other] },
  ]);
});

Deno.test("list --json prints the answer itself", async () => {
  const { stdout, stderr } = await ask(["list", "--json"]);
  assertEquals(JSON.parse(stdout).programs[0].purl, "pkg:generic/x@1");
  assertEquals(stderr, "");
});

Deno.test("list --document prints the very bytes that the agent gives", async () => {
  const bytes = utf8('{"name":"na\u00efve\\u001b"}\n');
  const list = () => Promise.resolve(new Response(bytes));
  assertEquals(await ask(["list", "--document"], { list }), {
    code: 0,
    stdout: new TextDecoder().decode(bytes),
    stderr: "",
  });
});

Deno.test("list without an agent collects by itself, and says so", async () => {
  await withDirectory(async (directory) => {
    const programs = `${directory}/programs`;
    await Deno.mkdir(`${programs}/editor/1.0`, { recursive: true });
    await Deno.symlink("1.0", `${programs}/editor/current`);
    const state = ["--state", directory, "--programs", programs];
    const { code, stdout, stderr } = await run(["list", ...state]);
    assertEquals(code, 0);
    assert(/^editor +1\.0 +flottille$/m.test(stdout), stdout);
    assert(stderr.includes("No agent runs: this command"), stderr);
    const json = await run(["list", "--json", ...state]);
    const { sha256, programs: [first] } = JSON.parse(json.stdout);
    assertEquals(sha256.length, 64);
    assertEquals(typeof first.purl, "string");
  });
});

Deno.test("list --document without an agent is a document, with what it could not read", async () => {
  await withDirectory(async (directory) => {
    // A place where no program can be.
    await Deno.writeTextFile(`${directory}/file`, "");
    const state = ["--state", directory, "--programs", `${directory}/file`];
    const { code, stdout } = await run(["list", "--document", ...state]);
    assertEquals(code, 0);
    const parsed = parseList(utf8(stdout));
    const faults = parsed.ok ? parsed.value.faults : [];
    // Whoever is not the administrator may not look into people's homes, too.
    assert(faults.some(({ source }) => source === "flottille"));
  });
});

// deno-fmt-ignore
const WRONG: readonly [string, string][] = [
  ["list --document --json", "--document prints the document as it is: leave out --json"],
  ["list --document --long", "--document prints the document as it is: leave out --long"],
  ["list --libraries npn", `--libraries must be some of ${LIBRARY_SOURCES.join(",")}, not "npn"; did you mean "npm"?`],
  ["list --libraries npm,", `--libraries must be some of ${LIBRARY_SOURCES.join(",")}, not ""`],
  ["list --libraries", "--libraries needs a value: --libraries NAMES"],
];

for (const [line, sentence] of WRONG) {
  Deno.test(`flottille-agent ${line} says what is wrong`, async () => {
    const { code, stderr } = await run(line.split(" "));
    assertEquals(stderr.split("\n")[0], `error: ${sentence}`);
    assertEquals(code, 2);
  });
}

Deno.test("readListAsked takes nothing unlawful", () => {
  const [one = ""] = LIBRARY_SOURCES;
  const nothing = { document: false };
  for (const asked of [null, undefined, 7, "x", [], { document: 1 }]) {
    assertEquals(readListAsked(asked), nothing);
  }
  assertEquals(readListAsked({ libraries: "npm" }), nothing);
  assertEquals(readListAsked({ libraries: ["../x", one, 7] }), {
    document: false,
    libraries: [one],
  });
});
