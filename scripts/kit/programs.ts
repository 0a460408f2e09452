/**
 * Which programs a script starts: the sources, the compiled executables, or
 * the sources with one word dropped at their sockets.
 *
 * @module
 */

/** Two command lines to put arguments behind. */
export interface Programs {
  readonly server: readonly string[];
  readonly agent: readonly string[];
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** `deno run server.ts`, `deno run agent.ts`. */
export function fromSources(): Programs {
  return {
    server: sourceProgram("server.ts"),
    agent: sourceProgram("agent.ts"),
  };
}

/** What `deno task compile` made. */
export function fromDist(): Programs {
  return {
    server: [`${ROOT}dist/flottille-server`],
    agent: [`${ROOT}dist/flottille-agent`],
  };
}

/** The sources; every datagram that says `word` is lost. */
export function fromSourcesWithout(word: string): Programs {
  const script = sourceProgram("scripts/kit/without_word.ts");
  return {
    server: [...script, "server", word],
    agent: [...script, "agent", word],
  };
}

/** A script of this repository, run from its source. */
export function sourceProgram(file: string): string[] {
  const flags = ["--no-lock", "--quiet", "--allow-all", "--unstable-net"];
  const config = `--config=${ROOT}deno.json`;
  return [Deno.execPath(), "run", ...flags, config, `${ROOT}${file}`];
}
