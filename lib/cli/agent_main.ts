/**
 * The agent's command line. It stays small, because all of it stays in the
 * memory of an agent that runs for months: no library, no schema.
 *
 * @module
 */

import { askAgent, type Question } from "../agent/local.ts";
import { liveAgent } from "../agent/update/life.ts";
import {
  AGENT_VERSION,
  type AgentStatus,
  type SendListAnswer,
} from "../agent/status.ts";
import type { Host } from "../host/host.ts";
import type { OrderResult } from "../sep/server_api.ts";
import {
  type AgentCommand,
  type Given,
  readArguments,
} from "./agent_arguments.ts";
import {
  AGENT_COMMANDS,
  LIST,
  ROLLBACK,
  RUN,
  SEAL,
  SEND_LIST,
  STATUS,
} from "./agent_commands.ts";
import { COMPLETION, DOCTOR, SERVICE } from "./agent_system_commands.ts";
import { listPrograms } from "./agent_list.ts";
import { readRunRequest, stateDirectoryOf } from "./agent_options.ts";
import { placeOf } from "./agent_place.ts";
import { refuseEnvironment } from "../host/environment.ts";
import { agentHelp, agentManual, commandHelp } from "./agent_help.ts";
import { printAgentStatus } from "./agent_status_table.ts";
import { exitCode, type ExitName } from "./exit_codes.ts";
import { CliFailure, failureOf } from "./failure.ts";
import { rollbackAsked, tellRollback } from "./agent_rollback.ts";
import { logOf, openLogWriter } from "./log.ts";
import { Output } from "./output.ts";
import type { ProcessFacts } from "./process_facts.ts";
import { listenForStop } from "./stop_signal.ts";
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
    const ended = await dispatch({ host, output, process, args }, args);
    return typeof ended === "number" ? ended : exitCode(ended);
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
  /** The whole command line. */
  readonly args: readonly string[];
}

async function dispatch(
  context: AgentContext,
  args: readonly string[],
): Promise<ExitName | number> {
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
  if (command === RUN) return await run(context, given);
  if (command === LIST) return await listPrograms(context, given);
  if (command === SERVICE) {
    // Loaded for this command alone: an agent that runs needs none of it.
    const { agentServiceCommand } = await import("./agent_service.ts");
    return await agentServiceCommand(context, given);
  }
  if (command === SEAL) {
    const { sealMachine } = await import("./agent_seal.ts");
    return await sealMachine(context, given);
  }
  if (command === DOCTOR) {
    const { examineThisMachine } = await import("./agent_doctor.ts");
    return await examineThisMachine(context, given);
  }
  if (command === COMPLETION) {
    const { completionLines } = await import("./manual/completion_lines.ts");
    const [shell = ""] = given.get("SHELL") ?? [];
    output.text(completionLines(agentManual(), shell));
    return "ok";
  }
  return await ask(context, command, given);
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

/** The agent itself, until a signal; or as an agent in its place ended. */
async function run(
  { host, process, args }: AgentContext,
  given: Given,
): Promise<ExitName | number> {
  const { terminal, clock } = host;
  const { options, logLevel, logFormat } = readRunRequest(given);
  refuseWideningOf(process);
  const place = placeOf(process, options, terminal);
  const writer = openLogWriter({
    ...{ terminal, clock },
    level: logLevel,
    format: logFormat,
  });
  const stop = listenForStop(terminal);
  try {
    const log = logOf(writer, clock, "agent");
    const onOpen = () => process.supervisor?.ready();
    const ended = await liveAgent({ host, log, args, stop, onOpen, ...place });
    return ended === "stopped" ? "ok" : ended;
  } finally {
    process.supervisor?.stopping();
    stop.release();
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
  const asked = command === ROLLBACK ? rollbackAsked(given) : null;
  const answer = await askRunning(host, stateDirectory, question, asked);
  const isJson = given.has("--json");
  if (isJson) output.json(answer);
  else if (command === STATUS) printAgentStatus(output, answer as AgentStatus);
  if (command === SEND_LIST) {
    return tellSending(output, answer as SendListAnswer, isJson);
  }
  return command === ROLLBACK
    ? tellRollback(output, answer as OrderResult, {
      name: given.get("NAME")?.[0] ?? "",
      isJson,
    })
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
  asked: unknown,
): Promise<unknown> {
  try {
    return await askAgent({ host, stateDirectory, question, asked });
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
