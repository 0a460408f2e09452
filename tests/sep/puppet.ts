/**
 * One side of a conversation, played by hand against a real endpoint of the
 * other role: it holds the right keys, and says whatever the test wants.
 *
 * @module
 */

import type { Address } from "../../lib/host/datagrams.ts";
import type { Header } from "../../lib/sep/datagram.ts";
import type {
  MachineMessage,
  MessageFrom,
  Role,
  ServerMessage,
} from "../../lib/sep/words.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { after, machineSays, serverSays } from "./forge.ts";
import { ELSEWHERE, SERVER_AT } from "./props.ts";
import type { Stage } from "./stage.ts";

export class Puppet<R extends Role> {
  readonly #stage: Stage;
  readonly #role: R;
  /** The last datagram of the conversation, whoever said it. */
  last: Uint8Array | null = null;
  #heard = 0;

  /** What both agreed before; zeros when they have no session. */
  readonly #session: Uint8Array;

  /** Takes the place of the stage's server, or of its first machine. */
  constructor(stage: Stage, role: R) {
    this.#stage = stage;
    this.#role = role;
    this.#session = stage.server.sessionOf(stage.machine.id) ??
      new Uint8Array(8);
    if (role === "server") stage.server.close();
    else stage.machine.endpoint.close();
    this.#heard = stage.network.sent.length;
  }

  /** What the puppet says next in the conversation, or what begins one. */
  next(message: MessageFrom<R>, changes: Partial<Header> = {}): Uint8Array {
    this.#listen();
    const { key } = this.#stage.machine;
    const place = {
      machine: machineOf(key.publicKey),
      ...(this.last === null ? {} : after(this.last)),
      // Every message repeats the session of the first, but for `[echo]`.
      ...(message.word === "echo" ? { session: new Uint8Array(8) } : {}),
      ...(changes.counter === undefined ? {} : { session: this.#session }),
      ...changes,
    };
    return this.#role === "server"
      ? serverSays(message as ServerMessage, place)
      : machineSays(key, message as MachineMessage, place);
  }

  /** Says it, and the conversation goes on from there. */
  async say(message: MessageFrom<R>, changes?: Partial<Header>): Promise<void> {
    this.last = this.next(message, changes);
    await this.#inject(this.last, this.#home);
  }

  /** Says it from another place; goes on as if it had not been said. */
  async interject(message: MessageFrom<R>): Promise<void> {
    await this.#inject(this.next(message), ELSEWHERE);
  }

  get #home(): Address {
    return this.#role === "server" ? SERVER_AT : this.#stage.machine.at;
  }

  async #inject(bytes: Uint8Array, from: Address): Promise<void> {
    const { machine, network, clock } = this.#stage;
    network.inject(
      bytes,
      from,
      this.#role === "server" ? machine.at : SERVER_AT,
    );
    await clock.advance(0);
  }

  /** The other side may have said something since. */
  #listen(): void {
    const { sent } = this.#stage.network;
    if (sent.length > this.#heard) this.last = sent.at(-1)?.bytes ?? null;
    this.#heard = sent.length;
  }
}
