/**
 * A server without sockets of SeP and SiP: real fleet, real store, real HTTP
 * on loopback, and machines that answer as a test tells them to.
 *
 * @module
 */

import { silentLog } from "../../../lib/host/log.ts";
import { realHost } from "../../../lib/host/real.ts";
import { pack, type PackageDraft } from "../../../lib/ieo/pack.ts";
import type { ServerHooks } from "../../../lib/sep/server_api.ts";
import { makeApi } from "../../../lib/server/api/api.ts";
import { type ApiDoor, openApi } from "../../../lib/server/api/api_door.ts";
import type {
  MachineView,
  OrderView,
  PlanView,
  ProgramView,
  TaskView,
} from "../../../lib/server/shapes/api_schema.ts";
import { makeHooks } from "../../../lib/server/compose_endpoint.ts";
import {
  loadConfig,
  type ServerConfig,
} from "../../../lib/server/config/config.ts";
import { loadFleet, readFleetKey } from "../../../lib/server/fleet/fleet.ts";
import { pathOf } from "../../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import { GroupDesk } from "../../../lib/server/groups/group_desk.ts";
import { InventoryDesk } from "../../../lib/server/inventory/inventory_desk.ts";
import { makeLife } from "../../../lib/server/machines/life/make_life.ts";
import { StoryDesk } from "../../../lib/server/machines/story_desk.ts";
import { faultOfWindow } from "../../../lib/server/windows/window.ts";
import { MachineDesk } from "../../../lib/server/machines/machine_desk.ts";
import { makeParts, type Parts } from "../../../lib/server/parts.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import { machine } from "../examples.ts";
import { FakeEndpoint } from "../orders/fake_endpoint.ts";
import { inDirectory } from "../temporary.ts";

const host = realHost();
const FROM = { hostname: "127.0.0.2", port: 2013 };

/** Whatever an answer may hold; a test reads what it expects to be there. */
export interface AnyBody {
  readonly error: string;
  readonly nearest: string[];
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly sha256: string;
  readonly machines: MachineView[];
  readonly programs: ProgramView[];
  readonly orders: OrderView[];
  readonly tasks: TaskView[];
  readonly first: NonNullable<OrderView["first"]>;
  readonly groups: PlanView["groups"];
  readonly details: string[];
  readonly version: string;
}

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: AnyBody;
}

export class ApiBench {
  readonly endpoint: FakeEndpoint;
  readonly directory: string;
  readonly config: ServerConfig;
  readonly store: Store;
  readonly parts: Parts;
  readonly inventory: InventoryDesk;
  readonly hooks: ServerHooks;
  readonly door: ApiDoor;
  readonly token: string;

  private constructor(
    given: Pick<
      ApiBench,
      | "directory"
      | "config"
      | "store"
      | "parts"
      | "inventory"
      | "endpoint"
      | "door"
      | "token"
    >,
  ) {
    this.directory = given.directory;
    this.config = given.config;
    this.store = given.store;
    this.parts = given.parts;
    this.inventory = given.inventory;
    this.endpoint = given.endpoint;
    this.door = given.door;
    this.token = given.token;
    this.hooks = makeHooks({
      ...given.parts,
      log: silentLog,
      awake: (id) => given.parts.dispatcher.awake(id),
      late: (id, result) => void given.parts.dispatcher.late(id, result),
    });
  }

  /** Runs the test with a bench that is cleaned up afterwards. */
  static async run(test: (bench: ApiBench) => Promise<void>): Promise<void> {
    await inDirectory(async (parent) => {
      const directory = `${parent}/fleet`;
      await initFleet({ host, directory });
      const bench = await ApiBench.#open(directory);
      try {
        await test(bench);
      } finally {
        bench.parts.dispatcher.close();
        bench.parts.catalogue.close();
        bench.parts.groups.close();
        await bench.door.close();
        await bench.parts.writer.flush();
        await bench.store.close();
      }
    });
  }

