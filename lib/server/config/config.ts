/**
 * `flottille.toml`: read, checked, and put into the units of the house. An
 * error names the file, the line, the value that was found and what is allowed
 * (K-13); several errors are told at once.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import type { Address } from "../../host/datagrams.ts";
import type { Disk } from "../../host/disk.ts";
import { fromUtf8 } from "../../trust/bytes.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { describe, escapeSigns } from "../../trust/shape.ts";
import { parseServerAddress } from "../../trust/server_address.ts";
import { type ConfigFile, configSchema } from "./config_schema.ts";
import type { Limit } from "../pace/limit.ts";
import type { EnrolmentMode } from "../shapes/machine.ts";
import { didYouMean, nearest } from "../../trust/nearest.ts";
import { linesOf } from "../../ieo/draft/toml_lines.ts";

/** The config, in the units of the house. */
export interface ServerConfig {
  /** The config file itself. */
  readonly path: string;
  /** The fleet's directory, absolute. */
  readonly directory: string;
  readonly network: {
    readonly address: string;
    readonly sepPort: number;
    readonly sipPort: number;
    /** The address that machines are told; "" for the interface's own. */
    readonly advertise: string;
    /** Each "auto" or `address[:port]`. */
    readonly broadcast: readonly string[];
    readonly machines: readonly Address[];
    /** A second SeP socket, shared; null: none. */
    readonly sharedBroadcastAddress: string | null;
  };
  readonly rhythm: {
    readonly pingEveryMs: number;
    readonly windowMsMin: number;
    readonly windowMsFirst: number;
    readonly deadAfterPings: number;
  };
  readonly enrolment: {
    readonly mode: EnrolmentMode;
    readonly pendingMax: number;
  };
  readonly orders: {
    readonly attemptsMax: number;
    readonly retryFirstMs: number;
    readonly retryMaxMs: number;
    readonly workMs: number;
    /** How long an order is good for when nobody says; null: for ever. */
    readonly lastsMs: number | null;
    readonly conversationsMax: number;
  };
  readonly sip: {
    readonly transfersMax: number;
    readonly rateBytesMin: number;
    readonly transferMsMax: number;
    readonly requestMsMax: number;
    /** The first that holds now is how fast all packages together go. */
    readonly limits: readonly Limit[];
  };
  readonly collect: {
    /** A cron expression, local time; "": never. */
    readonly schedule: string;
    /** Sources of libraries that lists shall hold: `npm`, `pip`, ... */
    readonly libraries: readonly string[];
    /** How long a list is kept after a newer one has come. */
    readonly keepDays: number;
    /** Machines that are asked for their list in a second. */
    readonly perSecond: number;
  };
  readonly api: { readonly port: number };
  /** For Prometheus; port 0: closed. */
  readonly metrics: { readonly address: string; readonly port: number };
}

/** Longer files are no config. */
const CONFIG_BYTES_MAX = 1_048_576;

const DAY_MS = 86_400_000;

/** Errors told at once. */
const ERRORS_MAX = 10;

/** Reads the file. @throws {Error} with sentences that say what to mend. */
export async function loadConfig(
  disk: Disk,
  path: string,
): Promise<ServerConfig> {
  const absolute = resolve(path);
  if (await disk.stat(absolute) === null) {
    throw new Error(
      `Cannot read "${path}": there is no such file; make a fleet with ` +
        "`flottille-server init --dir DIR`, or name its file with --config",
    );
  }
  const text = fromUtf8(await disk.readFile(absolute, CONFIG_BYTES_MAX));
  if (text === null) throw new Error(`Cannot read "${path}": it is not UTF-8`);
  const config = parseConfig(text, absolute);
  if (config.ok) return config.value;
  throw new Error(`Cannot use "${path}": ${config.fault.join("\n  ")}`);
}

/** The config of this text; the faults are the errors' sentences. */
export function parseConfig(
  text: string,
  path: string,
): Outcome<ServerConfig, string[]> {
  const table = parseToml(text);
  if (!table.ok) return fault([table.fault]);
  const read = configSchema.safeParse(table.value);
  if (read.success) return ok(inOurUnits(read.data, path));
  const lineAt = linesOf(text);
  const errors = read.error.issues
    .flatMap((issue) => errorsOf(issue, lineAt, table.value))
    .sort((a, b) => a.line - b.line)
    .slice(0, ERRORS_MAX)
    .map(({ line, error }) => `line ${line}: ${error()}`);
  return fault(errors);
}

