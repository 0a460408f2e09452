/**
 * What a store knows of the machines' own programs, and of the leave to go
 * back: rules of the suite.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FLOTTILLE_SOURCE } from "../../../lib/peo/sources/flottille.ts";
import type { Write } from "../../../lib/server/store/store.ts";
import { NOON_MS } from "../examples.ts";
import { ada, bob, listed, put, putList, type Rule } from "./store_kit.ts";

function ours(name: string, version: string) {
  const purl = `pkg:generic/${name}@${version}`;
  return { name, version, purl, source: FLOTTILLE_SOURCE };
}

function told(name: string, version: string, machine = ada.id): Write {
  return { kind: "told", told: { machine, name, version } };
}

export const HELD_RULES: Record<string, Rule> = {
  async "tells who has which of our programs"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    await store.commit([
      ...putList(ada.id, [ours("java", "17.0"), ours("editor", "1.0")]),
      ...putList(bob.id, [listed("java", "11"), ours("editor", "1.0")]),
    ]);
    const again = await reopen();
    assertEquals(await again.held(["java", "nothing"]), [
      { machine: ada.id, name: "java", version: "17.0" },
    ]);
    assertEquals((await again.held(["editor"])).length, 2);
    assertEquals(await again.held([]), []);
  },

  async "puts what orders have changed before what lists say"(store, reopen) {
    await store.commit([put(ada), put(bob)]);
    await store.commit([...putList(ada.id, [ours("java", "17.0")])]);
    await store.commit([told("java", "21.0"), told("java", "11.0", bob.id)]);
    assertEquals(byMachine(await store.held(["java"])), [
      [ada.id, "21.0"],
      [bob.id, "11.0"],
    ]);
    await store.commit([told("java", "")]);
    assertEquals(byMachine(await (await reopen()).held(["java"])), [
      [bob.id, "11.0"],
    ]);
  },

  async "believes a list that came after the orders"(store) {
    await store.commit([put(ada), put(bob)]);
    await store.commit([told("java", "21.0"), told("java", "21.0", bob.id)]);
    await store.commit([...putList(ada.id, [ours("java", "17.0")])]);
    assertEquals(byMachine(await store.held(["java"])), [
      [ada.id, "17.0"],
      [bob.id, "21.0"],
    ]);
  },

  async "keeps the distribution that a list names"(store, reopen) {
    await store.commit([put(ada), ...putList(ada.id, [])]);
    const [list] = await (await reopen()).lists();
    assertEquals([list?.distribution, list?.distributionVersion], [
      "debian",
      "12",
    ]);
  },

  async "keeps downgrade statements, each once, I-16"(store, reopen) {
    const downgrade = {
      ...{ id: "ab".repeat(32), name: "editor", versions: ["1.0", "1.1"] },
      ...{ issuedMs: NOON_MS, expiresMs: NOON_MS + 1 },
      statement: new Uint8Array([1, 2, 3]),
    };
    await store.commit([{ kind: "downgrade", downgrade }]);
    await store.commit([{ kind: "downgrade", downgrade }]);
    assertEquals(await (await reopen()).downgrades(), [downgrade]);
  },
};

function byMachine(
  held: readonly { readonly machine: string; readonly version: string }[],
): string[][] {
  return held.map(({ machine, version }) => [machine, version])
    .toSorted(([a = ""], [b = ""]) => a === ada.id ? -1 : b === ada.id ? 1 : 0);
}
