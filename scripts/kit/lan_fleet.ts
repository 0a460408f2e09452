/**
 * The real programs on the hosts of a LAN: a server in one namespace, an agent
 * in each other.
 *
 * @module
 */

import type { AgentStatus } from "../../lib/agent/status.ts";
import type {
  MachinesView,
  MachineView,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import { type LanHost, within } from "./lan.ts";
import { makeProgram, programsIn, type Weight } from "./lan_program.ts";
import { eventually, type Ran, run, Running } from "./process.ts";
import type { Programs } from "./programs.ts";

export interface LanFleetOptions {
  readonly programs: Programs;
  readonly directory: string;
  readonly server: LanHost;
  /** Machines that no broadcast reaches. */
  readonly far?: readonly string[];
}

interface Member {
  readonly host: LanHost;
  readonly command: readonly string[];
  process: Running;
}

const PING_EVERY_SECONDS = 2;

export class LanFleet {
  readonly #options: LanFleetOptions;
  readonly #members = new Map<string, Member>();
  #server: Running | null = null;

  private constructor(options: LanFleetOptions) {
    this.#options = options;
  }

  static async make(options: LanFleetOptions): Promise<LanFleet> {
    const fleet = new LanFleet(options);
    await fleet.ok("init", "--dir", `${options.directory}/fleet`);
    await fleet.#configure([]);
    return fleet;
  }

  /** Starts the server, as it is by default: on every address. */
  async startServer(): Promise<void> {
    const { programs, directory, server } = this.#options;
    const command = [...programs.server, "run", "--config", this.#config];
    this.#server = new Running(
      "server",
      within(server.namespace, command),
      directory,
    );
    await eventually("The server answers its command line", async () => {
      return (await this.cli("status")).code === 0 ? true : null;
    });
  }

  async stopServer(): Promise<void> {
    await this.#server?.stop();
  }

  /** The same host shall be an agent too: the server keeps to one address. */
  async restartServerBesideAnAgent(): Promise<void> {
    await this.#server?.stop();
    await this.#configure([
      `address = "${this.#options.server.address}"`,
      `broadcast = ["10.77.0.255"]`,
      `shared_broadcast_address = "10.77.0.255"`,
    ]);
    await this.startServer();
  }

  startAgent(name: string, host: LanHost, more: readonly string[]): void {
    const { programs, directory } = this.#options;
    const command = [
      ...programs.agent,
      "run",
      ...["--join", `${directory}/fleet/join.json`],
      ...["--state", `${directory}/${name}/state`],
      ...["--programs", `${directory}/${name}/programs`],
      ...["--ping-every", String(PING_EVERY_SECONDS)],
      ...more,
    ];
    this.#members.set(name, {
      host,
      command,
      process: this.#run(name, host, command),
    });
  }

  async stopAgent(name: string): Promise<void> {
    await this.#member(name).process.stop();
  }

  /** The same agent, as it was started first. */
  async restartAgent(name: string): Promise<void> {
    const member = this.#member(name);
    await member.process.stop();
    member.process = this.#run(name, member.host, member.command);
  }

  /** The host of a machine has another address now. */
  moved(name: string, address: string): void {
    const member = this.#member(name);
    const host = { ...member.host, address };
    this.#members.set(name, { ...member, host });
  }

  /** Waits until the machine is known, and gives it its name. */
  async enrolled(name: string): Promise<void> {
    const { id } = await this.untilState(name, "alive", 30_000);
    await this.ok("rename", id, name);
  }

  async machine(name: string): Promise<MachineView | null> {
    const address = this.#member(name).host.address;
    const { machines } = await this.json<MachinesView>("machines");
    return machines.find((one) => one.address.startsWith(`${address}:`)) ??
      null;
  }

  async untilState(name: string, state: string, withinMs = 15_000) {
    return await eventually(`The server sees ${name} ${state}`, async () => {
      const found = await this.machine(name);
      return found?.state === state ? found : null;
    }, { withinMs });
  }

  async untilDone(order: number): Promise<void> {
    await eventually(`The order ${order} is done`, async () => {
      const { state } = await this.json<OrderView>("orders", String(order));
      return state === "done" ? true : null;
    }, { withinMs: 60_000 });
  }

  /** A program of one file, or a heavier one, packed and published. */
  async publish(version: string, weight: Weight = {}): Promise<void> {
    const { directory } = this.#options;
    const source = await makeProgram(directory, version, weight);
    const file = `${directory}/editor-${version}.ieo`;
    const what = ["--name", "editor", "--version", version, "-o", file];
    await this.ok("pack", source, ...what);
    await this.ok("publish", file);
  }

  async holds(name: string, version: string): Promise<void> {
    const path = `${this.#options.directory}/${name}/programs/editor/current`;
    const found = await Deno.readTextFile(`${path}/version`);
    if (found !== version) throw new Error(`${name} holds ${found}`);
  }

  async gone(name: string): Promise<void> {
    const path = `${this.#options.directory}/${name}/programs/editor`;
    const there = await Deno.lstat(path).then(() => true, () => false);
    if (there) throw new Error(`${name} still holds the editor`);
  }

  /** What a machine has, by its own disk: the version in use of each. */
  onDisk(name: string): Promise<Record<string, string>> {
    return programsIn(`${this.#options.directory}/${name}/programs`);
  }

  /** Where an agent keeps its own files. */
  stateOf(name: string): string {
    return `${this.#options.directory}/${name}/state`;
  }

  host(name: string): LanHost {
    return this.#member(name).host;
  }

  get server(): Running {
    if (this.#server === null) throw new Error("The server is not started");
    return this.#server;
  }

  get serverHost(): LanHost {
    return this.#options.server;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** The last lines of one program. */
  tailOf(name: string): string {
    return this.#member(name).process.tail;
  }

  /** How much all programs have printed. */
  get printedBytes(): number {
    const all = [...this.#members.values()].map(({ process }) => process);
    return [...all, this.server].reduce(
      (sum, one) => sum + one.printedBytes,
      0,
    );
  }

  async cli(...args: string[]): Promise<Ran> {
    const { programs, server, directory } = this.#options;
    const config = args[0] === "init" ? [] : ["--config", this.#config];
    const command = [...programs.server, ...args, ...config];
    return await run(within(server.namespace, command), {
      directory,
      deadlineMs: 200_000,
    });
  }

  async ok(...args: string[]): Promise<Ran> {
    const ran = await this.cli(...args);
    if (ran.code === 0) return ran;
    throw new Error(
      `flottille-server ${args.join(" ")} ended with code ${ran.code}:\n` +
        ran.stdout + ran.stderr,
    );
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.ok(...args, "--json")).stdout);
  }

  async agentOk(name: string, ...args: string[]): Promise<string> {
    const { programs, directory } = this.#options;
    const state = ["--state", `${directory}/${name}/state`];
    const command = [...programs.agent, ...args, ...state];
    const { namespace } = this.#member(name).host;
    const { code, stdout, stderr } = await run(within(namespace, command));
    if (code !== 0) throw new Error(`${name} ${args}: ${stdout}${stderr}`);
    return stdout;
  }

  async agentStatus(name: string): Promise<AgentStatus> {
    return JSON.parse(await this.agentOk(name, "status", "--json"));
  }

  /** The last lines of every program, for whoever looks for the fault. */
  tails(): string {
    const all = [...this.#members].map(([name, { process }]) =>
      `--- ${name}\n${process.tail.slice(-2_000)}`
    );
    return [`--- server\n${this.#server?.tail}`, ...all].join("\n");
  }

  async end(): Promise<void> {
    const all = [...this.#members.values()].map(({ process }) => process);
    if (this.#server !== null) all.push(this.#server);
    await Promise.all(all.map((process) => process.stop(5_000)));
  }

  get #config(): string {
    return `${this.#options.directory}/fleet/flottille.toml`;
  }

  async #configure(network: readonly string[]): Promise<void> {
    const lines = [
      `directory = "."`,
      `[network]`,
      `machines = ${JSON.stringify(this.#options.far ?? [])}`,
      ...network,
      `[rhythm]`,
      `ping_every_s = ${PING_EVERY_SECONDS}`,
      `window_ms_first = 1000`,
      `[orders]`,
      `retry_first_s = 1`,
      // Nothing is retransmitted: at 20 % loss three of five conversations are
      // lost, so it takes many of them until all machines have had one whole.
      `retry_max_s = 4`,
      `attempts_max = 5`,
      // A lost [reussi] is awaited this long before the order is given again.
      `work_s = 6`,
      ``,
    ];
    await Deno.writeTextFile(this.#config, lines.join("\n"));
  }

  #run(name: string, host: LanHost, command: readonly string[]): Running {
    const { directory } = this.#options;
    return new Running(name, within(host.namespace, command), directory);
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`There is no machine ${name}`);
    return member;
  }
}
