/**
 * A fleet of one machine whose agent is updated, with real processes: a server,
 * an agent that is started as a service would start it, and packages of new
 * agents. All of them are scripts before the same sources: one answers
 * `--version` by itself, notes that it was started, and then is the agent, or
 * something that is none.
 *
 * @module
 */

import type {
  OrderView,
  TaskView,
} from "../../lib/server/shapes/api_schema.ts";
import { Fleet, type FleetMachine } from "../kit/fleet.ts";
import { eventually } from "../kit/process.ts";
import { fromSources, sourceProgram } from "../kit/programs.ts";

const NAME = "flottille-agent";
const MACHINE = "room";
/** The agent that was there before any update. */
export const FIRST = "0.1.0";

/** What a new agent does, and what its package says of it. */
export interface NewAgent {
  readonly version: string;
  /** What it says to `--version`; its name and version if absent. */
  readonly says?: string;
  /** The lines after `--version`; the real agent if absent. */
  readonly body?: string;
  readonly deadlineSeconds?: number;
}

/** The machine and its server. */
export class SelfPlace {
  readonly fleet: Fleet;
  readonly executable: string;
  machine: FleetMachine;

  private constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.executable = `${fleet.directory}/bin/${NAME}`;
    this.machine = this.start();
  }

  /** @param net The third number of the addresses: one for each test. */
  static async make(net: number): Promise<SelfPlace> {
    const programs = fromSources();
    const fleet = await Fleet.make({ programs, net, pingEverySeconds: 1 });
    await Deno.mkdir(`${fleet.directory}/bin`);
    const place = `${fleet.directory}/bin/${NAME}`;
    await writeScript(place, scriptOf(fleet, { version: FIRST }));
    await fleet.startServer();
    const self = new SelfPlace(fleet);
    const { id } = await fleet.untilState(MACHINE, "alive", 30_000);
    await fleet.ok("rename", id, MACHINE);
    return self;
  }

  /** The service starts what is at its place. */
  start(agent: readonly string[] = [this.executable]): FleetMachine {
    const more = ["--native-root", "/no-system"];
    this.machine = this.fleet.startAgent(MACHINE, "server", {
      agent,
      more: [...more, "--executable", this.executable],
    });
    return this.machine;
  }

  /** Packs and publishes a new agent. */
  async publish(agent: NewAgent): Promise<void> {
    const { version, deadlineSeconds = 40 } = agent;
    const source = `${this.fleet.directory}/new-${version}`;
    await Deno.mkdir(source);
    await writeScript(`${source}/${NAME}`, scriptOf(this.fleet, agent));
    await Deno.writeTextFile(
      `${source}/ieo.toml`,
      `name = "${NAME}"\nversion = "${version}"\n` +
        `self = { path = "${NAME}", deadline = ${deadlineSeconds} }\n`,
    );
    await this.fleet.ok("pack", source, "-o", `${source}.ieo`);
    await this.fleet.ok("publish", `${source}.ieo`);
  }

  /** Gives an order for the agent; resolves with its number. */
  async give(verb: "install" | "rollback", version = ""): Promise<number> {
    const words = version === "" ? [verb, NAME] : [verb, NAME, version];
    const order = await this.fleet.json<OrderView>(...words, "--on", MACHINE);
    return order.id;
  }

  /** The machine's share of an order that has ended. */
  async ended(id: number, withinMs = 60_000): Promise<TaskView> {
    return await eventually(`Order ${id} has ended`, async () => {
      const view = await this.fleet.json<OrderView>("orders", String(id));
      const [task] = view.tasks ?? [];
      const isOver = view.state !== "waiting" && view.state !== "running";
      return isOver && task !== undefined ? task : null;
    }, { withinMs, everyMs: 200 });
  }

  async isOver(id: number): Promise<boolean> {
    const view = await this.fleet.json<OrderView>("orders", String(id));
    return view.state !== "waiting" && view.state !== "running";
  }

  async does(verb: "install" | "rollback", version = ""): Promise<TaskView> {
    return await this.ended(await this.give(verb, version));
  }

  /** The note of an order whose first attempt has failed; it is cancelled. */
  async failed(id: number): Promise<string> {
    const note = await eventually(`Order ${id} has failed once`, async () => {
      const view = await this.fleet.json<OrderView>("orders", String(id));
      return view.tasks?.[0]?.note || null;
    }, { withinMs: 30_000, everyMs: 200 });
    await this.fleet.cli("cancel", String(id));
    return note;
  }

  /** The answer to `[possede]`. */
  async has(version: string): Promise<string | null> {
    const order = ["has", NAME, version, "--on", MACHINE];
    const { id } = await this.fleet.json<OrderView>(...order);
    return (await this.ended(id)).answer;
  }

  /** Every version of the agent that was started, in order. */
  async started(): Promise<string[]> {
    const text = await Deno.readTextFile(startsOf(this.fleet));
    return text.trim().split("\n");
  }

  /** The version that the service would start now. */
  async installed(): Promise<string> {
    const text = await Deno.readTextFile(this.executable);
    return /^# (.*)$/m.exec(text)?.[1] ?? "";
  }

  /** The version in use among the programs; null when there is none. */
  async current(): Promise<string | null> {
    const { programsDirectory } = this.machine;
    return await Deno.readLink(`${programsDirectory}/${NAME}/current`)
      .catch(() => null);
  }

  /** What must not be there once all is done. */
  async strays(): Promise<string[]> {
    const { programsDirectory: root } = this.machine;
    const places = [`${root}/.staging`, `${root}/.trash`, `${root}/${NAME}`];
    const found: string[] = [];
    for (const place of places) {
      for (const name of await namesIn(place)) {
        if (!/^(current|\d+\.\d+(\.\d+)?)$/.test(name)) found.push(name);
      }
    }
    const beside = await namesIn(`${this.fleet.directory}/bin`);
    return [...found, ...beside.filter((name) => name !== NAME)];
  }

  /** Everything that matters of the machine, in one look. */
  async look() {
    return {
      current: await this.current(),
      installed: await this.installed(),
      strays: await this.strays(),
    };
  }

  async end(): Promise<void> {
    await this.fleet.end();
  }
}

