/**
 * Every check of a package: one that holds, and for each one a package for
 * which it does not, in the very words of `verify` and `open`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type CheckName, CHECKS } from "../../lib/ieo/examine/checks.ts";
import { type Examination, examinePackage } from "../../lib/ieo/examine.ts";
import { openPackage } from "../../lib/ieo/open.ts";
import { pack } from "../../lib/ieo/pack.ts";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import { build, optionsFor } from "./pack_kit.ts";
import {
  craftPackage,
  DISK,
  goodPackage,
  manifestOf,
  PUBLISHER,
  PUBLISHERS,
  type Sample,
  signed,
  statementOf,
  STRANGER,
  withDirectory,
} from "./samples.ts";

const NAMES = Object.keys(CHECKS) as CheckName[];
const GOOD = goodPackage({ "a": "text", "b": "more" });
const KEY = toBase64Url(PUBLISHER.publicKey);

async function examine(
  { bytes, statement }: Pick<Sample, "bytes" | "statement">,
  { publishers = PUBLISHERS, nowMs = 0 }: {
    readonly publishers?: PublishersList | null;
    readonly nowMs?: number;
  } = {},
): Promise<Examination> {
  return await withDirectory(async (directory) => {
    const path = `${directory}/tool.ieo`;
    await Deno.writeFile(path, bytes);
    const before = [...Deno.readDirSync(directory)].length;
    const found = await examinePackage({
      disk: DISK,
      path,
      statement,
      publishers,
      nowMs,
    });
    assertEquals([...Deno.readDirSync(directory)].length, before);
    return found;
  });
}

/** The names of the checks that came to this. */
function those(
  { checks }: Examination,
  verdict: "holds" | "fails" | "unknown",
): CheckName[] {
  return checks.filter((one) => one.verdict === verdict)
    .map(({ name }) => name);
}

function textOf({ checks }: Examination, name: CheckName): string {
  return checks.find((one) => one.name === name)?.text ?? "";
}

Deno.test("examinePackage makes every check, and all hold of a good package", async () => {
  const found = await examine(GOOD);
  assertEquals(found.checks.map(({ name }) => name), NAMES);
  assertEquals(those(found, "holds"), NAMES);
  assertEquals(found.manifest?.files.length, 2);
  assertEquals(found.statement?.name, "tool");
  assertEquals(found.publisher, KEY);
});

Deno.test("examinePackage without a list does not judge rights, and all else", async () => {
  const found = await examine(GOOD, { publishers: null });
  const rights = ["revoked", "publisher", "name", "hooks"];
  assertEquals(those(found, "unknown"), rights);
  assertEquals(those(found, "fails"), []);
});

function listWith(changes: Partial<PublishersList>): PublishersList {
  return { ...PUBLISHERS, ...changes };
}

const rights = (names: string[], hooks: boolean) =>
  listWith({ publishers: [{ key: KEY, names, hooks }] });

const withHooks: Sample = {
  ...GOOD,
  statement: signStatement(PUBLISHER, {
    format: 1,
    ...GOOD.ordered,
    serial: 1,
    hooks: true,
  }),
};

/** A list by which one right is not given, and what is not asked after it. */
const LISTS: readonly (readonly [
  CheckName,
  PublishersList,
  string,
  readonly CheckName[],
])[] = [
  [
    "revoked",
    listWith({ revoked: [KEY] }),
    "is signed by a publisher whose key was revoked",
    ["publisher", "name", "hooks"],
  ],
  [
    "publisher",
    listWith({ publishers: [] }),
    "is signed by somebody who is not on the publishers' list",
    ["name", "hooks"],
  ],
  [
    "name",
    rights(["school-*"], false),
    "is for a program that its publisher may not publish",
    ["hooks"],
  ],
  [
    "hooks",
    rights(["*"], false),
    "is for a package that runs hooks, which its publisher may not",
    [],
  ],
];

for (const [name, publishers, part, unknown] of LISTS) {
  Deno.test(`examinePackage finds that the check "${name}" does not hold, K-07, S-12`, async () => {
    const found = await examine(name === "hooks" ? withHooks : GOOD, {
      publishers,
    });
    // A statement that claims more than the manifest does is no good either.
    const more = name === "hooks" ? ["manifest"] : [];
    assertEquals(those(found, "fails"), [name, ...more]);
    assertEquals(those(found, "unknown"), unknown);
    assert(textOf(found, name).includes(part), textOf(found, name));
  });
}

Deno.test("examinePackage believes nothing of a forged statement, S-12", async () => {
  const text = new TextDecoder().decode(GOOD.statement);
  const forged = text.replace(
    /"sig":"(.)/,
    (all, first) => all.slice(0, -1) + (first === "A" ? "B" : "A"),
  );
  const statement = new TextEncoder().encode(forged);
  const found = await examine({ ...GOOD, statement });
  assertEquals(those(found, "fails"), ["signature"]);
  assertEquals(those(found, "holds"), ["form", "revoked", "publisher"]);
  assertEquals([found.statement, found.manifest], [null, null]);
});

