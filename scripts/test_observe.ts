/**
 * The server, watched: `deno task test:observe [--executables]` (Linux, Debian's
 * packages). A real Prometheus reads its page, an OpenTelemetry receiver gets
 * its metrics and a span for each machine's share of an order, its log is JSON,
 * and every panel of the dashboard finds something.
 *
 * @module
 */

import { METRICS } from "../lib/server/observe/metrics_table.ts";
import { Fleet } from "./kit/fleet.ts";
import { eventually } from "./kit/process.ts";
import { fromDist, fromSources, type Programs } from "./kit/programs.ts";
import { OtlpCollector } from "./observe/otlp_collector.ts";
import { Prometheus } from "./observe/prometheus.ts";

const PORT = 9_191;
const DASHBOARD = new URL("../docs/grafana/flottille.json", import.meta.url);

/** Counters of what did not happen here have no value to find. */
const MAY_BE_EMPTY =
  /dropped_datagrams|state="failed"|ending!="done"|increase|rate/;

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

/** The server exports what Deno collects, each second. */
function exporting({ server, agent }: Programs, url: string): Programs {
  const variables = [
    "OTEL_DENO=true",
    "OTEL_DENO_CONSOLE=ignore",
    "OTEL_SERVICE_NAME=flottille",
    "OTEL_EXPORTER_OTLP_PROTOCOL=http/json",
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    "OTEL_METRIC_EXPORT_INTERVAL=1000",
  ];
  return { server: ["env", ...variables, ...server], agent };
}

async function publishTool(fleet: Fleet): Promise<void> {
  const source = `${fleet.directory}/tool`;
  await Deno.mkdir(source);
  await Deno.writeTextFile(
    `${source}/ieo.toml`,
    'name = "tool"\nversion = "1.0"\n',
  );
  await Deno.writeTextFile(`${source}/tool.txt`, "a tool\n");
  await fleet.ok("pack", source, "-o", `${fleet.directory}/tool.ieo`);
  await fleet.ok("publish", `${fleet.directory}/tool.ieo`);
}

async function readPage(prometheus: Prometheus): Promise<void> {
  const page = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
  const found = await prometheus.check(page);
  demand(found === "", `promtool finds nothing to say of the page${found}`);
  const has = (line: string) =>
    demand(page.includes(`${line}\n`), `the page has ${line}`);
  has('flottille_machines{state="alive"} 1');
  has('flottille_tasks_ended_total{verb="install",state="done"} 1');
  has('flottille_sip_connections_total{word="paquet",ending="done"} 1');
}

async function readDashboard(prometheus: Prometheus): Promise<void> {
  const { panels } = JSON.parse(await Deno.readTextFile(DASHBOARD));
  let count = 0;
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const values = await prometheus.query(expr);
      const isFound = values.length > 0 || MAY_BE_EMPTY.test(expr);
      if (!isFound) throw new Error(`"${title}" finds nothing: ${expr}`);
      count++;
    }
  }
  console.log(`  Prometheus answers all ${count} questions of the dashboard`);
}

async function readExports(collector: OtlpCollector): Promise<void> {
  const wanted = "flottille_machines";
  await eventually(`OpenTelemetry brings ${wanted}`, () => {
    return Promise.resolve(collector.metrics.has(wanted) ? true : null);
  });
  const known = METRICS.filter(({ name }) => collector.metrics.has(name));
  console.log(`  OpenTelemetry brings ${known.length} of our metrics`);
  const span = await eventually("OpenTelemetry brings a span", () => {
    const found = collector.spans.find(({ name }) => name === "install tool");
    return Promise.resolve(found ?? null);
  }, { withinMs: 30_000 });
  const state = span.attributes["flottille.state"];
  demand(state === "done", 'a span "install tool", state done');
}

function readLog({ server }: Fleet): void {
  const [, ...lines] = server.tail.trim().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  const ended = records.find(({ message, verb }) =>
    message === "A task has ended" && verb === "install"
  );
  demand(
    typeof ended?.order === "number" && typeof ended?.machine === "string",
    "each line of the log is JSON; the end of a task names order and machine",
  );
}

async function main(): Promise<number> {
  const programs = Deno.args.includes("--executables")
    ? fromDist()
    : fromSources();
  const collector = new OtlpCollector();
  const fleet = await Fleet.make({
    programs: exporting(programs, collector.url),
    net: 61,
    pingEverySeconds: 1,
    windowMsFirst: 200,
    config: `[metrics]\nport = ${PORT}\n`,
    serverArguments: ["--log-format", "json"],
  });
  let prometheus: Prometheus | null = null;
  try {
    prometheus = await Prometheus.bring(fleet.directory);
    await fleet.startServer();
    fleet.startAgent("anna", "server");
    const { id } = await fleet.untilState("anna", "alive");
    await publishTool(fleet);
    await fleet.ok("install", "tool", "--on", id, "--wait");
    await prometheus.start(`127.0.0.1:${PORT}`);
    await readPage(prometheus);
    await readDashboard(prometheus);
    await readExports(collector);
    readLog(fleet);
    console.log("\ntest:observe: ok");
    return 0;
  } catch (error) {
    console.log(
      `\ntest:observe: ${error instanceof Error ? error.stack : error}`,
    );
    console.log(fleet.server.tail);
    return 1;
  } finally {
    await prometheus?.stop();
    await fleet.end();
    await collector.close();
  }
}

if (import.meta.main) Deno.exit(await main());
