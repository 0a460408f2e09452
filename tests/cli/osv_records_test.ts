/** OSV exports on a real disk, made by a real zip program's library. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { realHost } from "../../lib/host/real.ts";
import { CliFailure } from "../../lib/cli/failure.ts";
import { osvRecords, RECORD_BYTES_MAX } from "../../lib/cli/osv_records.ts";
import { zipOf } from "./osv_zip.ts";

const { disk } = realHost();

/** `where: json` of every record below a path in a directory of the test. */
async function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  path = "",
): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string"
        ? new TextEncoder().encode(content)
        : content;
      await Deno.writeFile(`${directory}/${name}`, bytes);
    }
    const found: string[] = [];
    for await (
      const { where, json } of osvRecords(disk, `${directory}/${path}`)
    ) {
      found.push(`${where.slice(directory.length + 1)}: ${json}`);
    }
    return found;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("osvRecords reads a zip, its lines, and a directory of them", async () => {
  const files = {
    "a.zip": await zipOf({ "X-1.json": '{"id":1}', "README": "no record" }),
    "b.json": '{"id":2}',
    "c.jsonl": '{"id":3}\n\n{"id":4}',
    "notes.txt": "nothing",
  };
  assertEquals(await read(files), [
    'a.zip: X-1.json: {"id":1}',
    'b.json: {"id":2}',
    'c.jsonl: line 1: {"id":3}',
    'c.jsonl: line 3: {"id":4}',
  ]);
  assertEquals(await read(files, "b.json"), ['b.json: {"id":2}']);
});

Deno.test("osvRecords reads a zip of many records, stored and deflated", async () => {
  const records = Object.fromEntries(
    Array.from(
      { length: 300 },
      (_, at) => [`X-${at}.json`, `{"id":"X-${at}"}`],
    ),
  );
  for (const level of [0, 6]) {
    const found = await read({ "all.zip": await zipOf(records, level) });
    assertEquals(found.length, 300);
    assertEquals(found.at(-1), 'all.zip: X-299.json: {"id":"X-299"}');
  }
});

Deno.test("osvRecords gives no text of a record that is too long", async () => {
  const long = `"${"x".repeat(RECORD_BYTES_MAX)}"`;
  assertEquals(
    await read({ "a.zip": await zipOf({ "long.json": long, "x.json": "1" }) }),
    [
      "a.zip: long.json: null",
      "a.zip: x.json: 1",
    ],
  );
});

Deno.test("osvRecords says what is wrong with a file that is no export", async () => {
  const zip = await zipOf({ "a.json": "x".repeat(10_000) }, 0);
  const damaged = (await zipOf({ "a.json": `${Math.random()}`.repeat(999) }))
    .slice();
  damaged.fill(0xff, 60, 90);
  const rows = [
    ["none.zip", {}, "There is no"],
    ["a.zip", { "a.zip": "" }, "it is no zip"],
    ["a.zip", { "a.zip": "<html>" }, "it is no zip"],
    ["a.zip", { "a.zip": zip.slice(0, 5_000) }, "cut off"],
    ["a.zip", { "a.zip": zip.slice(0, -22) }, "cut off"],
    ["a.zip", { "a.zip": damaged }, "it is damaged"],
    ["a.tar", { "a.tar": "x" }, "no .zip, .json or .jsonl"],
  ] as const;
  for (const [path, files, because] of rows) {
    const error = await assertRejects(() => read(files, path), CliFailure);
    assert(error.message.includes(because), error.message);
  }
});
