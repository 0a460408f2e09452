/**
 * Writes `docs/first-hour.md` again by running every command of it for real:
 * `deno task first-hour`. Machines are agents on loopback addresses; the
 * program is a real one from npm. With `--executables` the commands are what
 * `deno task compile` made.
 *
 * @module
 */

import { eventually, run, Running, WIDENING } from "./kit/process.ts";
import { fromDist, fromSources } from "./kit/programs.ts";
import { FIRST_HOUR, type Part } from "./kit/first_hour_parts.ts";

const PAGE = new URL("../docs/first-hour.md", import.meta.url).pathname;
const HOME = "~/school";
/** In the place of the MAC addresses of whatever computer it ran on. */
const MAC = "02:00:00:00:00:01";
const DEADLINE_MS = 90_000;
const BACKGROUND = /^(.*) > (\S+) 2>&1 & echo \$! > (\S+)$/;

/** One shell session in a folder of its own, written down. */
class Transcript {
  readonly lines: string[] = [];
  readonly #directory: string;
  readonly #path: string;
  readonly #background: Running[] = [];

  constructor(directory: string) {
    this.#directory = directory;
    this.#path = `${directory}/.bin:/usr/local/bin:/usr/bin:/bin`;
  }

  async play(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      if (part.says !== undefined) this.lines.push("", part.says, "");
      if (part.commands === undefined) continue;
      this.lines.push("```console");
      for (const command of part.commands) await this.#command(command);
      this.lines.push("```");
    }
  }

  async #command(command: string): Promise<void> {
    this.lines.push(`$ ${command}`);
    const background = BACKGROUND.exec(command);
    if (background !== null) return await this.#start(background);
    const { code, stdout, stderr } = await run(this.#shell(command), {
      directory: this.#directory,
      deadlineMs: DEADLINE_MS,
    });
    const output = this.#tidied(stdout + stderr);
    if (output !== "") this.lines.push(output);
    if (code !== 0) this.lines.push(`(exit code ${code})`);
  }

  /** `env -i` and `sh` both become the program: its number is the child's. */
  async #start([, line = "", log = "", pid = ""]: RegExpExecArray) {
    const shell = `exec ${line} > ${log} 2>&1`;
    const started = new Running(log, this.#shell(shell), this.#directory);
    this.#background.push(started);
    await Deno.writeTextFile(`${this.#directory}/${pid}`, `${started.pid}\n`);
    await this.#settled(log);
  }

  /** A program in the background is there when its log says so. */
  async #settled(log: string): Promise<void> {
    await eventually(`${log} says that it is ready`, async () => {
      const path = `${this.#directory}/${log}`;
      const text = await Deno.readTextFile(path).catch(() => "");
      return / (runs|is ready) /.test(text) ? true : null;
    });
  }

  #shell(line: string): string[] {
    return ["env", `PATH=${this.#path}`, "NO_COLOR=1", "sh", "-c", line];
  }

  #tidied(text: string): string {
    return text.replaceAll(this.#directory, HOME)
      .replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, MAC).trimEnd();
  }

  async end(): Promise<void> {
    for (const one of this.#background.reverse()) await one.stop();
  }
}

/** Two commands in `.bin`, as they would lie in a directory of the PATH. */
async function putPrograms(directory: string): Promise<void> {
  const executables = Deno.args.includes("--executables");
  const programs = executables ? fromDist() : fromSources();
  // npm may need the certificates that our own programs refuse to run with.
  const kept = WIDENING.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [`export ${name}='${value}'`];
  });
  const { stdout: npm } = await run(["sh", "-c", "command -v npm"]);
  // Sources need the modules that are here already, whatever HOME is.
  const { stdout } = await run([Deno.execPath(), "info", "--json"]);
  const cache = JSON.parse(stdout).denoDir;
  await Deno.mkdir(`${directory}/.bin`);
  await Deno.writeTextFile(
    `${directory}/.bin/npm`,
    ["#!/bin/sh", ...kept, `exec ${npm.trim()} "$@"`, ""].join("\n"),
    { mode: 0o755 },
  );
  for (const name of ["server", "agent"] as const) {
    const command = programs[name].map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(
      `${directory}/.bin/flottille-${name}`,
      `#!/bin/sh\nexport DENO_DIR='${cache}'\nexec ${command} "$@"\n`,
      { mode: 0o755 },
    );
  }
}

const directory = await Deno.makeTempDir({ prefix: "flottille-hour-" });
const transcript = new Transcript(directory);
try {
  await putPrograms(directory);
  await transcript.play(FIRST_HOUR);
} catch (error) {
  console.error(transcript.lines.join("\n"));
  throw error;
} finally {
  await transcript.end();
  await Deno.remove(directory, { recursive: true });
}
await Deno.writeTextFile(PAGE, transcript.lines.join("\n").trimStart() + "\n");
console.log(`Wrote docs/first-hour.md, ${transcript.lines.length} blocks`);
