/**
 * One process of a bench: told lines on its stdin, answering in lines on its
 * stdout, and weighed from outside.
 *
 * @module
 */

import { linesOf } from "../kit/lines.ts";

export class Part {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  /** Starts a script of this directory. */
  constructor(script: string, args: readonly string[]) {
    const path = new URL(script, import.meta.url).pathname;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--quiet", path, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** @throws when the process ended instead. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("A process of the bench ended too early");
    return value;
  }

  /** Resident memory, in whole MiB. */
  async memoryMib(): Promise<number> {
    const status = await Deno.readTextFile(
      `/proc/${this.#process.pid}/status`,
    );
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return Math.round(Number(kib) / 1_024);
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
}
