/**
 * The flows of the seed, word for word, on real datagrams.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cutNote } from "../../lib/sep/note.ts";
import type { Opening } from "../../lib/sep/server_api.ts";
import { installed, installOrder, SERVER_AT } from "./props.ts";
import { onStage } from "./stage.ts";

Deno.test("Flow 1a discovers a machine by the server's broadcast", () =>
  onStage({}, async (stage) => {
    await stage.round();
    assertEquals(stage.words(), [
      "S ping",
      "M echo",
      "S OK",
      "M identifie",
      "S identifiant",
      "M OK",
    ]);
    assertEquals(stage.machine.house.standings, [{ kind: "accepted" }]);
    assertEquals(stage.house.log, [`opened ${stage.machine.id}`]);
  }));

Deno.test("Flow 1b discovers a machine that calls", () =>
  onStage({}, async (stage) => {
    const outcome = await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    await stage.clock.advance(0);
    assertEquals(outcome, { kind: "session", accepted: true });
    assertEquals(stage.words(), [
      "M ping",
      "S echo",
      "M identifie",
      "S identifiant",
      "M OK",
    ]);
    assertEquals(stage.house.log, [`opened ${stage.machine.id}`]);
  }));

Deno.test("Flow 2a ends with the echo of a machine that is known", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    await stage.round();
    assertEquals(stage.words(), ["S ping", "M echo"]);
    assertEquals(stage.house.log.at(-1), `heard ${stage.machine.id}`);
  }));

Deno.test("Flow 2b ends with the echo of a server that knows the session", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const outcome = await stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    assertEquals(outcome, { kind: "alive" });
    assertEquals(stage.words(), ["M ping", "S echo"]);
  }));

Deno.test("Flow 3 asks, and says [rien] to both answers", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    house.programs.set("editor", "1.0");
    const ask = (version: string) =>
      stage.until(stage.server.converse(id, {
        word: "possede",
        name: "editor",
        version,
        orElse: null,
      }));
    assertEquals(await ask("1.0"), { kind: "owned" });
    assertEquals(await ask("2.0"), { kind: "missing" });
    await stage.clock.advance(0);
    assertEquals(stage.words(), [
      "S possede",
      "M oui",
      "S rien",
      "S possede",
      "M non",
      "S rien",
    ]);
  }));

Deno.test("Flow 3 goes on as flow 6 when the order was to ensure", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    const outcome = await stage.until(stage.server.converse(id, {
      word: "possede",
      name: "editor",
      version: "1.0",
      orElse: installOrder(1n),
    }));
    await stage.clock.advance(0);
    assertEquals(outcome, installed());
    assertEquals(stage.words(), [
      "S possede",
      "M non",
      "S install",
      "M reussi",
      "S OK",
    ]);
    assertEquals(house.programs.get("editor"), "1.0");
  }));

Deno.test("Flow 4 asks for a list and gets it only when it is another", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    const ask = (sha256: string) =>
      stage.until(stage.server.converse(id, { word: "dliste", sha256 }));
    assertEquals(await ask(""), { kind: "list", coming: true });
    assertEquals(await ask("05".repeat(32)), { kind: "list", coming: false });
    assertEquals(stage.words(), ["S dliste", "M OK", "S dliste", "M OK"]);
    assertEquals(house.log, ["upload"]);
  }));

Deno.test("Flow 4 says which libraries the list shall hold, and nothing of it when none", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    for (const libraries of [["npm", "pip"], []]) {
      const opening = { word: "dliste", sha256: "", libraries } as const;
      await stage.until(stage.server.converse(id, opening));
    }
    assertEquals(house.libraries, ["npm,pip", ""]);
    const bodies = stage.network.sent
      .map(({ bytes }) => new TextDecoder().decode(bytes))
      .flatMap((text) => text.match(/\[dliste.*?\]/) ?? []);
    assertEquals(bodies, ["[dliste{+npm,pip}]", "[dliste{}]"]);
  }));

Deno.test("Flow 5 offers a list and learns whether it is wanted", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { endpoint } = stage.machine;
    const offer = () =>
      stage.until(endpoint.offerList(new Uint8Array(32).fill(6)));
    assertEquals(await offer(), { kind: "list", upload: true });
    stage.house.listAnswer = "inchange";
    assertEquals(await offer(), { kind: "list", upload: false });
    assertEquals(stage.words(), ["M vliste", "S OK", "M vliste", "S OK"]);
  }));

Deno.test("Flow 6 and 8 install, and tell a failure with its reason", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    const install = (version: string, order: bigint) =>
      stage.until(stage.server.converse(id, {
        word: "install",
        order: installOrder(order, 1, version),
        deadlineMs: 10_000,
      }));
    assertEquals(await install("1.0", 1n), installed());
    assertEquals(await install("2.0", 2n), installed("2.0"));
    house.fail = "disk";
    house.note = "Cannot install editor 3.0: the disk is full\n1 byte is free";
    assertEquals(await install("3.0", 3n), {
      kind: "failed",
      reason: "disk",
      note: house.note,
    });
    await stage.clock.advance(0);
    assertEquals(house.programs.get("editor"), "2.0");
    assertEquals(stage.words(), [
      ...["S install", "M reussi", "S OK"],
      ...["S install", "M reussi", "S OK"],
      ...["S install", "M rate", "S OK"],
    ]);
  }));

Deno.test("Flow 8 takes a program back, and tells to which version", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    house.programs.set("editor", "2.0");
    house.kept.set("editor", "1.0");
    const sha256 = "00".repeat(32);
    const order = { ...installOrder(5n, 1, "*"), sha256, size: 0 };
    const back = stage.server.converse(id, {
      word: "install",
      order: { ...order, how: "retour" },
      deadlineMs: 10_000,
    });
    assertEquals(await stage.until(back), installed("1.0"));
    assertEquals(house.ordered, { ...order, how: "retour" });
    assertEquals(house.programs.get("editor"), "1.0");
    // Any other install says nothing about it, on the wire or in the house.
    const plain = installOrder(6n, 1, "2.0");
    const install = { word: "install", order: plain, deadlineMs: 10_000 };
    await stage.until(stage.server.converse(id, install as Opening));
    assertEquals(house.ordered, plain);
  }));

Deno.test("A note that is too long is cut, and the result is told, C-02", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    house.fail = "hook";
    house.note = `Cannot install editor 1.0\n${"x\u001b\n".repeat(5_000)}last`;
    const install = () =>
      stage.until(stage.server.converse(id, {
        word: "install",
        order: installOrder(1n),
        deadlineMs: 10_000,
      }));
    const first = await install();
    assertEquals(first, {
      kind: "failed",
      reason: "hook",
      note: cutNote(house.note),
    });
    // The same attempt again: the same note, and nothing is done.
    assertEquals(await install(), first);
    assertEquals(house.installs, 1);
  }));

Deno.test("Flow 7 removes a program", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { id, house } = stage.machine;
    house.programs.set("editor", "1.0");
    const outcome = await stage.until(stage.server.converse(id, {
      word: "suppression",
      order: { order: 4n, attempt: 1, name: "editor", version: "*" },
      deadlineMs: 10_000,
    }));
    await stage.clock.advance(0);
    assertEquals(outcome, installed(""));
    assertEquals(house.programs.size, 0);
    assertEquals(stage.words(), ["S suppression", "M reussi", "S OK"]);
  }));

Deno.test("Order is lost at once when its machine opens a new session, C-15", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { machine } = stage;
    machine.house.latch.close();
    const order = stage.server.converse(machine.id, {
      word: "install",
      order: installOrder(1n),
      deadlineMs: 600_000,
    });
    await stage.clock.advance(1_000);
    stage.restartMachine(machine);
    await stage.round();
    assertEquals(await stage.until(order, 5_000), {
      kind: "lost",
      awaited: "reussi or rate",
    });
  }));

Deno.test("Stage loses a conversation, and no more, when the house throws", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { house, id } = stage.machine;
    const { owns } = house;
    house.owns = () => Promise.reject(new Error("disk error"));
    const ask = () =>
      stage.until(stage.server.converse(id, {
        word: "possede",
        name: "editor",
        version: "1.0",
        orElse: null,
      }));
    assertEquals(await ask(), { kind: "lost", awaited: "oui or non" });
    assertEquals(house.log, ["trouble: Error: disk error"]);
    house.owns = owns;
    assertEquals(await ask(), { kind: "missing" });
  }));

Deno.test("Stage gives no [install] to a machine revoked while it is asked", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { house, id } = stage.machine;
    house.latch.close();
    const order = stage.server.converse(id, {
      word: "possede",
      name: "editor",
      version: "1.0",
      orElse: installOrder(1n),
    });
    await stage.clock.advance(100);
    stage.server.forgetSession(id);
    house.latch.open();
    assertEquals(await stage.until(order), {
      kind: "lost",
      awaited: "oui or non",
    });
    await stage.clock.advance(5_000);
    assertEquals(stage.words(), ["S possede", "M non"]);
  }));
