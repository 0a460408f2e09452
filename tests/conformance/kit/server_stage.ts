/**
 * What cases of a server under test play on: the server's process, machines of
 * the kit, and strangers.
 *
 * @module
 */

import { type Bytes, hex, same } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import type { Key } from "../wire/keys.ts";
import { eventually, expect, pause, Wrong } from "./case.ts";
import { type Joined, readJoinFile } from "./joined.ts";
import { CALL_EVERY_MS, PlayedMachine } from "./played_machine.ts";
import { type Heard, type Socket, Strangers } from "./socket.ts";
import { filled, operate, Subject, type Values } from "./subject.ts";
import { showSaid } from "./talk.ts";

/** The commands of an implementation; all but `run` may be missing. */
export interface ServerCommands {
  readonly prepare?: readonly (readonly string[])[];
  readonly run: readonly string[];
  /** The same server, whose owner approves machines by hand. */
  readonly manual?: readonly string[];
  /** Once it runs; before the first case. */
  readonly setup?: readonly (readonly string[])[];
  readonly approve?: readonly string[];
  readonly revoke?: readonly string[];
  readonly install?: readonly string[];
  readonly has?: readonly string[];
  readonly remove?: readonly string[];
  readonly collect?: readonly string[];
}

export interface ServerStageOptions {
  readonly commands: ServerCommands;
  readonly join: string;
  readonly network: string;
  readonly directory: string;
  /** A package that the server has in its catalogue. */
  readonly packagePath?: string | undefined;
}

const GRACE_MS = 60;
const BATCH = 40;

export class ServerStage {
  readonly machine: PlayedMachine;
  readonly strangers: Strangers;
  packageBytes: Bytes | null = null;
  readonly #network: string;
  readonly #machines: PlayedMachine[] = [];
  #hosts = 10;

  private constructor(
    readonly joined: Joined,
    public subject: Subject,
    readonly commands: ServerCommands,
    readonly values: Values,
    network: string,
    readonly packagePath: string | null,
  ) {
    this.#network = network;
    const [one, two] = network.split(".");
    this.strangers = new Strangers(
      `${one}.${Number(two) + 1 & 255}`,
      (heard: Heard) => this.machine.take(heard),
    );
    this.machine = this.newMachine();
  }

  static async open(options: ServerStageOptions): Promise<ServerStage> {
    const { commands, network, directory } = options;
    const address = `${network}.1`;
    const values = { directory, address, join: options.join };
    const join = filled([options.join], { directory })[0] ?? "";
    for (const command of commands.prepare ?? []) {
      await operate("prepare", command, { ...values, join });
    }
    const server = { hostname: address, port: 2013 };
    const joined = readJoinFile(await Deno.readTextFile(join), server);
    const all = { ...values, join };
    const subject = new Subject(filled(commands.run, all));
    const path = options.packagePath === undefined
      ? null
      : filled([options.packagePath], { directory })[0] ?? null;
    return new ServerStage(joined, subject, commands, all, network, path);
  }

  /** Starts the server and waits until it answers a call. */
  async start(): Promise<void> {
    await this.restart(this.commands.run);
    for (const command of this.commands.setup ?? []) {
      await operate("setup", command, this.values);
    }
    if (this.packagePath !== null) {
      this.packageBytes = await Deno.readFile(this.packagePath);
    }
  }

  /** Stops what runs, and starts this; the machines keep what they have. */
  async restart(
    command: readonly string[] = this.commands.run,
    signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
  ): Promise<void> {
    await this.subject.stop(signal);
    this.subject = new Subject(filled(command, this.values));
    this.subject.start();
    const { machine } = this;
    await eventually("The server answers a call", async () => {
      const talk = machine.begin();
      await talk.tell("ping", ...machine.pingArgs());
      return await talk.listen(600);
    }, 20_000);
    await pause(CALL_EVERY_MS);
  }

  async close(): Promise<void> {
    await this.subject.stop();
    for (const machine of this.#machines) machine.socket.close();
    this.strangers.close();
  }

  async ready(): Promise<void> {
    if (this.subject.died) throw new Wrong("The server's process has ended");
    await this.machine.ready();
  }

  /** One more machine, with an address of its own. */
  newMachine(key?: Key): PlayedMachine {
    const made = new PlayedMachine({
      joined: this.joined,
      at: { hostname: `${this.#network}.${this.#hosts++}`, port: 2013 },
      ...(key === undefined ? {} : { key }),
      name: `kit-${this.#hosts}`,
    });
    this.#machines.push(made);
    return made;
  }

  /** The implementation's operator does something. */
  async operator(
    what: keyof ServerCommands,
    values: Values = {},
  ): Promise<string> {
    const command = this.commands[what] as readonly string[] | undefined;
    const machine = hex(this.machine.machine);
    return await operate(what, command, { ...this.values, machine, ...values });
  }

  /** Sends what must be met with silence; the server lives on. */
  async silence(
    what: string,
    datagrams: readonly Bytes[],
    { from, kept = true }: { from?: Socket; kept?: boolean } = {},
  ): Promise<void> {
    const { machine } = this;
    const before = machine.said.length;
    const fences = new Set<string>();
    for (let at = 0; at < datagrams.length; at += BATCH) {
      const source = from ?? this.strangers.next();
      for (const bytes of datagrams.slice(at, at + BATCH)) {
        await source.send(bytes, this.joined.server);
      }
      const talk = machine.begin();
      await talk.tell("ping", ...machine.pingArgs());
      const echo = await talk.hear(["echo"]);
      expect(
        !kept || same(echo.session, machine.session),
        "The server holds another session of the machine now",
      );
      fences.add(talk.hexId);
    }
    await pause(GRACE_MS);
    const answer = machine.said.slice(before).find((said) =>
      !fences.has(hex(said.conversation)) && !this.#isOwn(said.conversation)
    );
    expect(
      answer === undefined,
      `${what}: ${answer && showSaid(answer)} came, where silence was awaited`,
    );
  }

  /** A conversation that the server began. */
  #isOwn(conversation: Bytes): boolean {
    return this.machine.said.some((said) =>
      said.step === 0 && same(said.prev, none(16)) &&
      same(said.conversation, conversation)
    );
  }
}

/** Waits as long as a server may ignore a second call. */
export const betweenCalls = () => pause(CALL_EVERY_MS);
