/** What a person reads when the server, or its answer, cannot be had. */

import { assert, assertEquals } from "@std/assert";
import { runServerCommand, withServer, writeApiFile } from "./fake_server.ts";

Deno.test("A server that does not run ends every question with 4", async () => {
  await withServer({}, async (server) => {
    const path = `${server.directory}/data/api.json`;
    // Nothing listens there any more: a server that was killed.
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await writeApiFile(server.directory, {
      port,
      token: "x".repeat(43),
      pid: 1,
    });
    const stale = await server.run(["status"]);
    await Deno.writeTextFile(path, "{");
    const cut = await server.run(["status"]);
    await Deno.remove(path);
    const absent = await server.run(["status"]);
    for (const { code, stderr } of [stale, cut, absent]) {
      assertEquals(code, 4);
      assert(stderr.startsWith("error: "), stderr);
    }
    assert(absent.stderr.includes("flottille-server run"));
  });
});

Deno.test("A token that others can read is not used, K-02", async () => {
  await withServer({}, async (server) => {
    await Deno.chmod(`${server.directory}/data/api.json`, 0o644);
    const { code, stderr } = await server.run(["status"]);
    assertEquals(code, 3);
    assert(stderr.includes("chmod 600"), stderr);
  });
});

Deno.test("An answer of another shape is a fault, and is not shown", async () => {
  for (const answer of [{ machines: 7 }, [], null, "text"]) {
    await withServer({ "GET /v1/machines": answer }, async (server) => {
      const { code, stdout, stderr } = await server.run(["machines"]);
      assertEquals(code, 70);
      assertEquals(stdout, "");
      assert(stderr.includes("of one version?"), stderr);
    });
  }
});

Deno.test("A config file that is wrong ends with 3 and the line", async () => {
  await withServer({}, async (server) => {
    await Deno.writeTextFile(server.configPath, "\n[network]\nsep_prt = 1\n");
    const { code, stderr } = await server.run(["status"]);
    assertEquals(code, 3);
    assert(stderr.includes("line 3"), stderr);
    assert(stderr.includes("sep_port"), stderr);
  });
});

Deno.test("A config file that is not there ends with 3 and advice", async () => {
  const ran = await runServerCommand(["status", "--config", "/nowhere/f.toml"]);
  assertEquals(ran.code, 3);
  assert(ran.stderr.includes('There is no config file "/nowhere/f.toml"'));
  assert(ran.stderr.includes("flottille-server init"));
});
