/**
 * The running agent and the command line on the same machine: one loopback
 * port, and a token in a file that only the agent's user can read.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { HttpServer } from "../host/http.ts";
import { readPrivateFile, writePrivateFile } from "../host/private_file.ts";
import {
  concat,
  equalBytes,
  fromUtf8,
  toBase64Url,
  utf8,
} from "../trust/bytes.ts";
import { AgentError, NoAgent } from "./fault.ts";

/** What can be asked of a running agent. */
export type Question = "status" | "list" | "send-list" | "rollback";

/**
 * How the agent answers each question: any JSON value, or a response of its
 * own. What is asked for more exactly is a JSON value that nothing has looked
 * at; null when there is none.
 */
export type Answers = Readonly<
  Record<Question, (asked: unknown) => Promise<unknown>>
>;

interface LocalFile {
  readonly port: number;
  readonly token: string;
}

const FILE = "local.json";
const FILE_BYTES_MAX = 1_024;
const ASKED_BYTES_MAX = 4_096;
const LOOPBACK = "127.0.0.1";

/** The door of a running agent. */
export interface LocalDoor {
  close(): Promise<void>;
}

/** Opens the door; only who can read the state directory may use it. */
export async function openLocalDoor(
  { host, stateDirectory, answers }: {
    readonly host: Pick<Host, "http" | "disk" | "randomness">;
    readonly stateDirectory: string;
    readonly answers: Answers;
  },
): Promise<LocalDoor> {
  const token = toBase64Url(host.randomness.bytes(32));
  const server: HttpServer = host.http.serve(
    { hostname: LOOPBACK, port: 0 },
    (request) => answer(request, token, answers),
  );
  const path = `${stateDirectory}/${FILE}`;
  const { port } = server.address;
  await writePrivateFile(
    host.disk,
    path,
    utf8(JSON.stringify({ port, token })),
  );
  return {
    async close() {
      await host.disk.remove(path);
      await server.stop();
    },
  };
}

async function answer(
  request: Request,
  token: string,
  answers: Answers,
): Promise<Response> {
  const given = request.headers.get("authorization") ?? "";
  if (!equalBytes(utf8(given), utf8(`Bearer ${token}`))) {
    return new Response(null, { status: 401 });
  }
  const question = new URL(request.url).pathname.slice(1);
  if (request.method !== "POST" || !Object.hasOwn(answers, question)) {
    return new Response(null, { status: 404 });
  }
  const asked = await readAsked(request);
  if (asked === undefined) return new Response(null, { status: 400 });
  const value = await answers[question as Question](asked);
  return value instanceof Response ? value : Response.json(value);
}

/** The JSON value of the body; undefined for one that is none, or too long. */
async function readAsked(request: Request): Promise<unknown> {
  let bytes: Uint8Array = new Uint8Array();
  for await (const more of request.body ?? []) {
    bytes = concat(bytes, more);
    if (bytes.length > ASKED_BYTES_MAX) return undefined;
  }
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(fromUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
}

/** What is asked, and of which agent. */
export interface AskOptions {
  readonly host: Pick<Host, "http" | "disk">;
  readonly stateDirectory: string;
  readonly question: Question;
  readonly asked?: unknown;
}

/**
 * Asks the agent that runs on this machine.
 *
 * @returns the JSON value of its answer.
 * @throws {NoAgent} when no agent runs there.
 * @throws {AgentError} when its files are not ours.
 */
export async function askAgent(options: AskOptions): Promise<unknown> {
  const response = await askForResponse(options);
  return await response.json();
}

/** The same for an answer that is no JSON value: its bytes. */
export async function askAgentForBytes(
  options: AskOptions,
): Promise<ReadableStream<Uint8Array>> {
  const { body } = await askForResponse(options);
  return body ?? new Blob([]).stream();
}

async function askForResponse(
  { host, stateDirectory, question, asked = null }: AskOptions,
): Promise<Response> {
  const { port, token } = await readLocalFile(host, stateDirectory);
  let response: Response;
  try {
    response = await host.http.fetch(`http://${LOOPBACK}:${port}/${question}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(asked),
    });
  } catch (error) {
    throw notRunning(stateDirectory, error);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  // Another program has the port of an agent that was killed.
  throw notRunning(stateDirectory, response.status);
}

async function readLocalFile(
  { disk }: Pick<Host, "disk">,
  stateDirectory: string,
): Promise<LocalFile> {
  const path = `${stateDirectory}/${FILE}`;
  if (await disk.stat(path) === null) throw notRunning(stateDirectory);
  let value: unknown;
  try {
    const bytes = await readPrivateFile(disk, path, FILE_BYTES_MAX);
    value = JSON.parse(fromUtf8(bytes) ?? "");
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new AgentError(`Cannot reach the agent: ${found}`, { cause: error });
  }
  const { port, token } = value as Partial<LocalFile>;
  if (typeof port !== "number" || typeof token !== "string") {
    throw notRunning(stateDirectory);
  }
  return { port, token };
}

function notRunning(stateDirectory: string, cause?: unknown): NoAgent {
  return new NoAgent(
    `No agent runs with the state directory "${stateDirectory}"; start it ` +
      `with "flottille-agent run", or name its directory with --state`,
    { cause },
  );
}
