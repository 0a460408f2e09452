/**
 * Questions about a thousand made machines, asked of a real server: `list`,
 * `diff`, `who-has` and `export`, each with its time, each answer looked at.
 *
 * @module
 */

import type {
  DiffView,
  MachineListView,
  WhoHasView,
} from "../../lib/server/shapes/api_schema.ts";
import type { Fleet } from "../kit/fleet.ts";
import { LocalApi } from "../kit/local_api.ts";
import { madeName } from "../kit/made_fleet.ts";
import { makeOsv, OPENSSL_FIXED } from "../kit/made_osv.ts";
import { weigh } from "../kit/memory.ts";
import { sourceProgram } from "../kit/programs.ts";
import { must, type Report, type Stage, timed } from "./scene.ts";

const MACHINES = 1_000;
/** Fewer than the bench has: this runs beside other scenes, and in CI. */
const PROGRAMS = 400;
const LIST_DAYS = [20, 2];
const VULNERABILITIES = 5_000;

/** Plays the scene. */
export async function fleetScene({ fleet: make, report }: Stage) {
  const fleet = await make({ pingEverySeconds: 600 });
  const size = [MACHINES, PROGRAMS, LIST_DAYS.join(",")].map(String);
  // In a process of its own: the scenes beside this one must not wait for it.
  const maker = sourceProgram("scripts/kit/made_fleet.ts");
  const making = [...maker, `${fleet.directory}/fleet`, ...size];
  const [, made] = await timed(() => must(making, { deadlineMs: 180_000 }));
  report.says(
    `${MACHINES} machines, ${PROGRAMS} programs and ${LIST_DAYS.length} ` +
      `lists each, made in ${made}`,
  );
  await fleet.startServer();
  await lists(fleet, report);
  await diffs(fleet, report);
  await whoHas(fleet, report);
  await vulnerable(fleet, report);
  await exports(fleet, report);
}

async function lists(fleet: Fleet, report: Report): Promise<void> {
  const name = madeName(42);
  const ask = (...more: string[]) =>
    timed(() => fleet.json<MachineListView>("list", name, ...more));
  const [now, nowTook] = await ask();
  const [then, thenTook] = await ask("--at", "10d");
  const [before] = await ask("--at", "30d");
  report.demand(
    now.programs.length === PROGRAMS && then.programs.length === PROGRAMS &&
      now.at !== then.at,
    `list ${name}: ${nowTook}; --at 10d: ${thenTook}, another list`,
  );
  report.demand(before.at === null, "--at 30d: there was none yet");
}

async function diffs(fleet: Fleet, report: Report): Promise<void> {
  const [one, two] = [madeName(7), madeName(500)];
  const [dates, datesTook] = await timed(() =>
    fleet.json<DiffView>("diff", one, "10d", "now")
  );
  report.demand(
    dates.same + dates.changed.length + dates.removed.length === PROGRAMS &&
      dates.changed.length > 0,
    `diff ${one} 10d now: ${dates.changed.length} changed, ${dates.same} ` +
      `the same: ${datesTook}`,
  );
  const [pair, twoTook] = await timed(() =>
    fleet.json<DiffView>("diff", one, two)
  );
  const { added, removed, changed, same } = pair;
  report.demand(
    same + changed.length + added.length === PROGRAMS && removed.length > 0,
    `diff ${one} ${two}: ${added.length} added, ${removed.length} removed, ` +
      `${changed.length} changed: ${twoTook}`,
  );
}

async function whoHas(fleet: Fleet, report: Report): Promise<void> {
  const api = await LocalApi.of(`${fleet.directory}/fleet`);
  const ask = async (...words: string[]) => {
    const [view, took] = await timed(() =>
      fleet.json<WhoHasView>("who-has", ...words)
    );
    const query = new URLSearchParams({ program: words.at(-1) ?? "" });
    if (words.length > 1) query.set("not", "1");
    const { seconds } = await api.get(`/v1/who-has?${query}`);
    report.says(
      `who-has ${words.join(" ")}: ${view.holders.length} machines: ${took}, ` +
        `the server's part ${(seconds * 1_000).toFixed(0)} ms`,
    );
    return view.holders.length;
  };
  const old = await ask("openssl < 3.0.15");
  const newer = await ask("openssl >= 3.0.15");
  report.demand(old > 0 && old + newer === MACHINES, "together all machines");
  const has = await ask("firefox-esr");
  const not = await ask("--not", "firefox-esr");
  report.demand(has > 0 && has + not === MACHINES, "together all machines");
  const vim = await ask("vim < 9.1");
  report.demand(vim > 0, "an epoch that nobody asked about does not count");
}

/** What is read of `vulnerable --json`. */
interface Vulnerable {
  readonly packages: readonly {
    readonly name: string;
    readonly machines: readonly string[];
  }[];
}

async function vulnerable(fleet: Fleet, report: Report): Promise<void> {
  const path = `${fleet.directory}/made.jsonl`;
  await makeOsv(path, VULNERABILITIES);
  const [{ packages }, took] = await timed(() =>
    fleet.json<Vulnerable>("vulnerable", "--db", path)
  );
  const old = await fleet.json<WhoHasView>(
    ...["who-has", `openssl < ${OPENSSL_FIXED}`],
  );
  const found = packages.filter(({ name }) => name === "openssl")
    .flatMap(({ machines }) => machines);
  report.demand(
    found.length > 0 && found.length === old.holders.length,
    `vulnerable --db with ${VULNERABILITIES} records: ${packages.length} ` +
      `programs: ${took}; openssl on the ${found.length} machines that ` +
      "who-has finds",
    `${found.length} and ${old.holders.length}`,
  );
}

/** Each is read by a program that has nothing of ours. */
const READERS: Readonly<Record<string, string>> = {
  cyclonedx: `
import json, sys
bom = json.load(open(sys.argv[1], encoding="utf-8"))
assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.6"
print(len(bom["components"]), "components")`,
  csv: `
import csv, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    rows = list(csv.reader(file))
assert len({len(row) for row in rows}) == 1
print(len(rows) - 1, "lines")`,
  json: `
import json, sys
machines = json.load(open(sys.argv[1], encoding="utf-8"))
print(sum(len(machine["programs"]) for machine in machines), "lines")`,
};

async function exports(fleet: Fleet, report: Report): Promise<void> {
  for (const [format, reader] of Object.entries(READERS)) {
    const file = `${fleet.directory}/fleet.${format}`;
    const to = ["--format", format, "--output", file];
    const { code, seconds, mostMib, stderr } = await weigh(
      fleet.command("export", ...to),
      fleet.directory,
    );
    if (code !== 0) throw new Error(`export ${format}: ${stderr}`);
    const { size } = await Deno.stat(file);
    const { stdout } = await must(["python3", "-c", reader, file]);
    const lines = `${MACHINES * PROGRAMS} lines`;
    report.demand(
      format === "cyclonedx" || stdout.trim() === lines,
      `export ${format}: ${(size / 1e6).toFixed(1)} MB in ` +
        `${seconds.toFixed(2)} s with ${mostMib.toFixed(0)} MiB; python3 ` +
        `reads ${stdout.trim()}`,
    );
  }
}
