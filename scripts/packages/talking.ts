/**
 * A process that is told lines and answers in lines.
 *
 * @module
 */

import { linesOf } from "../kit/lines.ts";
import { cleanEnvironment } from "../kit/process.ts";

const ANSWER_MS_MAX = 120_000;

/** One such process. */
export class Talking {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  constructor([program = "", ...args]: readonly string[]) {
    this.#child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: cleanEnvironment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
  }

  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** The next line. @throws when it does not come, or the process ends. */
  async line(): Promise<string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error("A process of the test does not answer");
      timer = setTimeout(() => reject(error), ANSWER_MS_MAX);
    });
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) throw new Error("A process of the test ended too early");
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes its stdin and waits for its end. */
  async end(): Promise<void> {
    await this.#input.close();
    await this.#child.status;
  }
}
