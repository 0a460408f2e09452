/**
 * From the words of `flottille-agent run` to the agent's options; each value
 * is checked, and an error says what is allowed (K-13).
 *
 * @module
 */

import { AGENT_DEFAULTS, type AgentOptions } from "../agent/options.ts";
import { SPARED, type Spared } from "../agent/person/sparing.ts";
import type { LogLevel } from "../host/log.ts";
import { isMachinePath } from "../ieo/manifest/types.ts";
import { parseServerAddress } from "../trust/server_address.ts";
import { type Given, wrong } from "./agent_arguments.ts";
import { RUN } from "./agent_commands.ts";
import { LOG_FORMATS, type LogFormat } from "./log_json.ts";
import { LOG_LEVELS } from "./log_line.ts";

const DAY_SECONDS = 86_400;

/** What `run` was told. */
export interface RunRequest {
  readonly options: AgentOptions;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** @throws {CliFailure} that names the option, its value and what is allowed. */
export function readRunRequest(given: Given): RunRequest {
  const defaults = AGENT_DEFAULTS;
  const joinPath = one(given, "--join");
  const shared = one(given, "--shared-broadcast");
  const programsDirectory = programsDirectoryOf(given);
  return {
    options: {
      ...(joinPath === undefined ? {} : { joinPath }),
      stateDirectory: stateDirectoryOf(given),
      programsDirectory,
      // Whoever keeps programs apart does not want them among the system's.
      commandsDirectory: one(given, "--commands") ??
        (programsDirectory === defaults.programsDirectory
          ? defaults.commandsDirectory
          : null),
      executable: executable(given),
      nativeRoot: one(given, "--native-root") ?? defaults.nativeRoot,
      address: ipv4(given, "--address")[0] ?? defaults.address,
      sepPort: whole(given, "--sep-port", 1, 65_535) ?? defaults.sepPort,
      broadcast: ipv4(given, "--broadcast"),
      sharedBroadcastAddress: shared === undefined
        ? defaults.sharedBroadcastAddress
        : ipv4(given, "--shared-broadcast")[0] ?? "",
      servers: servers(given),
      pingEverySeconds: whole(given, "--ping-every", 1, DAY_SECONDS) ??
        defaults.pingEverySeconds,
      firstPingAfterSeconds:
        whole(given, "--first-ping-after", 0, DAY_SECONDS) ??
          defaults.firstPingAfterSeconds,
      dpkgStatusPath: one(given, "--dpkg-status") ?? defaults.dpkgStatusPath,
      spared: spared(given),
    },
    logLevel: oneOf(given, "--log-level", LOG_LEVELS, "info"),
    logFormat: oneOf(given, "--log-format", LOG_FORMATS, "text"),
  };
}

/** `--state`, or where an agent keeps its files by itself. */
export function stateDirectoryOf(given: Given): string {
  return one(given, "--state") ?? AGENT_DEFAULTS.stateDirectory;
}

/** `--programs`, or where an agent installs by itself. */
export function programsDirectoryOf(given: Given): string {
  return one(given, "--programs") ?? AGENT_DEFAULTS.programsDirectory;
}

function one(given: Given, name: string): string | undefined {
  return given.get(name)?.[0];
}

function executable(given: Given): string | null {
  const path = one(given, "--executable") ?? null;
  if (path === null || isMachinePath(path)) return path;
  throw wrong(RUN, `--executable must be a whole path, not "${path}"`);
}

function whole(
  given: Given,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = one(given, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw wrong(
    RUN,
    `${name} must be a whole number, ${min} to ${max}, not "${text}"`,
  );
}

function ipv4(given: Given, name: string): readonly string[] {
  const values = given.get(name) ?? [];
  for (const text of values) {
    if (!isIpv4(text)) {
      throw wrong(
        RUN,
        `${name} must be an IPv4 address such as 192.168.1.5, not "${text}"`,
      );
    }
  }
  return values;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) =>
      /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255
    );
}

function servers(given: Given): readonly string[] {
  const values = given.get("--server") ?? [];
  for (const text of values) {
    if (parseServerAddress(text) === null) {
      throw wrong(
        RUN,
        `--server must be HOST or HOST:PORT, not "${text}"`,
      );
    }
  }
  return values;
}

/** `never` stands alone: with another word it would mean nothing. */
function spared(given: Given): readonly Spared[] {
  const values = given.get("--defer") ?? AGENT_DEFAULTS.spared;
  if (values.length === 1 && values[0] === "never") return [];
  const known = Object.keys(SPARED) as Spared[];
  for (const text of values) {
    if (known.some((word) => word === text)) continue;
    throw wrong(
      RUN,
      text === "never"
        ? "--defer never and another --defer exclude each other"
        : `--defer must be ${known.join(", ")} or never, not "${text}"`,
    );
  }
  return known.filter((word) => values.includes(word));
}

function oneOf<T extends string>(
  given: Given,
  option: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const text = one(given, option) ?? fallback;
  const found = allowed.find((known) => known === text);
  if (found !== undefined) return found;
  throw wrong(RUN, `${option} must be ${allowed.join(", ")}, not "${text}"`);
}
