/** The door for Prometheus. */

import { assertEquals, assertThrows } from "@std/assert";
import { realHttp } from "../../../lib/host/real_http.ts";
import { openMetrics } from "../../../lib/server/observe/metrics_door.ts";

function open(port: number) {
  return openMetrics({
    http: realHttp(),
    config: { path: "f.toml", metrics: { address: "127.0.0.1", port } },
    page: () => "x 1\n",
  });
}

Deno.test("openMetrics opens nothing when the config has no port for it", () => {
  assertEquals(open(0), null);
});

Deno.test("openMetrics answers GET /metrics, and nothing else", async () => {
  // A free port: that of a listener which is closed again.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const server = open(port);
  try {
    assertThrows(() => open(port), Error, "metrics.port");
    const ask = async (path: string, method = "GET") => {
      const url = `http://127.0.0.1:${port}${path}`;
      const answer = await fetch(url, { method });
      return `${answer.status} ${await answer.text()}`;
    };
    assertEquals(await ask("/metrics"), "200 x 1\n");
    assertEquals(await ask("/"), "404 The metrics are at /metrics\n");
    assertEquals(
      await ask("/metrics", "POST"),
      "405 The metrics can only be read\n",
    );
  } finally {
    await server?.stop();
  }
});
