/**
 * The model is of the code: its tables are those that the code runs.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { MODELS, PROMISES } from "../../scripts/model/models.ts";
import { movesPml } from "../../scripts/model/moves_pml.ts";
import { storyOf, verdictOf } from "../../scripts/model/verify.ts";

const here = (name: string) =>
  Deno.readTextFile(new URL(name, import.meta.url));

Deno.test("movesPml gives the file in the tree: the model's tables are those of the code (else: deno task model --write)", async () => {
  assertEquals(await here("moves.pml"), movesPml());
});

Deno.test("PROMISES have the numbers of the model", async () => {
  const world = await here("world.pml");
  const found = PROMISES.map(([name]) =>
    new RegExp(`#define ${name} (\\d+)`).exec(world)?.[1]
  );
  assertEquals(found, PROMISES.map((_, index) => `${index + 1}`));
});

Deno.test("MODELS name only switches that the model knows", async () => {
  const files = ["world", "server", "machine", "calm", "sep"];
  const texts = await Promise.all(files.map((name) => here(`${name}.pml`)));
  const text = texts.join("\n");
  const unknown = MODELS.flatMap(({ defines }) =>
    defines.map((define) => define.split("=")[0] ?? "")
  ).filter((name) => !new RegExp(`#if(n?def)? ${name}\\b`).test(text));
  assertEquals(unknown, []);
});

Deno.test("verdictOf reads Spin's report, and takes nothing else for a success", () => {
  assertEquals(
    verdictOf("pan:1: assertion violated ((x>1)||(broken==8)) (at depth 3)"),
    "done_once",
  );
  assertEquals(verdictOf("State-vector 9 byte, errors: 0"), "whole");
  assertEquals(
    verdictOf("Warning: Search not completed\nerrors: 0"),
    "cannot be read",
  );
  assertEquals(verdictOf(""), "cannot be read");
});

Deno.test("storyOf tells a trail as a conversation", () => {
  assertEquals(
    storyOf("   1: S_ping, conversation 1\n 1 comes to the machine\n\t\tx = 1"),
    [
      "  server  says 1 [ping]  (conversation 1)",
      "    1 comes to the machine",
    ],
  );
});
