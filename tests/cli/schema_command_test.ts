/** The command that prints the manifest's JSON Schema; it needs no server. */

import { assertEquals } from "@std/assert";
import { runServerCommand } from "./fake_server.ts";

Deno.test("schema prints what docs/ieo.schema.json publishes", async () => {
  const path = new URL("../../docs/ieo.schema.json", import.meta.url);
  assertEquals(await runServerCommand(["schema"]), {
    code: 0,
    stdout: Deno.readTextFileSync(path),
    stderr: "",
  });
});
