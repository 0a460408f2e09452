/**
 * A real server, and machines that one other process plays: what every scene
 * starts from.
 *
 * @module
 */

import type {
  MachineState,
  MachinesView,
  OrderBody,
  OrderView,
  ProgramView,
  StatusView,
} from "../../lib/server/shapes/api_schema.ts";
import { Fleet } from "../kit/fleet.ts";
import { LocalApi } from "../kit/local_api.ts";
import { PlayedFleet } from "../kit/played_fleet.ts";
import { eventually } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";
import { sleep } from "./scene.ts";
import { droppedAt, type Weight, weightOf } from "./scales.ts";

const SEP_PORT = 2013;

/** The third number of the server's address. */
const NET = 15;

/** Answers that are asked for in a second, at the most: the server's rule. */
const ECHOES_PER_S = 2_000;

/** W of the first rounds, by default. */
const WINDOW_MS_FIRST = 5_000;

export interface LoadFleetOptions {
  readonly programs: Programs;
  readonly pingEverySeconds: number;
  /** W of the first rounds. */
  readonly windowMsFirst: number;
  /** More of the config file; the last section open is `[orders]`. */
  readonly config?: string;
}

/** W of the first rounds: the default, or a short one for a small fleet. */
export function firstWindowMs(agents: number, short: boolean): number {
  return short
    ? Math.max(1_000, Math.ceil(agents / ECHOES_PER_S * 1_000))
    : WINDOW_MS_FIRST;
}

/** After a window the server waits for the last conversations. */
export const AFTER_WINDOW_MS = 2_000;

const ROUND = /A round of pings is over found=(\d+)/;

export class LoadFleet {
  readonly fleet: Fleet;
  #played: PlayedFleet | null = null;
  #api: LocalApi | null = null;

  private constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  static async make(options: LoadFleetOptions): Promise<LoadFleet> {
    const fleet = await Fleet.make({
      ...options,
      net: NET,
      serverArguments: ["--log-level", "debug"],
    });
    return new LoadFleet(fleet);
  }

  get played(): PlayedFleet {
    if (this.#played === null) throw new Error("No machines are played yet");
    return this.#played;
  }

  get api(): LocalApi {
    if (this.#api === null) throw new Error("The server is not started");
    return this.#api;
  }

  async startServer(): Promise<void> {
    await this.fleet.startServer();
    this.#api = await LocalApi.of(`${this.fleet.directory}/fleet`);
  }

  async startMachines(machines: number): Promise<void> {
    const { joinFile, directory } = this.fleet;
    this.#played = await PlayedFleet.start({ joinFile, directory, machines });
  }

  weight(): Promise<Weight> {
    return weightOf(this.fleet.server.pid);
  }

  /** Datagrams for the server that the kernel had no room for. */
  dropped(): Promise<number> {
    return droppedAt(this.fleet.serverAddress, SEP_PORT);
  }

  /** How many machines are in this state. */
  async count(state: MachineState): Promise<number> {
    const { machines } = await this.api.json<StatusView>("/v1/status");
    return machines[state];
  }

  async untilAlive(machines: number, withinMs: number): Promise<void> {
    await eventually(
      `${machines} machines are alive`,
      async () => await this.count("alive") >= machines ? true : null,
      { withinMs },
    );
  }

  /** What the server itself says of its first round; null: not over yet. */
  get foundFirst(): number | null {
    const found = ROUND.exec(this.fleet.server.tail)?.[1];
    return found === undefined ? null : Number(found);
  }

  /** The machines that were heard since this moment. */
  async heardSince(sinceMs: number): Promise<number> {
    const { machines } = await this.api.json<MachinesView>("/v1/machines");
    return machines.filter(({ lastSeen }) =>
      lastSeen !== null && Date.parse(lastSeen) >= sinceMs
    ).length;
  }

  /** Waits for the next broadcast; when it was heard. */
  async nextPingMs(): Promise<number> {
    const last = (await this.played.tell()).pingsAtMs.at(-1) ?? 0;
    for (;;) {
      const heard = (await this.played.tell()).pingsAtMs.at(-1) ?? 0;
      if (heard > last) return heard;
      await sleep(50);
    }
  }

  async give(order: OrderBody): Promise<number> {
    const { id } = await this.api.post<OrderView>("/v1/orders", order);
    return id;
  }

  /** Waits until nobody works on the order any more. */
  async ended(id: number, withinMs: number): Promise<OrderView> {
    return await eventually(`The order ${id} has ended`, async () => {
      const order = await this.api.json<OrderView>(`/v1/orders/${id}`);
      const { waiting, running } = order.counts;
      return waiting + running === 0 ? order : null;
    }, { withinMs });
  }

  /** A program of so many bytes that no packer makes smaller. */
  async publish(
    name: string,
    version: string,
    bytes: number,
  ): Promise<ProgramView> {
    const { directory } = this.fleet;
    const source = `${directory}/${name}-${version}`;
    await Deno.mkdir(source);
    const file = await Deno.create(`${source}/data`);
    const block = new Uint8Array(65_536);
    for (let left = bytes; left > 0; left -= block.length) {
      crypto.getRandomValues(block);
      await file.write(block.subarray(0, Math.min(left, block.length)));
    }
    file.close();
    const packed = `${source}.ieo`;
    const what = ["--name", name, "--version", version, "-o", packed];
    await this.fleet.ok("pack", source, ...what);
    await this.fleet.ok("publish", packed);
    await Deno.remove(source, { recursive: true });
    const { programs } = await this.api.json<{ programs: ProgramView[] }>(
      "/v1/programs",
    );
    const found = programs.find((one) =>
      one.name === name && one.version === version
    );
    if (found === undefined) throw new Error(`${name} is not published`);
    return found;
  }

  /** The last lines of the server's log, when it was started at all. */
  get lastWords(): string {
    return this.#api === null ? "" : this.fleet.server.tail.slice(-2_000);
  }

  async end(): Promise<void> {
    await this.#played?.end();
    await this.fleet.end();
  }
}

/** A fleet for as long as `play` lasts; what its server said, if that fails. */
export async function withFleet<T>(
  options: LoadFleetOptions,
  play: (fleet: LoadFleet) => Promise<T>,
): Promise<T> {
  const fleet = await LoadFleet.make(options);
  try {
    return await play(fleet);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Error(`${found}\n--- server\n${fleet.lastWords}`, {
      cause: error,
    });
  } finally {
    await fleet.end();
  }
}
