/**
 * The rule of the rooms, over the whole source tree; and, because a check that
 * cannot fail checks nothing, over made-up sources that break it.
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readSources, type Source } from "../scripts/sources.ts";
import { brokenRules, loadedWith, ROOMS } from "./rooms.ts";

const sources = await readSources(
  fileURLToPath(new URL("..", import.meta.url)),
  [".ts"],
);

Deno.test("Rooms are kept by every file of this repository", () => {
  const broken = sources.flatMap(brokenRules);
  assertEquals(broken, [], `\n${broken.join("\n")}\n`);
});

Deno.test("Rooms are all looked into", () => {
  for (const room of ROOMS) {
    assert(sources.some(({ path }) => path.startsWith(`lib/${room}/`)), room);
  }
});

Deno.test("Rooms of the server are not loaded by the agent, nor its libraries", () => {
  // What an idle agent holds in memory on every machine of a fleet.
  const heavy =
    /^(lib\/server\/|lib\/host\/(certificate|worker))|^(zod|hono|smol-toml|croner|semver|fflate|packageurl-js|@renovatebot\/pep440|reflect-metadata|@peculiar\/x509|@cyclonedx\/.*|node:sqlite)$/;
  const reached = [...reach("agent.ts")];
  assert(reached.length > 1, "agent.ts was not found");
  assertEquals(reached.filter((path) => heavy.test(path)), []);
});

const BROKEN: readonly (readonly [string, string, string, string])[] = [
  [
    "an import of a later room",
    "lib/sep/words.ts",
    'import { x } from "../sip/frame.ts";',
    "sep imports lib/sip/frame.ts",
  ],
  [
    "a type of a later room",
    "lib/trust/keys.ts",
    'import type { X } from "../server/store/store.ts";',
    "trust imports lib/server/store/store.ts",
  ],
  [
    "an import in the middle of the code",
    "lib/host/disk.ts",
    'const x = await import("../trust/keys.ts");',
    "host imports lib/trust/keys.ts",
  ],
  [
    "a type named in place",
    "lib/host/disk.ts",
    'type X = import("../trust/keys.ts").X;',
    "host imports lib/trust/keys.ts",
  ],
  [
    "a re-export of a later room",
    "lib/ieo/pack.ts",
    'export * from "../install/layout.ts";',
    "ieo imports lib/install/layout.ts",
  ],
  [
    "a named re-export of a later room",
    "lib/ieo/pack.ts",
    'export { x } from "../install/layout.ts";',
    "ieo imports lib/install/layout.ts",
  ],
  [
    "the agent in the server",
    "lib/server/orders/orders.ts",
    'import { x } from "../../agent/agent.ts";',
    "server imports lib/agent/agent.ts",
  ],
  [
    "an entry file in a room",
    "lib/cli/table.ts",
    'import { x } from "../../server.ts";',
    "knows nothing of what uses it",
  ],
  [
    "a test in a room",
    "lib/cli/table.ts",
    'import { x } from "../../tests/rooms.ts";',
    "knows nothing of what uses it",
  ],
  [
    "a room that is none",
    "lib/misc/help.ts",
    'import { x } from "../host/disk.ts";',
    "lib/misc is no room",
  ],
  [
    "a real thing in a room",
    "lib/agent/agent.ts",
    'import { realHost } from "../host/real.ts";',
    "take the interface",
  ],
  [
    "SQLite outside the store",
    "lib/server/orders/orders.ts",
    'import { DatabaseSync } from "node:sqlite";',
    "imports node:sqlite",
  ],
  [
    "Node's random numbers",
    "lib/trust/keys.ts",
    'import { randomBytes } from "node:crypto";',
    "imports randomBytes of node:crypto",
  ],
  ...["fs", "fs/promises", "net", "dgram", "child_process", "os", "http"].map(
    (name) =>
      [
        `Node's ${name}`,
        "lib/sep/words.ts",
        `import * as x from "node:${name}";`,
        `imports node:${name}`,
      ] as const,
  ),
  ...[
    "Deno.exit()",
    "const { env } = Deno",
    "type X = Deno.NetAddr",
    "globalThis.fetch",
    "console.log(1)",
    "const x = Date.now()",
    "const x = new Date()",
    "const x = performance.now()",
    "const x = Math.random()",
    "setTimeout(f, 1)",
    "const x = { setTimeout }",
    "setInterval(f, 1)",
    "AbortSignal.timeout(1)",
    'fetch("x")',
    "crypto.getRandomValues(x)",
    "crypto.randomUUID()",
    'crypto.subtle.generateKey("x")',
    "new Worker(url)",
    "process.exit()",
  ].map((code) =>
    [`«${code}»`, "lib/sep/words.ts", code, "reaches the outside"] as const
  ),
];

for (const [name, path, text, says] of BROKEN) {
  Deno.test(`brokenRules notices ${name}`, () => {
    const broken = brokenRules({ path, text });
    assert(broken.length > 0, "nothing was found");
    assert(broken.every((each) => each.startsWith(`${path}: `)));
    assert(broken.some((each) => each.includes(says)), broken.join("\n"));
  });
}

const KEPT: readonly (readonly [string, string, string])[] = [
  ["a room's own files", "lib/sep/a.ts", 'import { x } from "./b.ts";'],
  ["earlier rooms", "lib/sep/a.ts", 'import { x } from "../host/clock.ts";'],
  ["libraries", "lib/server/a.ts", 'import { z } from "zod";'],
  [
    "pure modules",
    "lib/trust/a.ts",
    'import { createHash } from "node:crypto";',
  ],
  [
    "the store",
    "lib/server/store/store.ts",
    'import { x } from "node:sqlite";',
  ],
  [
    "the host",
    "lib/host/real_disk.ts",
    "await Deno.open(x); setTimeout(f, 1);",
  ],
  ["the entries", "server.ts", 'import "./lib/host/real.ts"; Deno.exit();'],
  [
    "comments and strings",
    "lib/sep/a.ts",
    '// Deno.exit()\nconst x = "fetch(";',
  ],
  [
    "things of its own with such a name",
    "lib/cli/a.ts",
    'import { Worker } from "./w.ts"; new Worker(); ' +
    "function f(process = {}) { process.exit(); } const { fetch } = http; fetch(u);",
  ],
  ["a given time", "lib/sep/a.ts", "const x = new Date(clock.wallMs());"],
  [
    "other things of the same name",
    "lib/cli/a.ts",
    "host.http.fetch(u); class X { fetch() {} } const y = { console: 1 };",
  ],
];

for (const [name, path, text] of KEPT) {
  Deno.test(`brokenRules lets ${name} be`, () => {
    assertEquals(brokenRules({ path, text }), []);
  });
}

/** Every file of this repository that is loaded with one of them. */
function reach(entry: string): Set<string> {
  const byPath = new Map<string, Source>(
    sources.map((source) => [source.path, source]),
  );
  const reached = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = byPath.get(path);
    if (source !== undefined) waiting.push(...loadedWith(source));
  }
  return reached;
}
