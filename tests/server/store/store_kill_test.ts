/**
 * kill -9 of a process that writes into the store, at a random moment. The
 * rounds are few here; the nightly test has more.
 */

import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "../config/text_lines.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { machine } from "../examples.ts";
import { inDirectory } from "../temporary.ts";

const ROUNDS = 4;
const WRITER = new URL("./store_writer.ts", import.meta.url).pathname;
const disk = realDisk();

/** Runs the writer until it is killed; the last number it told. */
async function writeAndKill(path: string, lines: number): Promise<number> {
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", WRITER, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let last = 0;
  let told = 0;
  const texts = writer.stdout.pipeThrough(new TextLineStream());
  for await (const text of texts) {
    last = Number(text);
    // After the kill, what the pipe still holds was acknowledged too.
    if (++told === lines) writer.kill("SIGKILL");
  }
  assertEquals((await writer.status).signal, "SIGKILL");
  return last;
}

Deno.test("Store (sqlite) loses no acknowledged order by kill -9, B-01", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/test.db`;
    const made = await openSqliteStore({ disk, path, create: true });
    await made.commit([{ kind: "machine", machine: machine("ada") }]);
    await made.close();
    for (let round = 1; round <= ROUNDS; round++) {
      const lines = 1 + Math.floor(Math.random() * 200);
      const last = await writeAndKill(path, lines);
      // Opening checks the file; it would refuse a damaged one.
      const store = await openSqliteStore({ disk, path });
      const [newest] = await store.orders(1);
      const label = `round ${round}, killed after ${lines} lines`;
      assert(newest !== undefined && newest.order.id >= last, label);
      // One transaction: the task and the note beside it agree.
      const noted = Number(await store.meta("last"));
      assert(noted >= last, label);
      for (const id of [last, noted]) {
        assertEquals((await store.tasks(id))[0]?.state, "done", label);
      }
      // Each kill can cut one order from its task's end, and no more.
      assert((await store.openTasks()).length <= round, label);
      await store.close();
    }
  }));