/** Calls `use` with a place, and ends all that was started there. */
export async function withSelfPlace(
  net: number,
  use: (place: SelfPlace) => Promise<void>,
): Promise<void> {
  const place = await SelfPlace.make(net);
  try {
    await use(place);
  } catch (error) {
    console.error(`--- agent\n${place.machine.process.tail}`);
    throw error;
  } finally {
    await place.end();
  }
}

/** The command line that is the agent itself. */
export function realAgent(): string {
  return `exec ${sourceProgram("agent.ts").join(" ")} "$@"`;
}

/** The same, which kills itself with -9 after a step since its start. */
export function dyingAgent(log: string, step: number): string {
  return `exec ${dyingProgram(log, "start", step).join(" ")} "$@"`;
}

/** The agent that kills itself after a step, as a command. */
export function dyingProgram(
  log: string,
  from: "start" | "order",
  step: number,
): string[] {
  const program = sourceProgram("scripts/crash/dying_agent.ts");
  return [...program, log, from, String(step)];
}

/** These lines the first time that they are reached, and else the agent. */
export function once(mark: string, body: string): string {
  return `if mkdir "${mark}" 2>/dev/null; then\n${body}\nfi\n${realAgent()}`;
}

function scriptOf(
  fleet: Fleet,
  { version, says = `${NAME} ${version}`, body = realAgent() }: NewAgent,
): string {
  return [
    "#!/bin/sh",
    `# ${version}`,
    `if [ "$1" = --version ]; then ${saying(says)}; fi`,
    `echo ${version} >>${startsOf(fleet)}`,
    body,
    "",
  ].join("\n");
}

function saying(says: string): string {
  return says.startsWith("exit") ? says : `echo "${says}"; exit 0`;
}

function startsOf({ directory }: Fleet): string {
  return `${directory}/starts`;
}

async function writeScript(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { mode: 0o755 });
}

async function namesIn(directory: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directory)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}
