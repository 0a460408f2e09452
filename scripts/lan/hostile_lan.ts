/**
 * A small fleet on one switch with a machine that wants its ill, and the
 * judge: what must be so after every attack.
 *
 * @module
 */

import type {
  MachinesView,
  OrdersView,
  OrderView,
} from "../../lib/server/shapes/api_schema.ts";
import { Capture } from "../kit/capture.ts";
import { type LanHost, within } from "../kit/lan.ts";
import { LanFleet } from "../kit/lan_fleet.ts";
import { memoryOf } from "../kit/memory.ts";
import { linesOf } from "../kit/lines.ts";
import { eventually } from "../kit/process.ts";
import { sourceProgram } from "../kit/programs.ts";
import {
  decodePrivateKeyPem,
  machineOf,
  showMachine,
} from "../../lib/trust/keys.ts";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import { udpOf } from "./frames.ts";
import type { Attack, ReportOf, StageOf } from "./hostile_machine.ts";
import {
  type GuiseFiles,
  type KnownMachine,
  SEP,
  type Stage,
} from "./hostile_stage.ts";
import { check, type LanTest } from "./lan_test.ts";
import { framesOf } from "./pcap.ts";

const HONEST = 3;
const BROADCAST = "10.79.0.255";
/** What the programs may print in the whole test, whatever is thrown at them. */
const PRINTED_BYTES_MAX = 512 * 1_024;
/** More than this the server must not have grown by. */
const GROWN_MIB_MAX = 160;

/** The fleet, the hostile machine, and who gets what nobody asked for. */
export class HostileLan {
  readonly test: LanTest;
  readonly fleet: LanFleet;
  readonly bridge: string;
  readonly hostile: LanHost;
  readonly victim: LanHost;
  /** What each machine's disk must hold. */
  readonly expected = new Map<string, Record<string, string>>();
  #given = 0;
  #watch: Capture | null = null;
  #watches = 0;

  private constructor(
    facts: Pick<
      HostileLan,
      "test" | "fleet" | "bridge" | "hostile" | "victim"
    >,
  ) {
    this.test = facts.test;
    this.fleet = facts.fleet;
    this.bridge = facts.bridge;
    this.hostile = facts.hostile;
    this.victim = facts.victim;
  }

  static async make(test: LanTest): Promise<HostileLan> {
    const { lan, programs, directory } = test;
    const bridge = await lan.makeSwitch("sw");
    const plug = (name: string, last: number) =>
      lan.makeHost(name, { bridge, address: `10.79.0.${last}/24` });
    const server = await plug("srv", 1);
    const hostile = await plug("evil", 66);
    const victim = await plug("vic", 99);
    const fleet = await LanFleet.make({ programs, directory, server });
    test.fleet = fleet;
    for (let number = 1; number <= HONEST; number++) {
      const name = `m${number}`;
      const host = await plug(name, 10 + number);
      fleet.startAgent(name, host, ["--first-ping-after", "0"]);
    }
    return new HostileLan({ test, fleet, bridge, hostile, victim });
  }

  /** An order that must end right, on these machines; what they hold then. */
  async order(
    machines: readonly string[],
    args: readonly string[],
    then: Record<string, string>,
  ): Promise<void> {
    for (const name of machines) {
      this.#given++;
      await this.fleet.ok(...args, "--on", name, "--wait", "--timeout", "60");
      this.expected.set(name, then);
    }
  }

  /** An order that is given and not waited for: its number. */
  async give(args: readonly string[]): Promise<number> {
    this.#given++;
    return (await this.fleet.json<OrderView>(...args)).id;
  }

