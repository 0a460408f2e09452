/**
 * One machine that is killed over and over: put back to where it was, given an
 * order, killed in it, killed in its recovery, and looked at each time.
 *
 * @module
 */

import { ApiClient } from "../../lib/cli/api_client.ts";
import { realHost } from "../../lib/host/real.ts";
import type {
  OrderBody,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Fleet, FleetMachine } from "../kit/fleet.ts";
import { eventually, run } from "../kit/process.ts";
import { sourceProgram } from "../kit/programs.ts";
import { ORDER_BEGINS } from "./dying_agent.ts";
import { NAME, type Scene } from "./scenes.ts";
import { changeConfig, commandsOf, look, straysOf } from "./tool.ts";

/** After which step, and after which step of the recovery. */
export interface Kill {
  readonly step: number;
  readonly recoveryStep: number;
}

/** What became of it. */
export interface Survived {
  readonly kills: number;
  /** The second kill came before the order was begun again. */
  readonly wasInRecovery: boolean;
}

/** One machine that is killed over and over. */
export class Victim {
  readonly #fleet: Fleet;
  readonly #name: string;
  readonly #api: ApiClient;
  #machine: FleetMachine;

  private constructor(fleet: Fleet, name: string, machine: FleetMachine) {
    this.#fleet = fleet;
    this.#name = name;
    this.#machine = machine;
    this.#api = new ApiClient(
      realHost(),
      `${fleet.directory}/fleet/data/api.json`,
    );
  }

  /** Enrols the machine and makes the images that the scenes start from. */
  static async make(fleet: Fleet, name: string): Promise<Victim> {
    const victim = new Victim(fleet, name, startAgent(fleet, name));
    const { id } = await fleet.untilState(name, "alive", 30_000);
    await fleet.ok("rename", id, name);
    await victim.#image("nothing");
    await victim.#do({ verb: "install", name: NAME, version: "1.0" });
    await changeConfig(victim.#machine);
    await victim.#image("1.0");
    await victim.#do({ verb: "install", name: NAME, version: "2.0" });
    await victim.#image("2.0 over 1.0");
    return victim;
  }

  /** How many steps an order has that nobody disturbs. */
  async stepsOf(scene: Scene): Promise<number> {
    await this.#putBack(scene.from);
    const log = await this.#startDying("order", 0);
    await this.#ended(scene, await this.#give(scene));
    await this.#machine.process.stop();
    return (await Deno.readTextFile(log)).split("\n").length - 1;
  }

  /** One kill, another one in the recovery, and the end. */
  async survive(
    scene: Scene,
    { step, recoveryStep }: Kill,
  ): Promise<Survived> {
    let kills = 0;
    const told: string[] = [];
    try {
      await this.#putBack(scene.from);
      let log = await this.#startDying("order", step);
      const id = await this.#give(scene);
      for (const from of ["order", "start"] as const) {
        if (from === "start") log = await this.#startDying(from, recoveryStep);
        if (await this.#diedOrEnded(id)) kills++;
        told.push(await lastLine(log));
        await this.#lookFor([scene.before, scene.ordered]);
        if (!this.#machine.process.over) break;
      }
      if (this.#machine.process.over) {
        this.#machine = startAgent(this.#fleet, this.#name);
      }
      await this.#ended(scene, id);
      await this.#truth(scene);
      await this.#machine.process.stop();
      await this.#lookFor([scene.after]);
      const strays = await straysOf(
        this.#machine,
        scene.after,
        scene.from === "nothing" ? "package's" : "owner's",
      );
      if (strays.length > 0) {
        throw new Error(`These remain: ${strays.join("; ")}`);
      }
      const wasInRecovery = await stepsOfRecovery(log) >= recoveryStep;
      return { kills, wasInRecovery };
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${scene.title}, killed after step ${step} (${told[0]}) and in the ` +
          `recovery after step ${recoveryStep} (${told[1]}): ${found}\n` +
          `--- agent\n${this.#machine.process.tail}`,
      );
    }
  }

  /**
   * Gives the order, after the server has seen the machine's list again: what
   * it knew of the machine was true before it was put back.
   */
  async #give({ order }: Scene): Promise<number> {
    const on = [this.#name];
    await this.#end((await this.#api.order({ verb: "collect", on })).id);
    return (await this.#api.order({ ...order, on: [this.#name] })).id;
  }

  async #do(order: Omit<OrderBody, "on">): Promise<void> {
    const { id } = await this.#api.order({ ...order, on: [this.#name] });
    this.#machine = startAgent(this.#fleet, this.#name);
    const { state, tasks } = await this.#end(id);
    if (state !== "done") {
      throw new Error(`${order.verb}: ${tasks?.[0]?.reason}`);
    }
  }

  /** Starts an agent that dies; resolves with the log of its steps. */
  async #startDying(from: "order" | "start", at: number): Promise<string> {
    const log = `${this.#fleet.directory}/${this.#name}.${from}.steps`;
    await Deno.writeTextFile(log, "");
    const dying = sourceProgram("scripts/crash/dying_agent.ts");
    this.#machine = startAgent(this.#fleet, this.#name, [
      ...dying,
      log,
      from,
      String(at),
    ]);
    return log;
  }

  /** True when it died; false when the order ended before that. */
  async #diedOrEnded(id: number): Promise<boolean> {
    return await eventually("The agent dies or the order ends", async () => {
      if (this.#machine.process.over) return true;
      return isOver(await this.#api.orderOf(id)) ? false : null;
    }, { withinMs: 60_000, everyMs: 50 });
  }

  async #end(id: number): Promise<OrderView> {
    return await eventually(`The order ${id} ends`, async () => {
      if (this.#machine.process.over) throw new Error("The agent ended");
      const order = await this.#api.orderOf(id);
      return isOver(order) ? order : null;
    }, { withinMs: 90_000, everyMs: 50 });
  }

  async #ended({ ends }: Scene, id: number): Promise<void> {
    const { state, tasks } = await this.#end(id);
    if (state === ends) return;
    throw new Error(`The order ${id} is ${state}: ${tasks?.[0]?.reason}`);
  }

  async #lookFor(lawful: readonly (string | null)[]): Promise<void> {
    const version = await look(this.#machine);
    if (lawful.includes(version)) return;
    throw new Error(`It holds ${version}, not ${lawful.join(" or ")}`);
  }

  /** Flow 3: what the machine says of itself is what is on its disk. */
  async #truth({ after }: Scene): Promise<void> {
    for (const version of ["1.0", "2.0", "3.0"]) {
      const { id } = await this.#api.order({
        verb: "has",
        name: NAME,
        version,
        on: [this.#name],
      });
      const answer = (await this.#end(id)).tasks?.[0]?.answer;
      const wanted = version === after ? "oui" : "non";
      if (answer === wanted) continue;
      throw new Error(`[possede{${NAME}+${version}}] is answered by ${answer}`);
    }
  }

  /** Ends the agent and keeps everything it has on the disk. */
  async #image(name: Scene["from"]): Promise<void> {
    await this.#machine.process.stop();
    await copyTree(this.#home, `${this.#home} ${name}`);
  }

  async #putBack(name: Scene["from"]): Promise<void> {
    await this.#machine.process.stop();
    await Deno.remove(this.#home, { recursive: true });
    await copyTree(`${this.#home} ${name}`, this.#home);
  }

  get #home(): string {
    return `${this.#fleet.directory}/${this.#name}`;
  }
}

