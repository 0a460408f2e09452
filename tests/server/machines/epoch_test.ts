/** The epoch over restarts, with a real store. */

import { assertEquals } from "@std/assert";
import { realHost } from "../../../lib/host/real.ts";
import { Epoch } from "../../../lib/server/machines/epoch.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { inDirectory } from "../temporary.ts";

const { disk } = realHost();

Deno.test("Epoch is greater after each start of the server, C-14", () =>
  inDirectory(async (directory) => {
    const begun: bigint[] = [];
    for (let start = 0; start < 3; start++) {
      const path = `${directory}/flottille.db`;
      const store = await openSqliteStore({ disk, path, create: start === 0 });
      begun.push((await Epoch.begin(store, store)).current);
      await store.close();
    }
    assertEquals(begun, [1n, 2n, 3n]);
  }));
