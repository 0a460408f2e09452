/**
 * A real server process that is killed and started again, as often as a scene
 * wants, and the way to its local API. Nothing of it is waited for by the
 * command line, which would take longer than the server needs to start.
 *
 * @module
 */

import type {
  OrderBody,
  StatusView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Fleet } from "../kit/fleet.ts";
import { Running } from "../kit/process.ts";

/** An answer of the local API. */
export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

/** Of the server's shapes, what the scenes look at; what is not there is not. */
export interface AnswerBody {
  readonly id: number;
  readonly state: string;
  readonly error: string;
  readonly orders: readonly { readonly id: number }[];
  readonly machines: readonly { readonly id: string }[];
}

export interface StartOptions {
  /** Goes before the server's command line: `strace ...`. */
  readonly under?: readonly string[];
  readonly withinMs?: number;
  /** The config file; that of the fleet when absent. */
  readonly config?: string;
}

/** One server, at a time. */
export class RealServer {
  readonly #fleet: Fleet;
  #running: Running | null = null;
  #base = "";
  #token = "";

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Starts it, and waits for nothing. */
  spawn({ under = [], config = this.#fleet.config }: StartOptions = {}) {
    const [program = ""] = this.#fleet.command("run");
    const args = this.#fleet.command("run").slice(1, -2);
    const command = [...under, program, ...args, "--config", config];
    this.#running = new Running("server", command, this.#fleet.directory);
    return this.#running;
  }

  /** Starts it, and waits until its local API answers. */
  async start(options: StartOptions = {}): Promise<void> {
    const { withinMs = 20_000, config = this.#fleet.config } = options;
    const path = `${config.slice(0, config.lastIndexOf("/"))}/data/api.json`;
    const before = await Deno.readTextFile(path).catch(() => "");
    const running = this.spawn(options);
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const text = await Deno.readTextFile(path).catch(() => "");
      if (text !== "" && text !== before) {
        const { port, token } = JSON.parse(text);
        this.#base = `http://127.0.0.1:${port}`;
        this.#token = token;
        if (await this.status().catch(() => null) !== null) return;
      }
      if (running.over || performance.now() > untilMs) {
        throw new Error(`The server did not start:\n${running.tail}`);
      }
      await new Promise((then) => setTimeout(then, 5));
    }
  }

  get tail(): string {
    return this.#running?.tail ?? "";
  }

  get process(): Running {
    if (this.#running === null) throw new Error("The server is not started");
    return this.#running;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  async status(): Promise<StatusView> {
    return await this.#send("/v1/status", undefined).then((answer) =>
      answer.json()
    );
  }

  /** Gives an order. */
  order(body: OrderBody): Promise<Answer> {
    return this.ask("/v1/orders", body);
  }

  /** @throws when no whole answer comes. */
  async ask(path: string, json?: unknown): Promise<Answer> {
    const answer = await this.#send(path, json);
    return { status: answer.status, body: await answer.json() };
  }

  #send(path: string, json: unknown): Promise<Response> {
    return fetch(this.#base + path, {
      method: json === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(10_000),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  }
}