Deno.test("examinePackage finds a statement that is none", async () => {
  for (const text of ["", "{}", "hello"]) {
    const statement = new TextEncoder().encode(text);
    const found = await examine({ ...GOOD, statement });
    assertEquals(those(found, "fails"), ["form"]);
    assertEquals(those(found, "holds"), []);
    assert(textOf(found, "form").endsWith("is not a package's statement"));
    assertEquals(found.publisher, null);
  }
});

Deno.test("examinePackage finds a file that is cut or changed, S-10", async () => {
  const cut = await examine({ ...GOOD, bytes: GOOD.bytes.slice(0, -1) });
  assertEquals(those(cut, "fails"), ["size"]);
  assert(textOf(cut, "size").includes("Cannot trust tool 1.0: its file has"));
  const bytes = GOOD.bytes.slice();
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  const changed = await examine({ ...GOOD, bytes });
  assertEquals(those(changed, "fails"), ["sha256"]);
  assertEquals(
    those(changed, "unknown"),
    ["zip", "manifest", "files", "expiry"],
  );
});

Deno.test("examinePackage finds what is no zip, Z-00", async () => {
  const found = await examine(signed(new TextEncoder().encode("no zip")));
  assertEquals(those(found, "fails"), ["zip"]);
});

Deno.test("examinePackage finds a manifest of another package, S-11", async () => {
  const manifest = manifestOf({}, { version: "2.0" });
  const sample = signed(craftPackage(manifest, []));
  const found = await examine(sample);
  assertEquals(those(found, "fails"), ["manifest"]);
  const opened = await withDirectory(async (directory) => {
    const path = `${directory}/a.ieo`;
    await Deno.writeFile(path, sample.bytes);
    return await openPackage({
      disk: DISK,
      path,
      statement: statementOf(sample),
    });
  });
  // The very words.
  assertEquals(
    textOf(found, "manifest"),
    opened.ok ? "" : opened.fault.detail,
  );
});

Deno.test("examinePackage finds a package that runs more than its statement says, S-12", async () => {
  const manifest = {
    ...manifestOf({}),
    hooks: { check: { run: ["/bin/true"], deadlineSeconds: 1 } },
  } as const;
  const found = await examine(signed(craftPackage(manifest, [])));
  assertEquals(those(found, "fails"), ["manifest"]);
  const text = textOf(found, "manifest");
  assert(text.includes("its statement does not say so"), text);
});

Deno.test("examinePackage finds a file that is not as the manifest says", async () => {
  const manifest = manifestOf({ "a": "text" });
  const content = new TextEncoder().encode("TEXT");
  const found = await examine(
    signed(craftPackage(manifest, [{ name: "a", content }])),
  );
  assertEquals(those(found, "fails"), ["files"]);
  assert(textOf(found, "files").startsWith("Cannot unpack tool 1.0: "));
});

Deno.test("examinePackage finds that a package has expired", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, { "a": "text" });
    const options = optionsFor(directory);
    await pack({
      ...options,
      draft: { ...options.draft, expires: "2027-01-01T00:00:00Z" },
    });
    const look = async (nowMs: number) =>
      await examinePackage({
        disk: DISK,
        path: options.output,
        statement: await Deno.readFile(`${options.output}.sig`),
        publishers: PUBLISHERS,
        nowMs,
      });
    const before = await look(Date.UTC(2026, 11, 31));
    assertEquals(those(before, "fails"), []);
    const after = await look(Date.UTC(2027, 0, 2));
    assertEquals(those(after, "fails"), ["expiry"]);
    assert(textOf(after, "expiry").includes("it expired at 2027-01-01"));
  });
});

Deno.test("examinePackage tells how far the reading is", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/tool.ieo`;
    await Deno.writeFile(path, GOOD.bytes);
    const told: number[] = [];
    await examinePackage({
      disk: DISK,
      path,
      statement: GOOD.statement,
      publishers: null,
      nowMs: 0,
      onProgress: (done) => void told.push(done),
    });
    assertEquals(told.at(-1), 8);
  });
});

Deno.test("examinePackage knows a stranger's key, and shows it", async () => {
  const statement = signStatement(STRANGER, {
    format: 1,
    ...GOOD.ordered,
    serial: 1,
    hooks: false,
  });
  const found = await examine({ ...GOOD, statement });
  assertEquals(found.publisher, toBase64Url(STRANGER.publicKey));
  assertEquals(those(found, "fails"), ["publisher"]);
});
