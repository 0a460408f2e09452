/**
 * What cases of an agent under test play on: the agent's process, a played
 * server, its SiP, and strangers.
 *
 * @module
 */

import { type Bytes, hex } from "../wire/bytes.ts";
import { makePackage, type PackageOptions } from "../wire/package.ts";
import { eventually, expect, pause, Wrong } from "./case.ts";
import { Fleet } from "./fleet.ts";
import { PlayedServer } from "./played_server.ts";
import { SipHouse } from "./sip_house.ts";
import { type Heard, type Socket, Strangers } from "./socket.ts";
import { filled, Subject } from "./subject.ts";
import { type HeardSaid, showSaid, Talk } from "./talk.ts";

export interface AgentStageOptions {
  readonly command: readonly string[];
  /** The first three numbers of the loopback network to play in. */
  readonly network: string;
  readonly directory: string;
}

/** What comes after a fence may still have been on its way. */
const GRACE_MS = 60;
/** More at once might overflow the receiver's socket. */
const BATCH = 40;

export class AgentStage {
  #serial = 1;
  #order = 1n;

  private constructor(
    readonly fleet: Fleet,
    readonly server: PlayedServer,
    readonly sip: SipHouse,
    readonly strangers: Strangers,
    readonly subject: Subject,
  ) {}

  static async open(
    { command, network, directory }: AgentStageOptions,
  ): Promise<AgentStage> {
    const fleet = new Fleet();
    const identity = await fleet.identity(3);
    const at = { hostname: `${network}.1`, port: 2013 };
    const sip = new SipHouse({ ...at, port: 3615 }, identity.certificate);
    const server = new PlayedServer({
      ...{ fleet, identity, at, sipAt: sip.address },
    });
    sip.keyOf = () => server.agent?.key ?? null;
    sip.publishers = fleet.publishers(1);
    const join = `${directory}/join.json`;
    await Deno.writeTextFile(join, fleet.join(identity, [`${network}.1:2013`]));
    await Deno.chmod(join, 0o600);
    const subject = new Subject(filled(command, {
      ...{ join, state: `${directory}/state`, address: `${network}.2` },
      programs: `${directory}/programs`,
      server: `${network}.1:2013`,
    }));
    const [one, two] = network.split(".");
    const strangers = new Strangers(
      `${one}.${Number(two) + 1 & 255}`,
      (heard: Heard) => server.take(heard),
    );
    return new AgentStage(fleet, server, sip, strangers, subject);
  }

  async close(): Promise<void> {
    await this.subject.stop();
    this.server.socket.close();
    this.strangers.close();
    this.sip.close();
  }

  /** Before every case. */
  async ready(): Promise<void> {
    if (this.subject.died) throw new Wrong("The agent's process has ended");
    this.sip.scripts.length = 0;
    this.sip.raw = null;
    this.server.sipAt = this.sip.address;
    await this.server.ready();
  }

  /** Stops the agent, starts it again, and waits for its call. */
  async restart(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.subject.stop(signal);
    const before = this.server.said.length;
    this.subject.start();
    await eventually(
      "The agent calls after its start",
      () =>
        this.server.said.slice(before).find(({ word, step }) =>
          word === "ping" && step === 0
        ),
      15_000,
    );
  }

  nextOrder(): bigint {
    return this.#order++;
  }

  nextSerial(): number {
    return this.#serial++;
  }

  /** A good package, in the shelf of SiP. */
  publish(
    name: string,
    version: string,
    options: Partial<PackageOptions> = {},
  ) {
    const made = makePackage({
      ...{ publisher: this.fleet.publisher, name, version },
      serial: options.serial ?? this.nextSerial(),
      ...options,
    });
    this.sip.shelf.set(hex(made.sha256), made);
    return made;
  }

  /** Gives an order and waits for how it ended. */
  async install(
    thing: ReturnType<AgentStage["publish"]>,
    order = this.nextOrder(),
    attempt = 1,
  ): Promise<HeardSaid> {
    const talk = this.server.begin();
    const { name, version, sha256, bytes } = thing;
    await talk.tell(
      ...["install", order, attempt, name, version] as const,
      ...[sha256, bytes.length] as const,
    );
    const result = await talk.hear(["reussi", "rate"], 15_000);
    await talk.tell("OK");
    expect(
      result.args[0] === String(order) && result.args[1] === String(attempt),
      `${
        showSaid(result)
      } is of another order or attempt than ${order}, ${attempt}`,
    );
    return result;
  }

  /** `oui` or `non`. */
  async owns(name: string, version: string): Promise<string> {
    const talk = this.server.begin();
    await talk.tell("possede", name, version, "ieo");
    const { word } = await talk.hear(["oui", "non"]);
    await talk.tell("rien");
    return word;
  }

  /**
   * Sends datagrams that must be met with silence: no answer, no connection,
   * and the agent lives and keeps its session. From `from`, or from strangers.
   */
  async silence(
    what: string,
    datagrams: readonly Bytes[],
    { from, kept = true }: { from?: Socket; kept?: boolean } = {},
  ): Promise<void> {
    const { server, sip } = this;
    const before = server.said.length;
    const connections = sip.connections;
    const fences = new Set<string>();
    for (let at = 0; at < datagrams.length; at += BATCH) {
      const source = from ?? this.strangers.next();
      for (const bytes of datagrams.slice(at, at + BATCH)) {
        await source.send(bytes, server.known.address);
      }
      fences.add(await this.#fence(kept));
    }
    await pause(GRACE_MS);
    const answer = server.said.slice(before).find((said) =>
      said.step > 0 && !fences.has(hex(said.conversation)) &&
      !this.#isCall(said)
    );
    expect(
      answer === undefined,
      `${what}: ${answer && showSaid(answer)} came, where silence was awaited`,
    );
    expect(sip.connections === connections, `${what}: it connected to SiP`);
  }

  /** Part of a call that the agent began by itself. */
  #isCall(said: HeardSaid): boolean {
    return this.server.said.some(({ step, conversation }) =>
      step === 0 && hex(conversation) === hex(said.conversation)
    );
  }

  /** What was sent before this was handled before this is answered. */
  async #fence(kept: boolean): Promise<string> {
    const talk = new Talk(this.server);
    await talk.tell("ping", ...this.server.pingArgs());
    const echo = await talk.hear(["echo"]);
    const held = hex(echo.session);
    expect(
      !kept || held === hex(this.server.session),
      `The agent's session is ${held} now`,
    );
    return talk.hexId;
  }
}
