/** The local API's two ends, on loopback. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { realHttp } from "../../lib/host/real_http.ts";

const ANY = { hostname: "127.0.0.1", port: 0 };
const http = realHttp();

Deno.test("Http.serve answers, and Http.fetch asks, in both directions", async () => {
  const server = http.serve(ANY, async (request) => {
    const path = new URL(request.url).pathname;
    return new Response(`${request.method} ${path} ${await request.text()}`);
  });
  const url = `http://127.0.0.1:${server.address.port}/a/b`;
  const response = await http.fetch(url, { method: "POST", body: "hello" });
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "POST /a/b hello");
  await server.stop();
});

Deno.test("Http.fetch goes through no proxy, K-14", async () => {
  const server = http.serve(ANY, () => new Response("direct"));
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `
      import { realHttp } from ${
        JSON.stringify(import.meta.resolve("../../lib/host/real_http.ts"))
      };
      const response = await realHttp().fetch(Deno.args[0]);
      console.log(await response.text());`,
      `http://127.0.0.1:${server.address.port}/`,
    ],
    env: {
      HTTP_PROXY: "http://127.0.0.1:9",
      http_proxy: "http://127.0.0.1:9",
      ALL_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "",
      no_proxy: "",
    },
  }).output();
  assertEquals(
    new TextDecoder().decode(output.stdout),
    "direct\n",
    new TextDecoder().decode(output.stderr),
  );
  await server.stop();
});

Deno.test("Http.fetch streams a body that never fits in memory at once", async () => {
  const size = 20_000_000;
  const server = http.serve(ANY, async (request) => {
    let count = 0;
    for await (const chunk of request.body ?? []) count += chunk.length;
    return Response.json({ count });
  });
  const chunk = new Uint8Array(100_000);
  let left = size;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left === 0) return controller.close();
      controller.enqueue(chunk);
      left -= chunk.length;
    },
  });
  const url = `http://127.0.0.1:${server.address.port}/`;
  const response = await http.fetch(url, { method: "POST", body });
  assertEquals(await response.json(), { count: size });
  await server.stop();
});

Deno.test("Http.fetch follows no redirect and speaks plain http only", async () => {
  const server = http.serve(
    ANY,
    () => Response.redirect("http://127.0.0.1:9/"),
  );
  const url = `http://127.0.0.1:${server.address.port}/`;
  assertEquals((await http.fetch(url)).status, 302);
  await assertRejects(
    () => http.fetch("https://127.0.0.1/"),
    TypeError,
    "only http:",
  );
  await server.stop();
  await assertRejects(() => http.fetch(url));
});

Deno.test("Http.serve refuses an address that is taken, S-21", async () => {
  const server = http.serve(ANY, () => new Response());
  assertThrows(
    () => http.serve(server.address, () => new Response()),
    Deno.errors.AddrInUse,
  );
  await server.stop();
});

Deno.test("Http.serve tells no stranger what went wrong inside", async () => {
  const server = http.serve(ANY, () => {
    throw new Error("secret");
  });
  const url = `http://127.0.0.1:${server.address.port}/`;
  const response = await http.fetch(url);
  assertEquals(response.status, 500);
  assert(!(await response.text()).includes("secret"));
  await server.stop();
});
