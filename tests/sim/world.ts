/**
 * A whole world from one seed: a server and its machines, running the code
 * that is shipped, over a simulated clock, network, disk and chance; an owner
 * who gives orders, and somebody who means harm. What happens to them is in
 * `course.ts`, what must never happen in `laws.ts`.
 *
 * @module
 */

import { decodeJoinFile } from "../../lib/trust/join_file.ts";
import { Attacker } from "./attacker.ts";
import { Chance } from "./chance.ts";
import { Computer } from "./computer.ts";
import type { FleetTemplate } from "./fleet_template.ts";
import { type Breach, Laws } from "./laws.ts";
import { Owner, programsOf } from "./owner.ts";
import { Record } from "./record.ts";
import { SimAgent } from "./sim_agent.ts";
import { type Passing, type Place, SimNetwork } from "./sim_network.ts";
import { SimServer } from "./sim_server.ts";
import { SimStore } from "./sim_store.ts";
import { Timeline } from "./timeline.ts";

/** Which world. */
export interface WorldOptions {
  readonly seed: number;
  readonly agents: number;
  readonly template: FleetTemplate;
  /** A directory for the store's files. */
  readonly directory: string;
  /** Reads along. */
  readonly tell?: (line: string) => void;
}

/** What a full disk ended is started again after so long. */
const RESTART_MS = 2_000;

/** One world. */
export class World {
  readonly timeline = new Timeline();
  readonly network: SimNetwork;
  readonly record: Record;
  readonly laws: Laws;
  readonly chance: Chance;
  readonly server: SimServer;
  readonly agents: SimAgent[] = [];
  readonly owner: Owner;
  readonly attacker: Attacker;
  /** What ends the troubles that last. */
  readonly endings = new Set<() => void>();
  /** The first law that was broken. */
  breach: Breach | null = null;
  deaths = 0;
  readonly #options: WorldOptions;
  readonly #store: SimStore;
  /** Machines whose disk was once in two computers. */
  readonly #cloned = new Set<string>();
  #addresses = 0;

