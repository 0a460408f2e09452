/**
 * A fleet on loopback, in a folder of its own: one real server, some real
 * agents, each on an address of its own. What the demo, the crash test and the
 * transcript of the first hour all start from.
 *
 * @module
 */

import type {
  MachinesView,
  MachineView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Programs } from "./programs.ts";
import { eventually, type Ran, run, Running } from "./process.ts";

/** One machine of the fleet. */
export interface FleetMachine {
  readonly name: string;
  readonly address: string;
  readonly stateDirectory: string;
  readonly programsDirectory: string;
  process: Running;
}

export interface FleetOptions {
  readonly programs: Programs;
  /** The third number of every address: fleets beside each other. */
  readonly net: number;
  /** Seconds between two pings, of the server and of the agents. */
  readonly pingEverySeconds: number;
  /** W of the first rounds; a short one, for a fleet of three. */
  readonly windowMsFirst?: number;
  /** More of the config file. */
  readonly config?: string;
  /** More arguments of the server's `run`. */
  readonly serverArguments?: readonly string[];
}

/** Loopback's broadcast address: it never leaves this machine. */
const BROADCAST = "127.255.255.255";

export class Fleet {
  readonly directory: string;
  readonly #options: FleetOptions;
  readonly machines = new Map<string, FleetMachine>();
  #server: Running | null = null;

  private constructor(directory: string, options: FleetOptions) {
    this.directory = directory;
    this.#options = options;
  }

  /** An empty folder, and `flottille-server init` in it. */
  static async make(options: FleetOptions): Promise<Fleet> {
    const directory = await Deno.makeTempDir({ prefix: "flottille-" });
    const fleet = new Fleet(directory, options);
    await fleet.ok("init", "--dir", `${directory}/fleet`);
    await Deno.writeTextFile(fleet.config, fleet.#configText());
    return fleet;
  }

  get config(): string {
    return `${this.directory}/fleet/flottille.toml`;
  }

  get joinFile(): string {
    return `${this.directory}/fleet/join.json`;
  }

  get serverAddress(): string {
    return `127.0.${this.#options.net}.1`;
  }

  get server(): Running {
    if (this.#server === null) throw new Error("The server is not started");
    return this.#server;
  }

  /** Starts the server and waits until its local API answers. */
  async startServer(): Promise<void> {
    const { programs, serverArguments = [] } = this.#options;
    const run = ["run", "--config", this.config, ...serverArguments];
    const command = [...programs.server, ...run];
    const server = new Running("server", command, this.directory);
    this.#server = server;
    let said = "";
    await eventually("The server answers its command line", async () => {
      if (server.over) throw new Error(`The server ended:\n${server.tail}`);
      const { code, stderr } = await this.cli("status");
      said = stderr;
      return code === 0 ? true : null;
    }, { withinMs: 30_000 }).catch((error) => {
      throw new Error(`${error.message}: ${said}`);
    });
  }

  /**
   * Starts a machine's agent.
   *
   * @param call How it finds its server: `silent` waits to be called (1a),
   * `server` knows its address and hears no broadcast (1b).
   */
  startAgent(
    name: string,
    call: "silent" | "server",
    { agent = this.#options.programs.agent, more = [] }: {
      /** Another program than the fleet's agent, which takes its arguments. */
      readonly agent?: readonly string[];
      /** More arguments of `run`. */
      readonly more?: readonly string[];
    } = {},
  ): FleetMachine {
    const known = this.machines.get(name);
    const number = this.machines.size + 2;
    const address = known?.address ?? `127.0.${this.#options.net}.${number}`;
    const home = `${this.directory}/${name}`;
    const { pingEverySeconds } = this.#options;
    const way = call === "silent"
      ? ["--first-ping-after", "3600", "--shared-broadcast", BROADCAST]
      : ["--first-ping-after", "0", "--server", this.serverAddress];
    const command = [
      ...agent,
      "run",
      ...["--join", this.joinFile],
      ...["--state", `${home}/state`],
      ...["--programs", `${home}/programs`],
      ...["--address", address],
      ...["--broadcast", BROADCAST],
      ...["--ping-every", String(pingEverySeconds)],
      ...way,
      ...more,
    ];
    const machine = {
      name,
      address,
      stateDirectory: `${home}/state`,
      programsDirectory: `${home}/programs`,
      process: new Running(name, command, this.directory),
    };
    this.machines.set(name, machine);
    return machine;
  }

  /** `flottille-server ARGUMENTS --config ...`, to its end. */
  cli(...args: string[]): Promise<Ran> {
    return this.run(this.command(...args));
  }

  /** What `cli` runs. */
  command(...args: string[]): string[] {
    const config = args[0] === "init" ? [] : ["--config", this.config];
    return [...this.#options.programs.server, ...args, ...config];
  }

  /** The same, which must end well. */
  async ok(...args: string[]): Promise<Ran> {
    const ran = await this.cli(...args);
    if (ran.code === 0) return ran;
    throw new Error(
      `flottille-server ${args.join(" ")} ended with code ${ran.code}:\n` +
        ran.stdout + ran.stderr,
    );
  }

  /** The same with `--json`: the API's own shape `T`. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.ok(...args, "--json")).stdout);
  }

  /** `flottille-agent ARGUMENTS` beside the running agent of a machine. */
  agentCli(machine: FleetMachine, ...args: string[]): Promise<Ran> {
    const state = ["--state", machine.stateDirectory];
    return this.run([...this.#options.programs.agent, ...args, ...state]);
  }

  run(command: readonly string[]): Promise<Ran> {
    return run(command, { directory: this.directory });
  }

  /** What the server says of one machine, found by its address. */
  async machine(name: string): Promise<MachineView | null> {
    const address = this.machines.get(name)?.address;
    const { machines } = await this.json<MachinesView>("machines");
    return machines.find((one) => one.address.startsWith(`${address}:`)) ??
      null;
  }

  /** Waits until the server sees this machine in this state. */
  async untilState(name: string, state: string, withinMs = 15_000) {
    return await eventually(`The server sees ${name} ${state}`, async () => {
      const found = await this.machine(name);
      return found?.state === state ? found : null;
    }, { withinMs });
  }

  /** Ends every process and removes the folder. */
  async end(): Promise<void> {
    const all = [...this.machines.values()].map(({ process }) => process);
    if (this.#server !== null) all.push(this.#server);
    await Promise.all(all.map((process) => process.stop(5_000)));
    await Deno.remove(this.directory, { recursive: true });
  }

  #configText(): string {
    const { pingEverySeconds, windowMsFirst = 500 } = this.#options;
    return [
      `directory = "."`,
      `[network]`,
      `address = "${this.serverAddress}"`,
      `broadcast = ["${BROADCAST}"]`,
      `shared_broadcast_address = "${BROADCAST}"`,
      `[rhythm]`,
      `ping_every_s = ${pingEverySeconds}`,
      `window_ms_first = ${windowMsFirst}`,
      `[orders]`,
      `retry_first_s = 1`,
      `attempts_max = 3`,
      this.#options.config ?? "",
      ``,
    ].join("\n");
  }
}