function parseToml(text: string): Outcome<Record<string, unknown>, string> {
  try {
    return ok(parse(text.replace(/^\ufeff/, "")));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "it is malformed"] = error.message
      .replace(/^Invalid TOML document: /, "").split("\n");
    return fault(
      `line ${error.line}, column ${error.column}: this is not TOML: ${what}`,
    );
  }
}

interface LineError {
  readonly line: number;
  /** A thousand wrong lines need no more than ten sentences. */
  readonly error: () => string;
}

function errorsOf(
  issue: z.core.$ZodIssue,
  lineAt: ReturnType<typeof linesOf>,
  table: unknown,
): LineError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      line: lineAt([...issue.path, key]),
      error: () => unknownOption(issue.path, key),
    }));
  }
  const found = JSON.stringify(valueAt(table, issue.path)) ?? "nothing";
  const cut = found.length > 60 ? `${found.slice(0, 57)}...` : found;
  const shown = escapeSigns(cut);
  // What zod says by itself is said of tables only; options have their own.
  const allowed = issue.message.startsWith("Invalid input")
    ? "a table of options"
    : issue.message;
  return [{
    line: lineAt(issue.path),
    error: () => `${nameOf(issue.path)} is ${shown}; allowed is ${allowed}`,
  }];
}

function unknownOption(path: readonly PropertyKey[], key: string): string {
  const table = nameOf(path);
  const known = optionsOf(path);
  const near = nearest(key, known);
  const hint = near.length > 0
    ? didYouMean(near)
    : `; there are ${known.join(", ")}`;
  const where = table === "" ? "" : ` of [${table}]`;
  return `${describe(key)} is no option${where}${hint}`;
}

/** The options of a table of the file. */
function optionsOf(path: readonly PropertyKey[]): string[] {
  const all: Record<string, unknown> = configSchema.parse({});
  const [table] = path;
  const options = table === undefined ? all : all[String(table)];
  return Object.keys(options ?? {});
}

/** `network.machines[2]` */
function nameOf(path: readonly PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : String(key))
    .join(".").replaceAll(".[", "[");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

function inOurUnits(file: ConfigFile, path: string): ServerConfig {
  const { network, rhythm, enrolment, orders, sip, collect, api, metrics } =
    file;
  return {
    path,
    directory: resolve(dirname(path), file.directory),
    network: {
      address: network.address,
      sepPort: network.sep_port,
      sipPort: network.sip_port,
      advertise: network.advertise,
      broadcast: network.broadcast,
      machines: network.machines.map((machine) =>
        addressOf(machine, network.sep_port)
      ),
      sharedBroadcastAddress: network.shared_broadcast_address || null,
    },
    rhythm: {
      pingEveryMs: rhythm.ping_every_s * 1_000,
      windowMsMin: rhythm.window_ms_min,
      windowMsFirst: rhythm.window_ms_first,
      deadAfterPings: rhythm.dead_after_pings,
    },
    enrolment: { mode: enrolment.mode, pendingMax: enrolment.pending_max },
    orders: {
      attemptsMax: orders.attempts_max,
      retryFirstMs: orders.retry_first_s * 1_000,
      retryMaxMs: orders.retry_max_s * 1_000,
      workMs: orders.work_s * 1_000,
      lastsMs: orders.expire_days === 0 ? null : orders.expire_days * DAY_MS,
      conversationsMax: orders.conversations_max,
    },
    sip: {
      transfersMax: sip.simultaneous,
      rateBytesMin: sip.rate_min_bytes_s,
      transferMsMax: sip.transfer_max_s * 1_000,
      requestMsMax: sip.request_max_s * 1_000,
      limits: sip.limits,
    },
    collect: {
      schedule: collect.schedule,
      libraries: [...new Set(collect.libraries)],
      keepDays: collect.keep_days,
      perSecond: collect.per_second,
    },
    api: { port: api.port },
    metrics,
  };
}

/** An address of the file; SeP's own port where it names none. */
export function addressOf(text: string, port: number): Address {
  const address = parseServerAddress(text);
  if (address === null) throw new TypeError(`"${text}" is no address`);
  return { hostname: address.host, port: address.port ?? port };
}
