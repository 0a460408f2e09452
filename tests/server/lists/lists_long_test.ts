/**
 * Very long lists: a good one is taken a part at a time, one above the limit
 * is refused with the reason, and the one before stays (S-17).
 */

import { assert, assertEquals } from "@std/assert";
import { LIST_LIMITS } from "../../../lib/peo/program.ts";
import type { Write } from "../../../lib/server/store/store.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { gzipSync } from "node:zlib";
import { ada, documentOf, send, sentOf, testLists } from "./lists_kit.ts";

/** A document of so many short lines. */
function longDocument(count: number): Uint8Array {
  const text = new TextDecoder().decode(documentOf("p"));
  const [head = ""] = text.split("\n");
  const properties = '"properties":[{"name":"flottille:source","value":"s"}]';
  const lines = Array.from({ length: count }, (_, index) => {
    const name = `p${String(index).padStart(7, "0")}`;
    return `{"name":"${name}","purl":"pkg:generic/${name}",${properties}}`;
  });
  return utf8(`${head}\n${lines.join(",\n")}\n]}\n`);
}

function sentLong(count: number) {
  const document = longDocument(count);
  const bytes = new Uint8Array(gzipSync(document, { level: 1 }));
  return sentOf(document, { bytes });
}

testLists(
  "take 100,000 programs a part at a time, and let others have their turn, S-17",
  async (bench) => {
    const sizes: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    // The store's own work with them is measured elsewhere.
    bench.writer = {
      commit(writes: readonly Write[]) {
        for (const write of writes) {
          if (write.kind === "list part") sizes.push(write.programs.length);
        }
        return new Promise((resolve) => setTimeout(resolve, 0));
      },
    };
    const lists = await bench.open();
    const { reason } = await send(lists, sentLong(100_000));
    clearInterval(timer);
    assertEquals(reason, null);
    assertEquals(lists.held(ada.id)?.programs, 100_000);
    assertEquals(sizes.reduce((sum, size) => sum + size, 0), 100_000);
    assertEquals(Math.max(...sizes), 2_000);
    assert(turns >= 50, `Only ${turns} turns for others`);
  },
);

testLists(
  "refuse one program too many with the reason, and keep the one before, S-17",
  async (bench) => {
    const lists = await bench.open();
    await send(lists, sentOf(documentOf("bash")));
    const kinds = new Set<string>();
    bench.writer = {
      commit(writes: readonly Write[]) {
        for (const { kind } of writes) kinds.add(kind);
        return Promise.resolve();
      },
    };
    const again = await bench.open();
    const { programsMax } = LIST_LIMITS;
    const { reason } = await send(again, sentLong(programsMax + 1));
    assertEquals(reason, "package");
    assertEquals(kinds, new Set(["list dropped", "list part"]));
    assert(bench.told[0]?.includes("more than 200000"), bench.told[0]);
    assertEquals(again.held(ada.id), lists.held(ada.id));
    assertEquals(await bench.names(), ["bash"]);
  },
);
