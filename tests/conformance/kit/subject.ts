/**
 * The implementation under test: a process that a command line starts, stops
 * and starts again. Nothing is known of it but its command.
 *
 * @module
 */

import { Skipped } from "./case.ts";

/** Values for the placeholders of a command: `{join}` has that of `join`. */
export type Values = Readonly<Record<string, string>>;

/** The command with its placeholders filled; an unknown one is an error. */
export function filled(command: readonly string[], values: Values): string[] {
  return command.map((word) =>
    word.replace(/\{([a-z]+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value !== undefined) return value;
      throw new Error(
        `The command has a placeholder {${name}} that nobody fills; known are ${
          Object.keys(values).map((known) => `{${known}}`).join(" ")
        }`,
      );
    })
  );
}

const TAIL_CHARS = 20_000;
const STOP_MS = 8_000;

/** These would widen what TLS trusts; ours refuses to start with them. */
const WIDENING = [
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
];

function environment(): Record<string, string> {
  const all = Deno.env.toObject();
  for (const name of WIDENING) delete all[name];
  return all;
}

export class Subject {
  readonly #command: readonly string[];
  #child: Deno.ChildProcess | null = null;
  #tail = "";
  #over = true;

  constructor(command: readonly string[]) {
    this.#command = command;
  }

  get tail(): string {
    return this.#tail;
  }

  /** Has it ended although nobody stopped it? */
  get died(): boolean {
    return this.#child !== null && this.#over;
  }

  start(): void {
    const [program = "", ...args] = this.#command;
    const child = new Deno.Command(program, {
      ...{ args, stdin: "null", stdout: "piped", stderr: "piped" },
      ...{ env: environment(), clearEnv: true },
    }).spawn();
    this.#child = child;
    this.#over = false;
    void this.#keep(child.stdout);
    void this.#keep(child.stderr);
    void child.status.then(() => {
      if (this.#child === child) this.#over = true;
    });
  }

  /** `SIGKILL` shows what it has stored, `SIGTERM` how it ends. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const send = (signal: Deno.Signal) => {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    };
    send(signal);
    const timer = setTimeout(() => send("SIGKILL"), STOP_MS);
    await child.status;
    clearTimeout(timer);
  }

  async #keep(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const piece of stream) {
      const text = this.#tail + decoder.decode(piece, { stream: true });
      this.#tail = text.slice(-TAIL_CHARS);
    }
  }
}

/** Runs a command of the implementation's operator to its end. */
export async function operate(
  what: string,
  command: readonly string[] | undefined,
  values: Values,
): Promise<string> {
  if (command === undefined) {
    throw new Skipped(`no command is given for "${what}"`);
  }
  const [program = "", ...args] = filled(command, values);
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, stdin: "null", stdout: "piped", stderr: "piped" },
    ...{ env: environment(), clearEnv: true },
    signal: AbortSignal.timeout(30_000),
  }).output();
  const decoder = new TextDecoder();
  if (code === 0) return decoder.decode(stdout);
  throw new Error(
    `The command for "${what}" ended with code ${code}: ` +
      decoder.decode(stderr).trim(),
  );
}
