/**
 * Holds the fleet's programs against an OSV export: the programs come from the
 * server once, the records pass by one after the other.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { type Finding, FleetIndex } from "../peo/osv/fleet_index.ts";
import { readOsvRecord } from "../peo/osv/record.ts";
import {
  fleetProgramSchema,
  type FleetProgramView,
} from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";
import { CliFailure } from "./failure.ts";
import { osvRecords } from "./osv_records.ts";
import {
  type VulnerableProgram,
  vulnerablePrograms,
} from "./vulnerable_report.ts";

/** What was searched for, and where. */
export interface SearchOptions {
  readonly host: Pick<Host, "disk">;
  readonly client: ApiClient;
  /** Files or directories. */
  readonly databases: readonly string[];
  /** Machines, by name; null: all. */
  readonly among: ReadonlySet<string> | null;
  /** Told now and then how many records were read. */
  readonly onRecords: (count: number) => void;
}

/** What was found, and how much could be looked at. */
export interface SearchResult {
  readonly programs: readonly VulnerableProgram[];
  /** Distinct programs of the fleet. */
  readonly programsAll: number;
  /** Programs that no record of these databases could be about, by source. */
  readonly unjudged: ReadonlyMap<string, number>;
  readonly records: number;
  /** The first ones of the records that could not be read, and why. */
  readonly broken: readonly string[];
  readonly brokenCount: number;
  /** When the newest record was changed last; empty: none tells. */
  readonly newest: string;
}

/** Broken records that are named. */
const BROKEN_MAX = 5;

/** More findings than anybody reads: the database is not what it should be. */
const FINDINGS_MAX = 2_000_000;

/** Each may be on every machine: an answer of a thousand names for each. */
const NUMBERS_AT_ONCE = 100;

/** How often a person is told. */
const TOLD_EVERY = 1_000;

/** Searches. @throws {CliFailure} when a database cannot be read. */
export async function searchVulnerable(
  options: SearchOptions,
): Promise<SearchResult> {
  const { client, among } = options;
  const index = new FleetIndex<FleetProgramView>();
  for await (const program of fleetPrograms(client)) index.add(program);
  const { findings, ecosystems, ...read } = await readAll(index, options);
  const numbers = [...new Set(findings.map(({ program }) => program.number))];
  const machines = await machinesOf(client, numbers, among);
  return {
    ...read,
    programs: vulnerablePrograms(findings, machines),
    programsAll: index.count,
    unjudged: unjudgedOf(index, ecosystems),
  };
}

async function readAll(
  index: FleetIndex<FleetProgramView>,
  { host, databases, onRecords }: SearchOptions,
) {
  const findings: Finding<FleetProgramView>[] = [];
  const ecosystems = new Set<string>();
  const broken: string[] = [];
  let [records, brokenCount, newest] = [0, 0, ""];
  for (const database of databases) {
    for await (const { where, json } of osvRecords(host.disk, database)) {
      if (++records % TOLD_EVERY === 0) onRecords(records);
      const read = json === null ? null : readOsvRecord(json);
      if (read === null || !read.ok) {
        brokenCount++;
        const why = read === null ? "is too long" : read.fault;
        if (broken.length < BROKEN_MAX) broken.push(`${where} ${why}`);
        continue;
      }
      const record = read.value;
      if (record.modified > newest) newest = record.modified;
      for (const { ecosystem } of record.affected) ecosystems.add(ecosystem);
      findings.push(...index.match(record));
      if (findings.length > FINDINGS_MAX) {
        throw new CliFailure(
          "failed",
          `More than ${FINDINGS_MAX} programs are affected by "${database}"; ` +
            "name fewer databases at once",
        );
      }
    }
  }
  return { findings, ecosystems, records, broken, brokenCount, newest };
}

/** Programs of which these databases know nothing, whatever they hold. */
function unjudgedOf(
  index: FleetIndex<FleetProgramView>,
  ecosystems: ReadonlySet<string>,
): Map<string, number> {
  const unjudged = new Map(index.strangers);
  for (const [ecosystem, count] of index.ecosystems) {
    if (!ecosystems.has(ecosystem)) unjudged.set(ecosystem, count);
  }
  return unjudged;
}

/** The lines of `GET /v1/inventory/programs`. */
async function* fleetPrograms(
  client: ApiClient,
): AsyncGenerator<FleetProgramView> {
  const text = (await client.fleetPrograms())
    .pipeThrough(
      new TextDecoderStream() as unknown as ReadableWritablePair<
        string,
        Uint8Array
      >,
    );
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield programOf(line);
  }
  if (rest !== "") yield programOf(rest);
}

function programOf(line: string): FleetProgramView {
  try {
    return fleetProgramSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new CliFailure(
      "failed",
      "The server's answer broke off in the middle; ask again",
      { cause: error },
    );
  }
}

/** The names of the machines that have each of these, as far as meant. */
async function machinesOf(
  client: ApiClient,
  numbers: readonly number[],
  among: ReadonlySet<string> | null,
): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  // One text for each machine, and not one for each time that it is named.
  const names = new Map<string, string>();
  const own = (name: string) =>
    names.get(name) ?? (names.set(name, name), name);
  for (let at = 0; at < numbers.length; at += NUMBERS_AT_ONCE) {
    const { holders } = await client.holders(
      numbers.slice(at, at + NUMBERS_AT_ONCE),
    );
    for (const { number, machines } of holders) {
      const meant = machines.filter((name) => among?.has(name) ?? true);
      found.set(number, meant.map(own));
    }
  }
  return found;
}
