/**
 * `flottille-agent list`: this machine's programs, from the agent that runs
 * here, or else collected by this very process.
 *
 * @module
 */

import { NoAgent } from "../agent/fault.ts";
import type { ListAsked } from "../agent/list_asked.ts";
import { askAgent, askAgentForBytes } from "../agent/local.ts";
import { openLibraries } from "../agent/memory_files.ts";
import type { ListAnswer } from "../agent/status.ts";
import type { Host } from "../host/host.ts";
import { Layout } from "../install/layout.ts";
import { readPrograms } from "../install/programs.ts";
import { Collector, type PeoList } from "../peo/collect.ts";
import type { Source } from "../peo/source.ts";
import { LIBRARY_SOURCES, SOURCES } from "../peo/sources.ts";
import { FLOTTILLE_SOURCE } from "../peo/sources/flottille.ts";
import { type Given, wrong } from "./agent_arguments.ts";
import { LIST } from "./agent_commands.ts";
import { programsDirectoryOf, stateDirectoryOf } from "./agent_options.ts";
import type { ExitName } from "./exit_codes.ts";
import { printFaults, printListed, sourceCounts } from "./listed_table.ts";
import type { Output } from "./output.ts";
import { suggestion } from "./suggestion.ts";

/** Shows the list as `given` says. */
export async function listPrograms(
  { host, output }: { readonly host: Host; readonly output: Output },
  given: Given,
): Promise<ExitName> {
  const asked = readAsked(given);
  const options = {
    host,
    stateDirectory: stateDirectoryOf(given),
    question: "list",
    asked,
  } as const;
  let why: string;
  try {
    if (asked.document) {
      await output.bytes(await askAgentForBytes(options));
      return "ok";
    }
    const answer = await askAgent(options) as ListAnswer;
    show(output, answer, given);
    return "ok";
  } catch (error) {
    if (!(error instanceof NoAgent) && !isDenied(error)) throw error;
    why = isDenied(error) ? "The agent is not yours to ask" : "No agent runs";
  }
  const list = await collectHere(host, given, asked.libraries);
  if (asked.document) await output.bytes(asStream(list.lines()));
  else show(output, list, given);
  output.note(`${why}: this command collected the list itself`, "quiet");
  return "ok";
}

function readAsked(given: Given): ListAsked {
  const document = given.has("--document");
  const other = ["--json", "--long"].find((name) => given.has(name));
  if (document && other !== undefined) {
    throw wrong(
      LIST,
      `--document prints the document as it is: leave out ${other}`,
    );
  }
  const text = given.get("--libraries")?.[0];
  if (text === undefined) return { document };
  const names = text.split(",").map((name) => name.trim());
  const stranger = names.find((name) => !LIBRARY_SOURCES.includes(name));
  if (stranger === undefined) {
    return { document, libraries: [...new Set(names)] };
  }
  const near = suggestion(stranger, LIBRARY_SOURCES);
  throw wrong(
    LIST,
    `--libraries must be some of ${LIBRARY_SOURCES.join(",")}, not ` +
      `"${stranger}"${near === null ? "" : `; ${near}`}`,
  );
}

function show(
  output: Output,
  { sha256, programs, faults }: ListAnswer,
  given: Given,
): void {
  if (given.has("--json")) {
    output.json({ sha256, programs, faults });
    return;
  }
  printListed(output, programs, given.has("--long"));
  printFaults(output, faults);
  output.note(sourceCounts(programs));
}

/** The list without an agent, of what this process may read. */
async function collectHere(
  host: Host,
  given: Given,
  libraries: readonly string[] | undefined,
): Promise<PeoList> {
  const { disk, processes, clock, machine } = host;
  const wanted = libraries ??
    await openLibraries(host, stateDirectoryOf(given)).catch(() => []);
  const layout = new Layout(programsDirectoryOf(given));
  let sources = SOURCES;
  const installed = await readPrograms(disk, layout).catch((error) => {
    const found = error instanceof Error ? error.message : String(error);
    const because = `Cannot read what is installed in "${layout.root}": ` +
      found;
    sources = [...SOURCES, unreadable(machine.facts().system, because)];
    return [];
  });
  const collector = new Collector({
    ...{ disk, processes, clock, sources },
    machine: machine.facts(),
    installed: () => Promise.resolve(installed),
    libraries: () => wanted,
  });
  return await collector.collect();
}

/** Stands in for Flottille's own programs: why they are missing. */
function unreadable(system: string, error: string): Source {
  const faults = [{ source: FLOTTILLE_SOURCE, error }];
  return {
    name: FLOTTILLE_SOURCE,
    systems: [system],
    read: () => Promise.resolve({ programs: [], faults }),
  };
}

/** Whoever may not read the agent's files may still read the system's. */
function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "PermissionDenied" || isDenied(error.cause);
}

async function* asStream(lines: Iterable<Uint8Array>) {
  yield* lines;
}
