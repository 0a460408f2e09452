/**
 * A computer of the owner's with a fleet's directory: what he types there, and
 * the server that runs on it.
 *
 * @module
 */

import type {
  MachinesView,
  MachineView,
} from "../../lib/server/shapes/api_schema.ts";
import { type LanHost, within } from "../kit/lan.ts";
import { eventually, type Ran, run, Running } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";

const PING_EVERY_SECONDS = 2;
const COMMAND_MS = 100_000;

/** A server's computer. */
export class Site {
  readonly host: LanHost;
  /** The fleet's. */
  readonly directory: string;
  readonly #programs: Programs;
  #server: Running | null = null;

  constructor(programs: Programs, host: LanHost, directory: string) {
    this.#programs = programs;
    this.host = host;
    this.directory = directory;
  }

  /** A new fleet, with a rhythm for tests. */
  async init(): Promise<void> {
    await this.ok("init", "--dir", this.directory);
    const lines = [
      `directory = "."`,
      `[rhythm]`,
      `ping_every_s = ${PING_EVERY_SECONDS}`,
      `window_ms_first = 500`,
      `[orders]`,
      `retry_first_s = 1`,
      `work_s = 6`,
      ``,
    ];
    await Deno.writeTextFile(this.#config, lines.join("\n"));
  }

  async start(): Promise<void> {
    const command = [...this.#programs.server, "run", "--config", this.#config];
    const parent = this.directory.slice(0, this.directory.lastIndexOf("/"));
    const inside = within(this.host.namespace, command);
    this.#server = new Running("server", inside, parent);
    await eventually("The server answers its command line", async () => {
      return (await this.cli("status")).code === 0 ? true : null;
    }, { withinMs: 30_000 });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The computer burns: the process is killed, the directory is gone. */
  async burn(): Promise<void> {
    await this.#server?.kill();
    await Deno.remove(this.directory, { recursive: true });
  }

  get tail(): string {
    return this.#server?.tail ?? "";
  }

  async cli(...args: string[]): Promise<Ran> {
    const isPlain = ["init", "restore", "key"].includes(args[0] ?? "");
    const config = isPlain ? [] : ["--config", this.#config];
    const command = [...this.#programs.server, ...args, ...config];
    return await run(within(this.host.namespace, command), {
      deadlineMs: COMMAND_MS,
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

  /** It must be refused; what was said. */
  async refused(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cli(...args);
    if (code !== 0) return stdout + stderr;
    throw new Error(`flottille-server ${args.join(" ")} was not refused`);
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.ok(...args, "--json")).stdout);
  }

  async machine({ address }: LanHost): Promise<MachineView | null> {
    const { machines } = await this.json<MachinesView>("machines");
    return machines.find((one) => one.address.startsWith(`${address}:`)) ??
      null;
  }

  /** Waits until the machine on this host obeys. */
  async alive(host: LanHost): Promise<MachineView> {
    const what = `The server sees ${host.namespace} alive`;
    return await eventually(what, async () => {
      const found = await this.machine(host);
      return found?.state === "alive" ? found : null;
    }, { withinMs: 40_000, everyMs: 300 });
  }

  get #config(): string {
    return `${this.directory}/flottille.toml`;
  }
}

/** A machine of the fleet, whose agent nobody touches. */
export class Machine {
  readonly host: LanHost;
  readonly #home: string;
  readonly #process: Running;

  constructor(
    programs: Programs,
    host: LanHost,
    { home, join }: { readonly home: string; readonly join: string },
  ) {
    this.host = host;
    this.#home = home;
    const command = [
      ...programs.agent,
      "run",
      ...["--join", join, "--state", `${home}/state`],
      ...["--programs", `${home}/programs`],
      ...["--ping-every", String(PING_EVERY_SECONDS)],
      ...["--first-ping-after", "0"],
    ];
    Deno.mkdirSync(home, { recursive: true });
    this.#process = new Running(
      host.namespace,
      within(host.namespace, command),
      home,
    );
  }

  /** The version in use of a program, by its own disk. */
  async version(program: string): Promise<string> {
    const path = `${this.#home}/programs/${program}/current/version`;
    return await Deno.readTextFile(path).catch(() => "none");
  }

  get tail(): string {
    return this.#process.tail;
  }

  async stop(): Promise<void> {
    await this.#process.stop(5_000);
  }
}