function startAgent(
  fleet: Fleet,
  name: string,
  agent?: readonly string[],
): FleetMachine {
  const home = { stateDirectory: `${fleet.directory}/${name}/state` };
  return fleet.startAgent(name, "server", {
    more: [
      ...["--commands", commandsOf(home)],
      // A system with nothing in it: lists are short, and no tool that a
      // source of programs runs is counted among an order's steps.
      ...["--native-root", `${fleet.directory}/no-system`],
    ],
    ...(agent === undefined ? {} : { agent }),
  });
}

function isOver({ state }: OrderView): boolean {
  return state !== "waiting" && state !== "running";
}

/** How many steps came before an order was begun again. */
async function stepsOfRecovery(log: string): Promise<number> {
  const lines = (await Deno.readTextFile(log)).trimEnd().split("\n");
  const end = lines.indexOf(ORDER_BEGINS);
  return end === -1 ? lines.length : end;
}

async function lastLine(path: string): Promise<string> {
  return (await Deno.readTextFile(path)).trimEnd().split("\n").at(-1) ?? "";
}

async function copyTree(from: string, to: string): Promise<void> {
  const { code, stderr } = await run(["cp", "-a", from, to]);
  if (code !== 0) throw new Error(`Cannot copy ${from}: ${stderr}`);
}
