/**
 * A process that writes orders into a store as fast as it can, and tells on
 * stdout the number of each one that the store has acknowledged. It is made to
 * be killed: see `store_kill_test.ts`.
 *
 * @module
 */

import { realDisk } from "../../../lib/host/real_disk.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { addOrder, newOrder, newTask } from "../examples.ts";

const [path = ""] = Deno.args;
const store = await openSqliteStore({ disk: realDisk(), path });
const [machine] = await store.machines();
if (machine === undefined) throw new Error("The store has no machine");
for (;;) {
  const { id } = await addOrder(store, newOrder(), [newTask(machine.id)]);
  const task = newTask(machine.id, { order: id, state: "done", answer: "oui" });
  await store.commit([
    { kind: "task", task },
    { kind: "meta", key: "last", value: String(id) },
  ]);
  Deno.stdout.writeSync(new TextEncoder().encode(`${id}\n`));
}
