/** npm's trees: what npm itself lists in them, and what accidents leave. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { npmSource, readNpmTrees } from "../../../lib/peo/sources/npm.ts";
import {
  npmPurl,
  readNpmPackage,
} from "../../../lib/peo/sources/npm_package.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { faultOf, valueOf } from "../unwrap.ts";
import {
  anyText,
  contextAt,
  faultsIn,
  inDirectory,
  lookingAt,
  namesIn,
  programPath,
  sortedOnce,
  writeFiles,
} from "./library_context.ts";

const WINDOWS_HOME = ["C:", "Users", "anna"].join("/");

const NPM = await programPath("npm");

Deno.test({
  name: "npmSource lists what npm lists in a tree of its own, nested, " +
    "bundled, aliased, linked and extraneous packages included",
  ignore: NPM === null,
  fn: () =>
    inDirectory(async (directory) => {
      await makeTree(directory);
      const tree = `${directory}/prefix/lib/node_modules`;
      const ours = await readNpmTrees(lookingAt(""), [tree]);
      assertEquals(faultsIn(ours), []);
      assertEquals(namesIn(ours), [
        "@fleet/outer 1.0.0",
        "bundled 0.9.0",
        "deep 8.0.0",
        "inner 3.0.0",
        "linked 5.0.0",
        "middle 2.0.0",
        "of-linked 6.0.0",
        "stray 7.0.0-rc.1",
      ]);
      assertEquals(namesIn(ours), await listedByNpm(directory));
    }),
});

Deno.test({
  name: "npmSource lists what npm lists on this very machine: none missed, " +
    "none invented",
  ignore: NPM === null,
  fn: () =>
    inDirectory(async (directory) => {
      const tree = (await npm(directory, ["root", "--global"])).trim();
      const ours = await readNpmTrees(lookingAt(""), [tree]);
      const theirs = await listedByNpm(directory, []);
      assertEquals(faultsIn(ours), []);
      assertEquals(namesIn(ours), theirs);
      assert(theirs.length > 0);
    }),
});

Deno.test("npmSource finds the trees of each system", async () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ["linux", [], [
      "/usr/lib/node_modules",
      "/usr/lib/node_modules_22",
      "/usr/local/lib/node_modules",
    ]],
    ["darwin", [], [
      "/usr/local/lib/node_modules",
      "/opt/homebrew/lib/node_modules",
    ]],
    ["windows", [WINDOWS_HOME], [
      "C:/Program Files/nodejs/node_modules",
      `${WINDOWS_HOME}/AppData/Roaming/npm/node_modules`,
    ]],
  ];
  for (const [system, homes, trees] of cases) {
    await inDirectory(async (directory) => {
      const root = system === "windows" ? `${directory}/` : directory;
      for (const [index, tree] of trees.entries()) {
        await writeFiles(root, {
          [`${tree}/p${index}/package.json`]: `{"version":"1"}`,
          [`${tree}/.p${index}-x/package.json`]: `{"version":"1"}`,
        });
      }
      const list = await npmSource().read(contextAt(root, system, homes));
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), trees.map((_, index) => `p${index} 1`));
    });
  }
});

Deno.test("npmSource gives nothing, and no fault, where there is no npm", () =>
  inDirectory(async (directory) => {
    const list = await npmSource().read(contextAt(directory));
    assertEquals(list, { programs: [], faults: [] });
  }));

Deno.test("readNpmTrees names each package that it cannot read, and goes on (S-17)", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "good/package.json": `{"name":"good","version":"1.0.0"}`,
      "cut/package.json": `{"name":"cut","ver`,
      "empty/package.json": "",
      "latin/package.json": latin1('{"name":"lat\xefn","version":"1"}'),
      "author/package.json": latin1(
        '{"name":"author","version":"1","author":"Zo\xeb"}',
      ),
      "nested/package.json": "[".repeat(1_000_000),
      "long/package.json": " ".repeat(1_024 * 1_024 + 1),
      "name/package.json": `{"name":"${"n".repeat(4_000)}","version":"1"}`,
      "control/package.json": `{"name":"a\\u001b[2J","version":"1"}`,
      "half/package.json": `{"name":"half\\ud800","version":"1"}`,
      "directory/package.json/x": "",
      "bare/readme.md": "",
    });
    const list = await readNpmTrees(lookingAt(""), [directory]);
    assertEquals(namesIn(list), ["author 1", "good 1.0.0"]);
    const sentences = faultsIn(list).join("\n");
    for (
      const expected of [
        /cut\/package.json": it is not JSON/,
        /empty\/package.json": it is empty/,
        /latin\/package.json": its name or version is not UTF-8/,
        /nested\/package.json": it is not JSON/,
        /long\/package.json": it holds more than 1048576 bytes/,
        /its name has 4000 characters/,
        /Cannot list "a.*its name holds characters that cannot be shown/,
        /Cannot list "half.*its name holds characters that cannot be shown/,
        /directory\/package.json": it is no file/,
      ]
    ) assertMatch(sentences, expected);
    assertEquals(faultsIn(list).length, 9);
  }));

Deno.test("readNpmTrees comes to an end in circles of links and in depths", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "t/a/package.json": `{"name":"a","version":"1"}`,
      [`t/a/${"node_modules/b/".repeat(80)}package.json`]:
        `{"name":"deep","version":"1"}`,
    });
    await Deno.mkdir(`${directory}/t/c/node_modules`, { recursive: true });
    await Deno.symlink("../../../t", `${directory}/t/c/node_modules/back`);
    await Deno.symlink("../..", `${directory}/t/a/up`);
    await Deno.symlink("x", `${directory}/t/x`);
    const list = await readNpmTrees(lookingAt(""), [`${directory}/t`]);
    assertEquals(namesIn(list), ["a 1"]);
    assertMatch(faultsIn(list).join("\n"), /more than 64 deep/);
    assertMatch(faultsIn(list).join("\n"), /x": it has no end/);
  }));

Deno.test("readNpmPackage reads licences and authors in all their forms", () => {
  const cases: readonly [string, string | undefined, string | undefined][] = [
    [
      `{"license":"MIT","author":"Anna Ek <a@b.c> (https://b.c)"}`,
      "MIT",
      "Anna Ek",
    ],
    [
      `{"license":{"type":"ISC","url":"x"},"author":{"name":"Bo"}}`,
      "ISC",
      "Bo",
    ],
    [`{"licenses":[{"type":"MIT"},{"type":"BSD"},7]}`, "MIT OR BSD", undefined],
    [`{"licenses":{"type":"WTFPL"},"author":"a@b.c"}`, "WTFPL", undefined],
    [`{"license":["MIT"],"author":["x"]}`, undefined, undefined],
    [`\ufeff{"__proto__":{"license":"x"},"author":""}`, undefined, undefined],
    [`7`, undefined, undefined],
  ];
  for (const [json, licence, supplier] of cases) {
    const read = valueOf(readNpmPackage(utf8(json), "own"));
    assertEquals(read, { name: "own", version: "", licence, supplier }, json);
  }
  assertEquals(faultOf(readNpmPackage(utf8("{"), "own")), "it is not JSON");
});

Deno.test("readNpmPackage and npmPurl throw for no bytes at all (S-17)", () => {
  fc.assert(fc.property(
    fc.oneof(fc.uint8Array(), fc.json().map(utf8)),
    anyText(),
    (bytes, text) => {
      readNpmPackage(bytes, text);
      npmPurl(text, text);
    },
  ));
});

/** Installs packages that are made here, by npm itself and without a network. */
async function makeTree(directory: string): Promise<void> {
  await writeFiles(directory, {
    "outer/package.json": JSON.stringify({
      name: "@fleet/outer",
      version: "1.0.0",
      dependencies: {
        middle: `file:${directory}/middle-2.0.0.tgz`,
        bundled: "0.9.0",
      },
      bundleDependencies: ["bundled"],
    }),
    "outer/node_modules/bundled/package.json":
      `{"name":"bundled","version":"0.9.0"}`,
    "middle/package.json": JSON.stringify({
      name: "middle",
      version: "2.0.0",
      dependencies: { inner: `file:${directory}/inner-3.0.0.tgz` },
    }),
    "inner/package.json": `{"name":"inner","version":"3.0.0"}`,
    "linked/package.json":
      `{"name":"linked","version":"5.0.0","dependencies":{"of-linked":"*"}}`,
    "linked/node_modules/of-linked/package.json":
      `{"name":"of-linked","version":"6.0.0"}`,
    // What somebody copied there by hand, under another name.
    "prefix/lib/node_modules/copied/package.json":
      `{"name":"stray","version":"7.0.0-rc.1"}`,
    "prefix/lib/node_modules/copied/node_modules/deep/package.json":
      `{"name":"deep","version":"8.0.0"}`,
  });
  const packing = ["pack", "--pack-destination", directory];
  for (const name of ["outer", "middle", "inner"]) {
    await npm(directory, [...packing, `${directory}/${name}`]);
  }
  await npm(directory, [
    ...["install", "--global", "--prefix", `${directory}/prefix`],
    ...["--offline", "--no-audit", "--no-fund"],
    `${directory}/fleet-outer-1.0.0.tgz`,
    `${directory}/linked`,
    `alias@file:${directory}/inner-3.0.0.tgz`,
  ]);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

interface Node {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Node>>;
}

/** Names and versions of all that `npm ls` shows: with --long also aliases'. */
async function listedByNpm(
  directory: string,
  where: readonly string[] = ["--prefix", `${directory}/prefix`],
): Promise<string[]> {
  const args = ["ls", "--global", "--all", "--json", "--long", ...where];
  const found: string[] = [];
  const flatten = ({ dependencies = {} }: Node) => {
    for (const node of Object.values(dependencies)) {
      if (node.version !== undefined) {
        found.push(`${node.name} ${node.version}`);
      }
      flatten(node);
    }
  };
  flatten(JSON.parse(await npm(directory, args)));
  return sortedOnce(found);
}

async function npm(directory: string, args: string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(NPM ?? "npm", {
    args,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: directory,
      npm_config_cache: `${directory}/cache`,
      npm_config_update_notifier: "false",
    },
    cwd: directory,
  }).output();
  const text = new TextDecoder().decode(stdout);
  // `npm ls` ends with 1 when something is extraneous; its list is whole.
  if (!success && args[0] !== "ls") {
    throw new Error(`npm ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  }
  return text;
}
