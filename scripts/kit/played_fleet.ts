/**
 * The process that plays machines, seen from the script that started it.
 *
 * @module
 */

import { linesOf } from "./lines.ts";
import type { PlayedNews } from "./played_machines.ts";
import { cleanEnvironment } from "./process.ts";
import { sourceProgram } from "./programs.ts";

export interface PlayedFleetOptions {
  readonly joinFile: string;
  readonly machines: number;
  /** Where downloads grow. */
  readonly directory: string;
}

/** Machines that one process plays. */
export class PlayedFleet {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  private constructor(options: PlayedFleetOptions) {
    const { joinFile, machines, directory } = options;
    const [program = "", ...args] = sourceProgram(
      "scripts/kit/played_machines.ts",
    );
    this.#process = new Deno.Command(program, {
      args: [...args, joinFile, String(machines), `${directory}/played`],
      env: cleanEnvironment(),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** Starts them; they wait to be called. */
  static async start(options: PlayedFleetOptions): Promise<PlayedFleet> {
    const fleet = new PlayedFleet(options);
    await fleet.#line();
    return fleet;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async tell(): Promise<PlayedNews> {
    return JSON.parse(await this.#ask("tell"));
  }

  /** Milliseconds of a small exchange by SiP, for each of the first few. */
  async knock(machines: number): Promise<number[]> {
    return JSON.parse(await this.#ask(`knock ${machines}`));
  }

  async end(): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#input.close().catch(() => {});
    await this.#process.status;
  }

  async #ask(line: string): Promise<string> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
    return await this.#line();
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("The process that plays machines has ended");
    return value;
  }
}
