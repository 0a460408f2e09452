/**
 * The agent's command line. It stays small, because all of it stays in the
 * memory of an agent that runs for months: no library, no schema.
 *
 * @module
 */

import { askAgent, type Question } from "../agent/local.ts";
import { runAgent } from "../agent/run.ts";
import {
  AGENT_VERSION,
  type AgentStatus,
  type ListAnswer,
  type SendListAnswer,
} from "../agent/status.ts";
import type { Host } from "../host/host.ts";
import {
  type AgentCommand,
  type Given,
  readArguments,
} from "./agent_arguments.ts";
import {
  AGENT_COMMANDS,
  LIST,
  RUN,
  SEND_LIST,
  STATUS,
} from "./agent_commands.ts";
import { readRunRequest, stateDirectoryOf } from "./agent_options.ts";
import { refuseEnvironment } from "../host/environment.ts";
import { agentHelp, commandHelp } from "./agent_help.ts";
import { printAgentStatus } from "./agent_status_table.ts";
import { exitCode, type ExitName } from "./exit_codes.ts";
import { CliFailure, failureOf } from "./failure.ts";
import { printFaults, printListed } from "./listed_table.ts";
import { logOf, openLogWriter } from "./log.ts";
import { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { listenForStop, stopped } from "./stop_signal.ts";
import { suggestion } from "./suggestion.ts";

const HELP_WORDS = ["--help", "-h", "help"];
const VERSION_WORDS = ["--version", "version"];

/** Runs one command line of the agent; resolves with the exit code. */
export async function agentMain(
  host: Host,
  args: readonly string[],
  process: ProcessFacts = {},
): Promise<number> {
  const output = new Output(host.terminal, host.clock);
  try {
    return exitCode(await dispatch({ host, output, process }, args));
  } catch (error) {
    const { exit, message, advice } = failureOf(error);
    output.error(message, advice);
    return exitCode(exit);
  }
}

interface AgentContext {
  readonly host: Host;
  readonly output: Output;
  readonly process: ProcessFacts;
}

async function dispatch(
  context: AgentContext,
  args: readonly string[],
): Promise<ExitName> {
  const { host, output } = context;
  const [first = "", ...rest] = args;
  const columns = host.terminal.columns();
  if (VERSION_WORDS.includes(first)) {
    output.line(`flottille-agent ${AGENT_VERSION}`);
    return "ok";
  }
  if (HELP_WORDS.includes(first)) {
    const [about] = rest;
    output.text(
      about === undefined
        ? agentHelp(columns)
        : commandHelp(commandOf(about), columns),
    );
    return "ok";
  }
  const command = commandOf(first);
  const end = rest.indexOf("--");
  const words = end === -1 ? rest : rest.slice(0, end);
  if (words.includes("--help") || words.includes("-h")) {
    output.text(commandHelp(command, columns));
    return "ok";
  }
  const given = readArguments(command, rest);
  return command === RUN
    ? await run(context, given)
    : await ask(context, command, given);
}

function commandOf(word: string): AgentCommand {
  const found = AGENT_COMMANDS.find(({ name }) => name === word);
  if (found !== undefined) return found;
  const advice = ["flottille-agent --help lists the commands"];
  if (word === "") {
    throw new CliFailure("usage", "There is no command", { advice });
  }
  const names = AGENT_COMMANDS.map(({ name }) => name);
  const near = suggestion(word, [...names, "help", "version"]);
  throw new CliFailure(
    "usage",
    `There is no command "${word}"${near === null ? "" : `; ${near}`}`,
    { advice },
  );
}

/** The agent itself, until a signal. */
async function run(
  { host, process }: AgentContext,
  given: Given,
): Promise<ExitName> {
  const { terminal, clock } = host;
  const { options, logLevel } = readRunRequest(given);
  refuseWideningOf(process);
  const writer = openLogWriter({ terminal, clock, level: logLevel });
  const signal = listenForStop(terminal);
  try {
    const log = logOf(writer, clock, "agent");
    const agent = await runAgent({ host, options, log });
    await stopped(signal);
    log("info", "The agent stops");
    const stopping = agent.stop().then((): ExitName => "ok");
    const impatient = stopped(signal, 2).then((): ExitName => "interrupted");
    return await Promise.race([stopping, impatient]);
  } finally {
    signal.release();
    writer.end();
  }
}

/** Whatever widens the trust in certificates is refused (K-14). */
function refuseWideningOf({ environment = {} }: ProcessFacts): void {
  try {
    refuseEnvironment(environment);
  } catch (error) {
    throw failureOf(error, "config");
  }
}

/** A question to the agent that runs on this machine. */
async function ask(
  { host, output }: AgentContext,
  command: AgentCommand,
  given: Given,
): Promise<ExitName> {
  const stateDirectory = stateDirectoryOf(given);
  const question = command.name as Question;
  const answer = await askRunning(host, stateDirectory, question);
  const isJson = given.has("--json");
  if (isJson) output.json(answer);
  else if (command === STATUS) printAgentStatus(output, answer as AgentStatus);
  else if (command === LIST) {
    const { programs, faults } = answer as ListAnswer;
    printListed(output, programs);
    printFaults(output, faults);
  }
  return command === SEND_LIST
    ? tellSending(output, answer as SendListAnswer, isJson)
    : "ok";
}

function tellSending(
  output: Output,
  { outcome, because }: SendListAnswer,
  isJson: boolean,
): ExitName {
  if (outcome === "failed") {
    throw new CliFailure("failed", because ?? "The list was not sent");
  }
  if (!isJson) {
    output.line(
      outcome === "sent"
        ? "The list was sent"
        : "The server has this very list already",
    );
  }
  return "ok";
}

async function askRunning(
  host: Host,
  stateDirectory: string,
  question: Question,
): Promise<unknown> {
  try {
    return await askAgent({ host, stateDirectory, question });
  } catch (error) {
    const failure = failureOf(error);
    // An agent's own error here says that it does not run, or that its files
    // are not ours to read; the sentence tells which.
    const exit = failure.exit === "config" && !isDenied(error)
      ? "notRunning"
      : failure.exit;
    throw new CliFailure(exit, failure.message, {
      advice: failure.advice,
      cause: error,
    });
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error &&
    error.cause.name === "PermissionDenied";
}