  static async #open(directory: string): Promise<ApiBench> {
    const { disk } = host;
    const config = await loadConfig(disk, pathOf(directory, "config"));
    const fleet = await loadFleet(disk, directory);
    const store = await openSqliteStore({
      disk,
      path: pathOf(directory, "store"),
    });
    const endpoint = new FakeEndpoint();
    const parts = await makeParts({
      taskEnded: () => {},
      ...{ host, config, fleet, store, log: silentLog },
      converse: (id, opening) => endpoint.converse(id, opening),
    });
    const inventory = new InventoryDesk({ ...parts, store, clock: host.clock });
    let token = "";
    const door = await openApi({
      ...{ host, config, pid: 4711 },
      make: (given) => {
        token = given;
        const talk = {
          forgetSession: (id: string) => endpoint.forgetSession(id),
          greet: (id: string) => void endpoint.converse(id, { word: "ping" }),
        };
        const machines = new MachineDesk({ ...parts, ...talk });
        return makeApi({
          ...{ token, log: silentLog },
          catalogue: parts.catalogue,
          downgrades: parts.downgrades,
          status: () => ({
            version: "test",
            fleet: "AAAAAAAAAAA",
            machines: parts.registry.counts(),
            ordersWaiting: parts.dispatcher.openOrders,
            startedAt: "2013-06-01T12:00:00.000Z",
          }),
          groups: new GroupDesk({ ...parts, faultOfWindow }),
          orders: parts.orders,
          inventory,
          lives: makeLife({ ...parts, ...talk, store, clock: host.clock }),
          machines,
          stories: new StoryDesk({
            ...{ ...parts, store, machines },
            clock: host.clock,
          }),
        });
      },
    });
    return new ApiBench({
      ...{ directory, config, store, parts, inventory },
      ...{ endpoint, door, token },
    });
  }

  /** Puts machines of these names into the fleet, alive. */
  async enrol(...names: string[]): Promise<string[]> {
    return await Promise.all(names.map(async (name) => {
      const record = machine(name);
      await this.store.commit([{ kind: "machine", machine: record }]);
      this.parts.registry.put(record);
      this.hooks.heard(record.id, FROM);
      return record.id;
    }));
  }

  get(path: string): Promise<Answer> {
    return this.ask(path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await this.fetch(path, init);
    return { status: response.status, body: await response.json() };
  }

  /** The answer as it comes. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) {
      headers.set("authorization", `Bearer ${this.token}`);
    }
    return host.http.fetch(
      `http://127.0.0.1:${this.door.port}${path}`,
      { ...init, headers },
    );
  }

  /** Asks for the order until it has ended. */
  async ended(id: number): Promise<AnyBody> {
    for (let tries = 0; tries < 200; tries++) {
      const { body } = await this.get(`/v1/orders/${id}`);
      if (body.state !== "waiting" && body.state !== "running") return body;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`Order ${id} does not end`);
  }
}

/** A test with a bench of its own. */
export function testApi(
  name: string,
  test: (bench: ApiBench) => Promise<void>,
): void {
  Deno.test(`API ${name}`, () => ApiBench.run(test));
}

/** Packs and publishes a program of one file. */
export async function publish(
  bench: ApiBench,
  { name = "hello", version = "1.0", serial = 1 } = {},
  more: Partial<PackageDraft> = {},
) {
  const { disk } = host;
  const directory = `${bench.directory}/work/${name}-${version}`;
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/hello.txt`, `${name} ${version}`);
  const output = `${directory}.ieo`;
  const publisher = await readFleetKey(disk, bench.directory, "publisherKey");
  const draft = { name, version, serial, ...more };
  await pack({ disk, directory, publisher, draft, output });
  const file = await Deno.open(output);
  return await bench.ask("/v1/programs", {
    method: "POST",
    body: file.readable,
    headers: {
      "flottille-statement": toBase64Url(await Deno.readFile(`${output}.sig`)),
    },
  });
}
