/**
 * A fleet's directory in a temporary place, and behind it a server that
 * answers what the test tells it to: the local API without a fleet.
 */

import type { Host } from "../../lib/host/host.ts";
import { realHost } from "../../lib/host/real.ts";
import { realHttp } from "../../lib/host/real_http.ts";
import { serverMain } from "../../lib/cli/server_main.ts";
import { QuickClock } from "./fake_clock.ts";
import { type FakeTerminal, fakeTerminal } from "./fake_terminal.ts";

/** An answer: a value for JSON, a status and a value, or a whole response. */
export type Answer = unknown | { readonly status: number; body: unknown };

/** A request that came. */
export interface Asked {
  /** `POST /v1/orders`. */
  readonly line: string;
  readonly body: string;
  readonly headers: Headers;
}

/** Answers by `METHOD /path?query`; a function is asked anew each time. */
export type Answers = Readonly<Record<string, Answer | (() => Answer)>>;

/** A server that is being asked. */
export interface FakeServer {
  readonly directory: string;
  readonly configPath: string;
  readonly asked: Asked[];
  /** Runs `flottille-server ARGS --config ...` against it. */
  run(args: readonly string[], terminal?: FakeTerminal): Promise<Ran>;
}

/** What became of a command line. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TOKEN = "t".repeat(43);

/** A status other than 200. */
export function refused(
  status: number,
  error: string,
  nearest?: readonly string[],
): Answer {
  return { status, body: { error, ...(nearest ? { nearest } : {}) } };
}

/** Runs the test with a server that gives these answers, and cleans up. */
export async function withServer(
  answers: Answers,
  then: (server: FakeServer) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const configPath = `${directory}/flottille.toml`;
  const asked: Asked[] = [];
  const server = realHttp().serve(
    { hostname: "127.0.0.1", port: 0 },
    (request) => answer(request, answers, asked),
  );
  try {
    await Deno.writeTextFile(configPath, "");
    await Deno.mkdir(`${directory}/data`);
    const { port } = server.address;
    await writeApiFile(directory, { port, token: TOKEN, pid: 1 });
    await then({
      directory,
      configPath,
      asked,
      run: (args, terminal) =>
        runServerCommand([...args, "--config", configPath], terminal),
    });
  } finally {
    await server.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Puts an `api.json` there, as a server does. */
export async function writeApiFile(
  directory: string,
  content: unknown,
): Promise<void> {
  const path = `${directory}/data/api.json`;
  await Deno.writeTextFile(path, JSON.stringify(content), { mode: 0o600 });
}

/** Runs a command line of the server on the real host, but for its clock. */
export async function runServerCommand(
  args: readonly string[],
  terminal: FakeTerminal = fakeTerminal(),
): Promise<Ran> {
  const host: Host = { ...realHost(), terminal, clock: new QuickClock() };
  const code = await serverMain(host, args);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

async function answer(
  request: Request,
  answers: Answers,
  asked: Asked[],
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const line = `${request.method} ${pathname}${search}`;
  asked.push({ line, body: await request.text(), headers: request.headers });
  if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
    return Response.json({ error: "Wrong token" }, { status: 401 });
  }
  if (!Object.hasOwn(answers, line)) {
    return Response.json({ error: `No answer to ${line}` }, { status: 500 });
  }
  const found = answers[line];
  const value: Answer = typeof found === "function" ? found() : found;
  if (value instanceof Response) return value;
  return isStatus(value)
    ? Response.json(value.body, { status: value.status })
    : Response.json(value);
}

function isStatus(value: Answer): value is { status: number; body: unknown } {
  return typeof value === "object" && value !== null && "status" in value &&
    typeof value.status === "number";
}