  constructor(options: WorldOptions) {
    const { seed, agents, template, directory } = options;
    this.#options = options;
    this.chance = new Chance(seed);
    this.network = new SimNetwork(this.timeline, this.chance.of("network"));
    this.network.onSent = (passing, by) => this.#sent(passing, by);
    this.record = new Record(this.timeline, options.tell ?? null);
    this.laws = new Laws({
      agentsOf: (machine) => this.#agentsOf(machine),
      nowMs: () => this.timeline.nowMs,
      isFull: (name) => this.#isFull(name),
      broke: (breach) => this.broke(breach),
    });
    this.#store = new SimStore(directory, template.storePath, {
      onWrites: this.laws.writes,
      onOrders: this.laws.orders,
    });
    this.server = new SimServer(this.#computer("server"), {
      template,
      store: this.#store,
      log: this.record.logOf("server"),
    });
    for (let number = 1; number <= agents; number++) {
      this.agents.push(this.#agent(this.#computer(`pc${number}`)));
    }
    const chance = this.chance.of("owner");
    this.owner = new Owner(this, chance, programsOf(template));
    this.attacker = this.#makeAttacker();
  }

  broke(breach: Breach): void {
    this.record.note("law", `${breach.law}: ${breach.found}`);
    this.breach ??= breach;
  }

  /** Starts whoever does not run. */
  startAll(): void {
    this.startServer();
    for (const agent of this.agents) this.startAgent(agent);
  }

  startServer(): void {
    const { computer } = this.server;
    if (computer.life !== null) return;
    this.server.start().catch((error) => {
      if (!this.#mayFail(computer, error)) return;
      this.killServer(false);
      this.timeline.after(RESTART_MS, () => this.startServer());
    });
  }

  startAgent(agent: SimAgent): void {
    const { computer } = agent;
    if (computer.life !== null) return;
    agent.start().catch((error) => {
      if (!this.#mayFail(computer, error)) return;
      agent.die({ isPower: false });
      this.timeline.after(RESTART_MS, () => this.startAgent(agent));
    });
  }

  killServer(isPower: boolean): void {
    this.deaths++;
    void this.server.die({ isPower });
  }

  killAgent(agent: SimAgent, isPower: boolean): void {
    this.deaths++;
    agent.die({ isPower });
  }

  /** An address that nobody has had. */
  freshAddress(): string {
    const number = ++this.#addresses;
    return `10.0.${1 + (number >> 8)}.${number & 255}`;
  }

  /** A copy of the machine's disk runs in a computer of its own from now on. */
  clone(of: SimAgent): SimAgent | null {
    if (of.machine === null || this.hadClones) return null;
    const computer = this.#computer(`${of.computer.name}b`);
    computer.disk = of.computer.disk.cloned();
    const clone = this.#agent(computer);
    this.agents.push(clone);
    this.#cloned.add(of.machine);
    this.startAgent(clone);
    return clone;
  }

  /** Was there ever a copy of some machine? */
  get hadClones(): boolean {
    return this.#cloned.size > 0;
  }

  /** It is over. */
  async close(): Promise<void> {
    for (const { computer } of this.agents) computer.kill();
    await this.server.die({ isPower: false });
    await this.#store.close();
  }

  #sent(passing: Passing, by: Place | null): void {
    const { from, to, bytes } = passing;
    const who = by instanceof Computer ? by.name : "attacker";
    const body = new TextDecoder().decode(bytes.subarray(80, 100));
    const word = /^\[[A-Za-z]+/.exec(body)?.[0].slice(1) ?? "?";
    // The conversation, and the step in it.
    const place = `${bytes.subarray(32, 34).toHex()}.${bytes[6]}`;
    const way = `${from.hostname} > ${to.hostname}`;
    this.record.note(who, `${way} ${word} ${place}`);
    if (by === null) return;
    this.attacker.hears(passing);
    this.laws.sent(who, passing);
  }

  /** A full disk ends a process at its start, and nothing else does. */
  #mayFail({ name, disk }: Computer, error: unknown): boolean {
    const sentence = error instanceof Error ? error.message : String(error);
    this.record.note(name, `ended at its start: ${sentence}`);
    const isFull = disk.bytesMax !== Infinity || /ENOSPC/.test(sentence);
    if (isFull) return true;
    const found = error instanceof Error ? error.stack : sentence;
    this.broke({ law: "starts again", found: `${name}: ${found}` });
    return false;
  }

  #isFull(name: string): boolean {
    return this.agents.some(({ computer }) =>
      computer.name === name && computer.disk.bytesMax !== Infinity
    );
  }

  #agentsOf(machine: string): readonly SimAgent[] {
    // Whichever of two computers did it: one order is for one of them.
    if (this.#cloned.has(machine)) return [];
    return this.agents.filter((agent) => agent.machine === machine);
  }

  #computer(name: string): Computer {
    const address = name === "server" ? "10.0.0.1" : this.freshAddress();
    const number = this.#addresses.toString(16).padStart(4, "0");
    const mac = `02:00:00:00:${number.slice(0, 2)}:${number.slice(2)}`;
    return new Computer(this, {
      ...{ name, address, mac },
      chance: this.chance.of(name),
    });
  }

  #agent(computer: Computer): SimAgent {
    const { joinFile } = this.#options.template;
    const agent: SimAgent = new SimAgent(computer, {
      joinFile,
      log: this.record.logOf(computer.name),
      onProgram: (options) => this.laws.program(agent, options),
      onRekeyed: () => {
        this.killAgent(agent, false);
        this.startAgent(agent);
      },
    });
    return agent;
  }

  #makeAttacker(): Attacker {
    const join = decodeJoinFile(this.#options.template.joinFile);
    if (!join.ok) throw new Error(join.fault);
    const { filterKey } = join.value;
    const chance = this.chance.of("attacker");
    return new Attacker(this.network, { chance, filterKey });
  }
}
