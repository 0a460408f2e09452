/**
 * A real server and a real agent on loopback, from the datagram to the store:
 * the way of a list, with everything that travels counted.
 *
 * @module
 */

import { AGENT_DEFAULTS } from "../../lib/agent/options.ts";
import { runAgent, type RunningAgent } from "../../lib/agent/run.ts";
import type { Datagrams } from "../../lib/host/datagrams.ts";
import type { Host } from "../../lib/host/host.ts";
import { type Log, silentLog } from "../../lib/host/log.ts";
import { realHost } from "../../lib/host/real.ts";
import {
  composeEndpoint,
  makeHooks,
} from "../../lib/server/compose_endpoint.ts";
import { composeSip } from "../../lib/server/compose_sip.ts";
import { loadConfig } from "../../lib/server/config/config.ts";
import { makeDoors } from "../../lib/server/doors.ts";
import { loadFleet } from "../../lib/server/fleet/fleet.ts";
import { pathOf } from "../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../lib/server/fleet/init.ts";
import { toldTo } from "../../lib/server/machines/targets.ts";
import { FIRST_PHASE } from "../../lib/server/orders/task_paths.ts";
import { makeParts, type Parts } from "../../lib/server/parts.ts";
import {
  isEnded,
  type Task,
  taskAtStart,
} from "../../lib/server/shapes/task.ts";
import type { Store } from "../../lib/server/store/store.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";
import { newOrder } from "../server/examples.ts";
import { inDirectory } from "../server/temporary.ts";

const host = realHost();
const SERVER = "127.0.92.1";
const MACHINE = "127.0.92.2";
const SEP_PORT = 20_914;
const SIP_PORT = 20_915;

/** What went over the wire since it was looked at last. */
export interface Travelled {
  /** Datagrams of SeP, both ways. */
  datagrams: number;
  /** Their bytes. */
  bytes: number;
  /** Connections of SiP. */
  connections: number;
}

/** A server and a machine that it has accepted. */
export interface WayUp {
  readonly parts: Parts;
  readonly store: Store;
  readonly agent: RunningAgent;
  readonly stateDirectory: string;
  readonly travelled: Travelled;
  /** Lines of the server's log that are warnings or worse. */
  readonly told: string[];
  /** Makes the machine's dpkg know these packages. */
  install(...names: string[]): Promise<void>;
  /** Orders the list, and waits for the end. */
  collect(): Promise<Task>;
  /** Waits until nothing travels any more; gives and forgets the counts. */
  counts(): Promise<Travelled>;
}

/** Runs the test with a machine whose system is an empty folder. */
export async function withWayUp(
  { config = "", log = silentLog }: {
    /** More of the server's config file. */
    readonly config?: string;
    /** The agent's. */
    readonly log?: Log;
  },
  test: (way: WayUp) => Promise<void>,
): Promise<void> {
  await inDirectory(async (home) => {
    const directory = `${home}/fleet`;
    await initFleet({ host, directory });
    const configPath = `${directory}/flottille.toml`;
    await Deno.writeTextFile(
      configPath,
      `[network]
       address = "${SERVER}"
       sep_port = ${SEP_PORT}
       sip_port = ${SIP_PORT}
       broadcast = []
       [orders]
       retry_first_s = 1
       ${config}`,
    );
    const told: string[] = [];
    const server = await startServer(directory, configPath, told);
    const travelled = { datagrams: 0, bytes: 0, connections: 0 };
    const agent = await runAgent({
      host: counting(host, travelled),
      log,
      options: {
        ...AGENT_DEFAULTS,
        joinPath: `${directory}/join.json`,
        stateDirectory: `${home}/state`,
        programsDirectory: `${home}/programs`,
        commandsDirectory: null,
        nativeRoot: `${home}/root`,
        address: MACHINE,
        sepPort: SEP_PORT,
        servers: [`${SERVER}:${SEP_PORT}`],
        broadcast: [],
        firstPingAfterSeconds: 0,
        pingEverySeconds: 3_600,
      },
    });
    const way = wayOf({ ...server, agent, told, travelled, home });
    try {
      await eventually(() => server.parts.registry.get(agent.machine) !== null);
      await eventually(async () =>
        (await agent.status()).membership === "accepted"
      );
      await way.counts();
      await test(way);
    } finally {
      await agent.stop();
      await server.stop();
    }
  });
}