  /** Runs an attack that lasts as long as what happens meanwhile. */
  async attack<A extends Attack>(
    attack: A,
    stage: Omit<StageOf<A>, keyof Stage> & Partial<Stage>,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<ReportOf<A>> {
    const told: Stage = {
      seconds: this.test.thorough ? 20 : 2,
      me: endOf(this.hostile),
      server: endOf(this.fleet.serverHost),
      broadcast: BROADCAST,
      guises: [],
      machines: await this.machines(),
      ...stage,
    };
    const program = sourceProgram("scripts/lan/hostile_machine.ts");
    const child = spawnWithin(this.hostile.namespace, [
      ...program,
      attack,
      JSON.stringify(told),
    ]);
    const said: string[] = [];
    const begun = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const line of linesOf(child.stdout)) {
        said.push(line);
        begun.resolve();
      }
      begun.resolve();
    })();
    try {
      await begun.promise;
      await meanwhile();
    } finally {
      await child.stdin.close();
      await child.status;
    }
    await reading;
    const report = said[1];
    check(report !== undefined, `the attack "${attack}" did not end well`);
    return JSON.parse(report);
  }

  /** The machines of the fleet, as everybody on the network sees them. */
  async machines(): Promise<KnownMachine[]> {
    const all: KnownMachine[] = [];
    for (const name of this.expected.keys()) {
      const path = `${this.fleet.stateOf(name)}/agent.key`;
      const key = decodePrivateKeyPem(await Deno.readTextFile(path));
      if (!key.ok) throw new Error(key.fault);
      const { publicKey } = key.value;
      const id = showMachine(machineOf(publicKey));
      const host = endOf(this.fleet.host(name));
      all.push({ ...host, id, key: toBase64Url(publicKey) });
    }
    return all;
  }

  /** Of what the fleet's directory holds, unless said otherwise. */
  guise(
    name: string,
    more: Partial<GuiseFiles>,
  ): GuiseFiles {
    return {
      name,
      join: `${this.fleet.directory}/fleet/join.json`,
      signer: null,
      hasFilterKey: false,
      delegatesItself: false,
      ...more,
    };
  }

  /** From now on, everything that reaches this host is written down. */
  async watch(host: LanHost): Promise<void> {
    const name = `watch-${++this.#watches}`;
    const { namespace, device } = host;
    const { directory } = this.fleet;
    this.#watch = await Capture.start({ namespace, device, directory, name });
    this.test.captures.push(this.#watch);
  }

  /** Datagrams of SeP that came to this host: from whom, how many bytes. */
  async watched(
    host: LanHost,
  ): Promise<readonly { readonly from: string; readonly bytes: number }[]> {
    const path = await this.#watch?.file();
    if (path === undefined) throw new Error("Nothing is watched");
    return (await framesOf(path)).flatMap((frame) => {
      const udp = udpOf(frame);
      const isToUs = udp?.to.mac === host.mac && udp.from.port === SEP;
      if (!isToUs) return [];
      return [{ from: udp.from.ip, bytes: udp.payload.length }];
    });
  }

  /** After every attack: nothing gave. */
  async judge(scene: string): Promise<void> {
    const { fleet, expected } = this;
    for (const [name, programs] of expected) {
      await fleet.untilState(name, "alive", 40_000);
      const found = JSON.stringify(await fleet.onDisk(name));
      const wanted = JSON.stringify(programs);
      check(
        found === wanted,
        `${scene}: ${name} holds ${found}, not ${wanted}`,
      );
      const server = `${fleet.serverHost.address}:${SEP}`;
      await eventually(`${scene}: ${name} knows its server`, async () => {
        const status = await fleet.agentStatus(name);
        return status.membership === "accepted" && status.server === server
          ? true
          : null;
      });
    }
    await this.#judgeMachines(scene);
    const { orders } = await fleet.json<OrdersView>("orders");
    const open = orders.filter(({ state }) => state !== "done");
    check(
      orders.length === this.#given && open.length === 0,
      `${scene}: ${this.#given} orders were given; there are ` +
        `${orders.length}, and ${open.length} are not done`,
    );
    const { printedBytes } = fleet;
    check(
      printedBytes < PRINTED_BYTES_MAX,
      `${scene}: ${printedBytes} bytes of log`,
    );
  }

  /** The server's memory must not have grown much since it had so many MiB. */
  async judgeMemory(scene: string, beforeMib: number): Promise<number> {
    const { nowMib } = await this.memory();
    check(
      nowMib - beforeMib < GROWN_MIB_MAX,
      `${scene}: the server grew from ${beforeMib} to ${nowMib} MiB`,
    );
    return Math.round(nowMib);
  }

  async memory() {
    const memory = await memoryOf(this.fleet.server.pid);
    check(memory !== null, "the server has ended");
    return memory;
  }

  async #judgeMachines(scene: string): Promise<void> {
    const { fleet, expected } = this;
    const { machines } = await fleet.json<MachinesView>("machines");
    const found = machines
      .filter(({ state }) => state !== "revoked")
      .map(({ name, address }) => `${name} ${address}`).sort();
    const wanted = [...expected.keys()]
      .map((name) => `${name} ${fleet.host(name).address}:${SEP}`).sort();
    check(
      found.join() === wanted.join(),
      `${scene}: the server knows ${found.join(", ")}`,
    );
  }
}

function spawnWithin(namespace: string, command: readonly string[]) {
  const [program = "", ...args] = within(namespace, command);
  return new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

function endOf({ mac, address }: LanHost) {
  return { mac, ip: address };
}
