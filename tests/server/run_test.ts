/** The whole server on loopback: it starts, refuses, and stops in order. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type LogLevel, silentLog } from "../../lib/host/log.ts";
import { realHost } from "../../lib/host/real.ts";
import { initFleet } from "../../lib/server/fleet/init.ts";
import { META_COLLECTION } from "../../lib/server/inventory/collector.ts";
import { type RunningServer, runServer } from "../../lib/server/run.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";
import { inDirectory } from "./temporary.ts";

const host = realHost();
const LOOPBACK = "127.0.0.1";

/**
 * One process's own address: a port that is free here a moment from now too,
 * whatever else runs on this machine.
 */
const OWN = `127.${64 + Deno.pid % 64}.${(Deno.pid >> 6) % 256}.${
  1 + (Deno.pid >> 14) % 250
}`;

/** Ports that were free a moment ago. */
function freePorts(): { sep: number; sip: number } {
  const udp = Deno.listenDatagram({
    transport: "udp",
    hostname: OWN,
    port: 0,
  });
  const tcp = Deno.listen({ hostname: OWN, port: 0 });
  const ports = {
    sep: (udp.addr as Deno.NetAddr).port,
    sip: tcp.addr.port,
  };
  udp.close();
  tcp.close();
  return ports;
}

/** A fleet on loopback; `start` starts its server. */
async function withFleet(
  test: (fleet: {
    directory: string;
    configPath: string;
    ports: { sep: number; sip: number };
    start(environment?: Record<string, string>): Promise<RunningServer>;
  }) => Promise<void>,
): Promise<void> {
  await inDirectory(async (parent) => {
    const directory = `${parent}/fleet`;
    await initFleet({ host, directory });
    const ports = freePorts();
    const configPath = `${directory}/flottille.toml`;
    await Deno.writeTextFile(
      configPath,
      `[network]
       address = "${OWN}"
       sep_port = ${ports.sep}
       sip_port = ${ports.sip}
       broadcast = []`,
    );
    const running: RunningServer[] = [];
    try {
      await test({
        ...{ directory, configPath, ports },
        async start(environment = {}) {
          const server = await runServer({
            ...{ host, configPath, environment, log: silentLog },
          });
          running.push(server);
          return server;
        },
      });
    } finally {
      for (const server of running) await server.stop();
    }
  });
}

async function refusal(start: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(start, Error)).message;
}

Deno.test("runServer runs, answers, stops, and runs again", () =>
  withFleet(async ({ directory, start }) => {
    const server = await start();
    const file = `${directory}/data/api.json`;
    const { port, token } = JSON.parse(await Deno.readTextFile(file));
    assertEquals(port, server.apiPort);
    const response = await host.http.fetch(
      `http://${LOOPBACK}:${port}/v1/status`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const status = await response.json();
    assertEquals(status.fleet, server.fleet);
    await server.stop();
    await server.stop();
    await server.ended;
    assertEquals(await host.disk.stat(file), null);
    const again = await start();
    assertEquals(again.fleet, server.fleet);
  }));

Deno.test("runServer begins a new epoch with each start, C-14", () =>
  withFleet(async ({ directory, start }) => {
    for (const expected of ["1", "2"]) {
      await (await start()).stop();
      const store = await openSqliteStore({
        disk: host.disk,
        path: `${directory}/data/flottille.db`,
      });
      assertEquals(await store.meta("epoch"), expected);
      await store.close();
    }
  }));

Deno.test("runServer refuses a store that another server has, B-05", () =>
  withFleet(async ({ start }) => {
    await start();
    assertMatch(await refusal(() => start()), /another server has it open/);
  }));

Deno.test("runServer names the option of a SeP port in use, S-21", () =>
  withFleet(async ({ ports, start }) => {
    const taken = Deno.listenDatagram({
      ...{ transport: "udp", hostname: OWN, port: ports.sep },
    });
    const sentence = await refusal(() => start());
    assertMatch(sentence, new RegExp(`SeP on ${OWN}:${ports.sep} \\(UDP`));
    assertMatch(sentence, /network\.sep_port in ".*flottille\.toml"/);
    taken.close();
    await start(); // All that was opened was closed again.
  }));

Deno.test("runServer names the option of a SiP port in use, S-21", () =>
  withFleet(async ({ ports, start }) => {
    const taken = Deno.listen({ hostname: OWN, port: ports.sip });
    const sentence = await refusal(() => start());
    assertMatch(sentence, new RegExp(`SiP on ${OWN}:${ports.sip} \\(TCP`));
    assertMatch(sentence, /network\.sip_port in ".*flottille\.toml"/);
    taken.close();
    await start();
  }));

Deno.test("runServer names the option of an API port in use, S-21", () =>
  withFleet(async ({ configPath, start }) => {
    const taken = Deno.listen({ hostname: LOOPBACK, port: 0 });
    const { port } = taken.addr;
    await Deno.writeTextFile(configPath, `\n[api]\nport = ${port}`, {
      append: true,
    });
    assertMatch(await refusal(() => start()), /api\.port in ".*toml", and 0/);
    taken.close();
    await start();
  }));

Deno.test("runServer refuses an environment that widens the pin, K-14", () =>
  withFleet(async ({ start }) => {
    const environment = { SSL_CERT_FILE: "/etc/ssl/cert.pem" };
    const sentence = await refusal(() => start(environment));
    assertMatch(sentence, /SSL_CERT_FILE in the environment/);
  }));

Deno.test("runServer never makes a lost store anew, B-03", () =>
  withFleet(async ({ directory, start }) => {
    const path = `${directory}/data/flottille.db`;
    await Deno.remove(path);
    assertMatch(await refusal(() => start()), /the file is missing/);
    assertEquals(await host.disk.stat(path), null);
  }));

Deno.test("runServer says that it runs, and that it has stopped", () =>
  withFleet(async ({ configPath }) => {
    const lines: [LogLevel, string][] = [];
    const server = await runServer({
      ...{ host, configPath },
      log: (level, message) => lines.push([level, message]),
    });
    await server.stop();
    const texts = lines.map(([, message]) => message);
    assert(texts.includes("The server runs"));
    assertEquals(texts.at(-1), "The server has stopped");
    assertEquals(lines.filter(([level]) => level === "error"), []);
  }));

Deno.test("runServer keeps since when its schedule can miss a run", () =>
  withFleet(async ({ directory, configPath, start }) => {
    await Deno.writeTextFile(
      configPath,
      '\n[collect]\nschedule = "0 6 * * *"',
      {
        append: true,
      },
    );
    await (await start()).stop(); // No timer is left: Deno's test would say so.
    const store = await openSqliteStore({
      disk: host.disk,
      path: `${directory}/data/flottille.db`,
    });
    const kept = await store.meta(META_COLLECTION);
    await store.close();
    assertMatch(kept ?? "", /"schedule":"0 6 \* \* \*","atMs":\d+/);
  }));
