/**
 * The server of a simulated world: the whole of it, through all its lives.
 *
 * @module
 */

import type { Log } from "../../lib/host/log.ts";
import { type RunningServer, runServer } from "../../lib/server/run.ts";
import type { Computer } from "./computer.ts";
import type { FleetTemplate } from "./fleet_template.ts";
import { type Handler, simHost } from "./sim_host.ts";
import type { SimStore } from "./sim_store.ts";

const DIRECTORY = "/srv/flottille";

/** Quick for its age: worlds are short. */
const CONFIG = `
[rhythm]
ping_every_s = 15
[orders]
attempts_max = 100
retry_first_s = 1
retry_max_s = 30
work_s = 30
`;

/** One server, one computer. */
export class SimServer {
  readonly computer: Computer;
  readonly #store: SimStore;
  readonly #log: Log;
  #running: RunningServer | null = null;
  #door: { readonly handler: Handler; readonly token: string } | null = null;

  constructor(
    computer: Computer,
    { template, store, log }: {
      readonly template: FleetTemplate;
      readonly store: SimStore;
      readonly log: Log;
    },
  ) {
    this.computer = computer;
    this.#store = store;
    this.#log = log;
    fill(computer, template);
  }

  /** It answers the owner. */
  get isReady(): boolean {
    return this.#running !== null;
  }

  /** Starts; a start that fails is a death of the process. */
  async start(): Promise<void> {
    const life = this.computer.begin();
    let handler: Handler | null = null;
    const host = simHost(life, {
      onProgram: () => {},
      onDoor: (given) => void (handler = given),
    });
    const running = await runServer({
      host,
      configPath: `${DIRECTORY}/flottille.toml`,
      log: this.#log,
      openStore: () => this.#store.open(),
    });
    if (life.isOver || handler === null) return;
    const path = `${DIRECTORY}/data/api.json`;
    const text = new TextDecoder().decode(
      await host.disk.readFile(path, 1_024),
    );
    this.#door = { handler, token: JSON.parse(text).token };
    this.#running = running;
  }

  /** What the owner asks for on the command line; null: nobody answers. */
  async ask(
    method: "GET" | "POST",
    path: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
  ): Promise<{ readonly ok: boolean; readonly value: unknown } | null> {
    const door = this.#door;
    const { life } = this.computer;
    if (door === null || life === null) return null;
    const dead = new Promise<null>((resolve) => {
      life.endings.add(() => resolve(null));
    });
    const request = new Request(`http://127.0.0.1${path}`, {
      method,
      headers: { authorization: `Bearer ${door.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const answered = Promise.resolve(door.handler(request)).then(
      async (response) => ({ ok: response.ok, value: await response.json() }),
    );
    return await Promise.race([answered, dead]);
  }

  /** Killed; `isPower`: by a power cut. */
  async die({ isPower }: { readonly isPower: boolean }): Promise<void> {
    this.#running = null;
    this.#door = null;
    if (isPower) this.computer.powerOff();
    else this.computer.kill();
    await this.#store.abandon();
  }
}

function fill({ disk }: Computer, { files }: FleetTemplate): void {
  const make = (path: string) => {
    if (disk.tree.find(path) === null) disk.makeDirectory(path, 0o755);
  };
  make("/srv");
  make(DIRECTORY);
  for (const directory of ["keys", "data", "data/packages", "data/lists"]) {
    make(`${DIRECTORY}/${directory}`);
  }
  for (const { path, mode, bytes } of files) {
    const isConfig = path === "flottille.toml";
    const number = disk.makeFile(`${DIRECTORY}/${path}`, mode);
    disk.write(number, 0, isConfig ? new TextEncoder().encode(CONFIG) : bytes);
  }
  disk.syncTree("/");
}
