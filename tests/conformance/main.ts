/**
 * The command of the conformance kit.
 *
 * @module
 */

import { AGENT_CASES } from "./cases/agent_cases.ts";
import { SERVER_CASES } from "./cases/server_cases.ts";
import { playCodec } from "./codec.ts";
import { AgentStage } from "./kit/agent_stage.ts";
import type { Result } from "./kit/case.ts";
import { play } from "./kit/play.ts";
import { documentOf, hasFailed, lineOf, summaryOf } from "./kit/report.ts";
import { ServerStage } from "./kit/server_stage.ts";
import {
  type Options,
  type Profile,
  readOptions,
  readProfile,
  USAGE,
} from "./options.ts";

const OURS = new URL("flottille.json", import.meta.url);

export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.error(USAGE);
    return 2;
  }
  const path = options.values.get("profile");
  const profile = options.what === "ours"
    ? await readProfile(path ?? OURS)
    : path === undefined
    ? typed(options)
    : await readProfile(path);
  const plays = PLAYS[options.what] ?? [];
  // Beside each other, for much of it is waiting.
  const played = await Promise.all(
    plays.map((one) =>
      inDirectory((directory) => one(options, profile, directory))
    ),
  );
  const results = played.flatMap((some) => some ?? []);
  if (played.includes(null)) {
    console.error(USAGE);
    return 2;
  }
  console.log(summaryOf(results));
  const json = options.values.get("json");
  if (json !== undefined) {
    const report = documentOf(options.what, results);
    await Deno.writeTextFile(json, JSON.stringify(report, null, 2) + "\n");
  }
  return hasFailed(results) ? 1 : 0;
}

type Play = (
  options: Options,
  profile: Profile,
  directory: string,
) => Promise<Result[] | null>;

const PLAYS: Readonly<Record<string, readonly Play[]>> = {
  agent: [playAgent],
  server: [playServer],
  ours: [playAgent, playServer],
  codec: [({ command }) => playCodec(command)],
};

/** What the command line alone says of an implementation. */
function typed({ command, values }: Options): Profile {
  const run = command.length === 0 ? undefined : command;
  if (run === undefined) return {};
  const join = values.get("join");
  const file = values.get("package");
  return {
    agent: { run },
    ...(join === undefined ? {} : {
      server: { run, join, ...(file === undefined ? {} : { package: file }) },
    }),
  };
}

const teller = (end: string) => (result: Result) =>
  console.log(`${end} ${lineOf(result)}`);

/** Of agents; servers have the one behind it. */
const networkOf = ({ values }: Options, behind = 0): string => {
  const [a, b, c] = (values.get("network") ?? "127.0.53").split(".");
  return `${a}.${b}.${Number(c) + behind}`;
};

async function playAgent(
  options: Options,
  { agent }: Profile,
  directory: string,
): Promise<Result[] | null> {
  if (agent === undefined) return null;
  const network = networkOf(options);
  const stage = await AgentStage.open({
    ...{ command: agent.run, network, directory },
  });
  try {
    stage.subject.start();
    const only = options.values.get("only");
    return await play({
      ...{ stage, cases: AGENT_CASES, only },
      onResult: teller("agent "),
    });
  } finally {
    await stage.close();
    if (options.log) console.log(stage.subject.tail);
  }
}

async function playServer(
  options: Options,
  { server }: Profile,
  directory: string,
): Promise<Result[] | null> {
  if (server === undefined) return null;
  const { join, package: file, ...commands } = server;
  const stage = await ServerStage.open({
    ...{ commands, join, network: networkOf(options, 1), directory },
    packagePath: file,
  });
  try {
    await stage.start();
    const only = options.values.get("only");
    return await play({
      ...{ stage, cases: SERVER_CASES, only },
      onResult: teller("server"),
    });
  } finally {
    await stage.close();
    if (options.log) console.log(stage.subject.tail);
  }
}

async function inDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir({ prefix: "conformance-" });
  try {
    return await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
