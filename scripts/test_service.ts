/**
 * Both programs as services: `deno task test:service` (Linux, root, systemd's
 * tools; `deno task compile` before). On a copy of this system, in which nothing
 * outlives the script, both are installed as for systemd; the units are
 * verified, their command lines started by hand as systemd would, and the
 * server sees the machine. systemd itself does not run there.
 *
 * @module
 */

import { CopiedSystem, inOwnMounts } from "./kit/copied_system.ts";
import { Lan, type LanHost, within } from "./kit/lan.ts";
import { eventually, type Ran, run, Running } from "./kit/process.ts";
import { fromDist } from "./kit/programs.ts";

const UNITS = "/etc/systemd/system";
const FLEET = "/etc/flottille";

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

async function must(command: readonly string[]): Promise<Ran> {
  const ran = await run(command, { deadlineMs: 60_000 });
  if (ran.code === 0) return ran;
  throw new Error(
    `${command.join(" ")} ended with ${ran.code}: ${ran.stdout}${ran.stderr}`,
  );
}

/** One computer: its place on the network, and the copied system. */
class Computer {
  readonly #host: LanHost;
  readonly #system: CopiedSystem;

  constructor(host: LanHost, system: CopiedSystem) {
    this.#host = host;
    this.#system = system;
  }

  command(...command: string[]): readonly string[] {
    return within(this.#host.namespace, this.#system.command(...command));
  }

  async ok(...command: string[]): Promise<string> {
    const { stdout, stderr } = await must(this.command(...command));
    return stdout + stderr;
  }

  /** What a unit says that is to be started. */
  async execStart(unit: string): Promise<string[]> {
    const path = `${this.#system.root}${UNITS}/${unit}`;
    const text = await Deno.readTextFile(path);
    const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? "";
    return line.split(" ");
  }
}

/** A socket like systemd's, and what was told to it. */
class Notified {
  readonly messages: string[] = [];
  readonly #socket: Deno.DatagramConn;

  constructor(path: string) {
    this.#socket = Deno.listenDatagram({ transport: "unixpacket", path });
    void this.#read();
  }

  async #read(): Promise<void> {
    for await (const [bytes] of this.#socket) {
      this.messages.push(new TextDecoder().decode(bytes).trim());
    }
  }

  async until(message: string): Promise<void> {
    await eventually(
      `systemd is told ${message}`,
      () => Promise.resolve(this.messages.includes(message) ? true : null),
    );
  }

  close(): void {
    this.#socket.close();
  }
}

interface Started {
  readonly process: Running;
  readonly notified: Notified;
}

/** Starts what the unit says, with what systemd puts into its environment. */
async function start(
  computer: Computer,
  root: string,
  name: string,
): Promise<Started> {
  const socket = `/tmp/notify-${name}`;
  const notified = new Notified(`${root}${socket}`);
  const variables = [`NOTIFY_SOCKET=${socket}`, "WATCHDOG_USEC=600000"];
  const command = await computer.execStart(`${name}.service`);
  const line = computer.command("env", ...variables, ...command);
  const process = new Running(name, line, "/");
  await notified.until("READY=1");
  await notified.until("WATCHDOG=1");
  demand(true, `${name} says READY=1, then WATCHDOG=1`);
  return { process, notified };
}

async function stop(name: string, { process, notified }: Started) {
  const { code } = await process.stop(15_000);
  await notified.until("STOPPING=1");
  notified.close();
  demand(code === 0, `${name} says STOPPING=1, and ends with 0`);
}

async function play(system: CopiedSystem, lan: Lan): Promise<void> {
  const { root } = system;
  const bridge = await lan.makeSwitch("sw");
  const plug = async (name: string, last: number) =>
    new Computer(
      await lan.makeHost(name, { bridge, address: `10.80.0.${last}/24` }),
      system,
    );
  const [server, machine] = [await plug("srv", 1), await plug("m1", 11)];
  const { server: [serverProgram = ""], agent: [agentProgram = ""] } =
    fromDist();
  await server.ok(serverProgram, "init", "--dir", FLEET);
  const config = `${FLEET}/flottille.toml`;
  const which = ["--manager", "systemd"];
  const install = ["service", "install", ...which];
  await server.ok(serverProgram, ...install, "--config", config);
  const join = `${FLEET}/join.json`;
  const first = await machine.ok(agentProgram, ...install, "--join", join);
  demand(first.includes("Wrote"), "both are installed as services");
  const again = await machine.ok(agentProgram, ...install);
  demand(!again.includes("Wrote"), "once more, and nothing is written");
  for (const unit of ["flottille-server", "flottille-agent"]) {
    const path = `${UNITS}/${unit}.service`;
    const said = await server.ok("systemd-analyze", "verify", path);
    demand(said === "", `systemd-analyze verify: nothing to say of ${unit}`);
  }
  const security = await server.ok(
    ...["systemd-analyze", "security", "--offline=true"],
    `${UNITS}/flottille-server.service`,
  );
  const level = /exposure level[^:]*: ([0-9.]+)/.exec(security)?.[1];
  demand(Number(level) < 3, `systemd-analyze security: ${level} of 10`);
  const serving = await start(server, root, "flottille-server");
  const running = await start(machine, root, "flottille-agent");
  await eventually("The server sees the machine", async () => {
    const machines = await server.ok(
      ...["/usr/local/bin/flottille-server", "machines"],
      ...["--config", config],
    );
    return / alive /.test(machines) ? true : null;
  }, { withinMs: 60_000 });
  demand(true, "the server sees the machine alive");
  await stop("flottille-agent", running);
  await stop("flottille-server", serving);
  const gone = await machine.ok(agentProgram, "service", "uninstall", ...which);
  demand(gone.includes("Removed"), "the agent's service is uninstalled");
  const none = await machine.ok(agentProgram, "service", "uninstall", ...which);
  demand(none.includes("There is no"), "once more, and there is none");
}

async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-service-" });
  const lan = new Lan(`fls${Deno.pid}`);
  let system: CopiedSystem | null = null;
  try {
    system = await CopiedSystem.make(directory);
    await play(system, lan);
    console.log("\ntest:service: ok");
    return 0;
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:service: ${found}`);
    return 1;
  } finally {
    await lan.end();
    await system?.end();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) {
  Deno.exit(await inOwnMounts(import.meta.filename, main));
}