/** The server's parts, without the API. */
async function startServer(
  directory: string,
  configPath: string,
  told: string[],
) {
  const log: Log = (level, message, facts = {}) => {
    if (level === "warning" || level === "error") {
      told.push(`${message}: ${facts.reason}: ${facts.error}`);
    }
  };
  const config = await loadConfig(host.disk, configPath);
  const fleet = await loadFleet(host.disk, directory);
  const store = await openSqliteStore({
    disk: host.disk,
    path: pathOf(directory, "store"),
  });
  const parts: Parts = await makeParts({
    taskEnded: () => {},
    ...{ host, config, fleet, store, log },
    converse: (machine, opening) => endpoint.converse(machine, opening),
  });
  const { dispatcher, writer } = parts;
  const endpoint = composeEndpoint({
    ...{ host, config, fleet, log },
    epoch: parts.epoch,
    tell: (to) => toldTo(to, config.network, []),
    hooks: makeHooks({
      ...{ ...parts, log },
      awake: (machine) => dispatcher.awake(machine),
      late: (machine, result) => void dispatcher.late(machine, result),
    }),
  });
  const doors = makeDoors({
    ...parts,
    publishers: fleet.publishers.bytes,
    sessionOf: (machine) => endpoint.sessionOf(machine),
    touch: (machine) => endpoint.touch(machine),
  });
  const sip = composeSip({
    ...{ host, config, fleet, log, doors },
    ended: () => {},
  });
  await dispatcher.start();
  const stop = async () => {
    dispatcher.close();
    parts.catalogue.close();
    endpoint.close();
    sip.close();
    await writer.flush();
    await store.close();
  };
  return { parts, store, stop };
}

function wayOf(
  { parts, store, agent, told, travelled, home }: {
    readonly parts: Parts;
    readonly store: Store;
    readonly agent: RunningAgent;
    readonly told: string[];
    readonly travelled: Travelled;
    readonly home: string;
  },
): WayUp {
  const { machine } = agent;
  return {
    ...{ parts, store, agent, told, travelled },
    stateDirectory: `${home}/state`,
    async install(...names) {
      const directory = `${home}/root/var/lib/dpkg`;
      await Deno.mkdir(directory, { recursive: true });
      const stanzas = names.map((name) =>
        `Package: ${name}\nStatus: install ok installed\n` +
        `Architecture: amd64\nVersion: 1.0\n`
      );
      await Deno.writeTextFile(`${directory}/status`, stanzas.join("\n"));
    },
    async collect() {
      const order = newOrder({
        verb: "collect",
        ...{ name: "", version: "", sha256: "", size: 0 },
        createdMs: Date.now(),
      });
      const tasks = [taskAtStart(machine, FIRST_PHASE.collect)];
      const given = await store.addOrders([{ order, tasks }]);
      parts.dispatcher.add(given);
      const id = given[0]?.order.id ?? 0;
      return await eventually(async () => {
        const [task] = await store.tasks(id);
        return task !== undefined && isEnded(task) ? task : null;
      });
    },
    async counts() {
      let last = -1;
      await eventually(() => {
        const isQuiet = last === travelled.datagrams;
        last = travelled.datagrams;
        return isQuiet;
      });
      const counts = { ...travelled };
      Object.assign(travelled, { datagrams: 0, bytes: 0, connections: 0 });
      return counts;
    },
  };
}

/** The host, with what leaves and enters it counted. */
function counting(real: Host, travelled: Travelled): Host {
  const count = (bytes: Uint8Array) => {
    travelled.datagrams++;
    travelled.bytes += bytes.length;
  };
  const datagrams: Datagrams = {
    open(options) {
      const socket = real.datagrams.open(options);
      return {
        address: socket.address,
        async *receive() {
          for await (const datagram of socket.receive()) {
            count(datagram.bytes);
            yield datagram;
          }
        },
        send(bytes, to) {
          count(bytes);
          return socket.send(bytes, to);
        },
        close: () => socket.close(),
      };
    },
  };
  const { streams } = real;
  return {
    ...real,
    datagrams,
    streams: {
      ...streams,
      connect(options) {
        travelled.connections++;
        return streams.connect(options);
      },
    },
  };
}

/** Asks until the answer is neither false nor null. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const untilMs = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer;
    }
    if (performance.now() > untilMs) throw new Error(`It did not: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
