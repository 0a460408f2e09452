/**
 * A server's parts on a real store, with a clock that is told and machines that
 * answer as a test tells them to. It can be killed and opened again.
 *
 * @module
 */

import { silentLog } from "../../../lib/host/log.ts";
import { realHost } from "../../../lib/host/real.ts";
import type { Outcome } from "../../../lib/sep/server_api.ts";
import {
  loadConfig,
  type ServerConfig,
} from "../../../lib/server/config/config.ts";
import { type Fleet, loadFleet } from "../../../lib/server/fleet/fleet.ts";
import { pathOf } from "../../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import { makeParts, type Parts } from "../../../lib/server/parts.ts";
import { RolloutDesk } from "../../../lib/server/rollouts/rollout_desk.ts";
import type {
  RolloutBody,
  RolloutView,
} from "../../../lib/server/shapes/api_schema.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { machine } from "../examples.ts";
import { FakeEndpoint } from "../orders/fake_endpoint.ts";
import { inDirectory } from "../temporary.ts";

const host = realHost();
const FROM = { hostname: "127.0.0.2", port: 2013 };

/** How a machine answers an order. */
export type Behaviour = "obeys" | "fails" | "is silent";

export class RolloutBench {
  readonly clock = new FakeClock();
  readonly endpoint = new FakeEndpoint();
  /** By name; who is not in it obeys. */
  readonly behaviour = new Map<string, Behaviour>();
  /** Names of machines that are off. */
  readonly off = new Set<string>();
  readonly woken: string[] = [];
  readonly directory: string;
  readonly config: ServerConfig;
  readonly fleet: Fleet;
  store!: Store;
  parts!: Parts;
  desk!: RolloutDesk;

  private constructor(directory: string, config: ServerConfig, fleet: Fleet) {
    this.directory = directory;
    this.config = config;
    this.fleet = fleet;
    this.endpoint.script = (id, { word }) => this.#answer(id, word);
  }

  static async run(test: (bench: RolloutBench) => Promise<void>) {
    await inDirectory(async (parent) => {
      const directory = `${parent}/fleet`;
      await initFleet({ host, directory });
      const config = await loadConfig(host.disk, pathOf(directory, "config"));
      const fleet = await loadFleet(host.disk, directory);
      const bench = new RolloutBench(directory, config, fleet);
      await bench.open();
      try {
        await test(bench);
      } finally {
        await bench.close();
      }
    });
  }

  async open(): Promise<void> {
    const { clock, config, fleet } = this;
    const path = pathOf(this.directory, "store");
    this.store = await openSqliteStore({ disk: host.disk, path });
    const made = makeParts({
      ...{ host: { ...host, clock }, config, fleet, store: this.store },
      log: silentLog,
      converse: (id, opening) => this.endpoint.converse(id, opening),
      taskEnded: () => {},
      wake: (machines) =>
        Promise.resolve(void this.woken.push(...machines.map(this.nameOf))),
    });
    await clock.advance(100); // The epoch is a commit.
    this.parts = await made;
    const { parts, store } = this;
    this.desk = new RolloutDesk({ ...parts, store, clock });
    for (const record of parts.registry.records()) this.#hear(record.name);
    await parts.dispatcher.start();
    await parts.rollouts.start();
  }

  async close(): Promise<void> {
    const { parts } = this;
    parts.rollouts.stop();
    parts.dispatcher.close();
    parts.catalogue.close();
    parts.groups.close();
    parts.guard.close();
    await this.after(parts.writer.flush());
    await this.store.close();
  }

  /** Machines of these names; those that are `off` are not heard. */
  async enrol(...names: string[]): Promise<void> {
    for (const name of names) {
      const record = machine(name);
      await this.store.commit([{ kind: "machine", machine: record }]);
      this.parts.registry.put(record);
      this.#hear(name);
    }
  }

  /** The machine comes back. */
  comes(name: string): void {
    this.off.delete(name);
    this.#hear(name);
  }

  /** Begins a rollout that needs no package. */
  begin(
    waves: string,
    more: Partial<RolloutBody> = {},
    order: Partial<RolloutBody["order"]> = {},
  ): Promise<RolloutView> {
    return this.after(this.desk.begin({
      order: { verb: "rollback", name: "editor", on: ["all"], ...order },
      waves: waves.split(","),
      soakS: 0,
      ...more,
    }));
  }

  view(id = 1): Promise<RolloutView> {
    return this.after(this.desk.view(id));
  }

  tell(word: "pause" | "stop" | "resume", id = 1): Promise<RolloutView> {
    return this.after(this.desk.tell(id, word));
  }

  /** So many seconds later. */
  async pass(seconds = 5): Promise<void> {
    await this.clock.advance(seconds * 1_000);
  }

  /** The result of work that waits for a commit. */
  async after<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    while (!isOver) await this.clock.advance(10);
    return await work;
  }

  /** Names of those that were asked to act, in their order. */
  get asked(): string[] {
    return this.endpoint.asked
      .filter(({ opening }) => opening.word !== "possede")
      .map(({ machine: id }) => this.nameOf(id));
  }

  nameOf = (id: string): string => this.parts.registry.get(id)?.name ?? id;

  #hear(name: string): void {
    if (this.off.has(name)) return;
    this.parts.registry.heard(machine(name).id, FROM);
  }

  #answer(id: string, word: string): Outcome | null {
    const how = this.behaviour.get(this.nameOf(id)) ?? "obeys";
    if (how === "is silent") return null;
    if (word === "possede") return { kind: "owned" };
    return how === "fails"
      ? { kind: "failed", reason: "hook", note: "no licence" }
      : { kind: "done", version: "1.0", note: "" };
  }
}
