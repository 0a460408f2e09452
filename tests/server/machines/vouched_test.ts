/** A machine that another one vouches for, at the desk (N-06). */

import { assertEquals } from "@std/assert";
import { introduction, testDesk, told, WITHOUT_SECRET } from "./desk_bench.ts";

testDesk(
  "refuses whom a machine vouches for that is revoked just then, N-06",
  async (bench) => {
    await bench.identify(introduction("ada"));
    const [ada] = bench.registry.records();
    const voucher = { machine: ada?.id ?? "", vouches: () => true };
    const clone = introduction("clone", { ...WITHOUT_SECRET, voucher });
    // Both are on their way into the store at once.
    const verdict = bench.desk.identify(clone);
    await bench.after(bench.desk.revoke(bench.registry.records()));
    assertEquals(told(await bench.after(verdict)), "refuse revoked");
    const stored = await bench.store.machines();
    assertEquals(stored.map(({ status }) => status), ["revoked", "revoked"]);
    // A word that is not the key's brings nobody in.
    const forged = { ...voucher, vouches: () => false };
    const thief = introduction("thief", { ...WITHOUT_SECRET, voucher: forged });
    assertEquals(await bench.identify(thief), "refuse secret");
  },
);
