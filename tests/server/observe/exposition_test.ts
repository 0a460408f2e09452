/** The page that Prometheus reads. */

import { assert, assertEquals } from "@std/assert";
import { expose } from "../../../lib/server/observe/exposition.ts";
import { by, type Metric, one } from "../../../lib/server/observe/metric.ts";
import {
  METRICS,
  type Observed,
} from "../../../lib/server/observe/metrics_table.ts";
import { Tally } from "../../../lib/server/observe/tally.ts";
import { UNTOLD_SIGNS } from "../../../lib/host/vitals.ts";

function metric(
  name: string,
  read: Metric<null>["read"],
): Metric<null> {
  return { name, kind: "gauge", help: `What ${name} is`, read };
}

Deno.test("expose writes each metric with its help, its kind and its values", () => {
  const page = expose([
    metric("one", () => one(1.5)),
    metric("several", () => by("state", [["alive", 2], ["dead", 0]])),
  ], null);
  assertEquals(
    page,
    "# HELP one What one is\n# TYPE one gauge\none 1.5\n" +
      "# HELP several What several is\n# TYPE several gauge\n" +
      'several{state="alive"} 2\nseveral{state="dead"} 0\n',
  );
});

Deno.test("expose says nothing of a metric without a value", () => {
  assertEquals(expose([metric("none", () => [])], null), "");
});

Deno.test("expose escapes labels and writes numbers that are none", () => {
  const page = expose([
    metric("odd", () => by("a", [['"\\\n', NaN], ["b", Infinity]])),
  ], null);
  assert(page.includes('odd{a="\\"\\\\\\n"} NaN\n'), page);
  assert(page.includes('odd{a="b"} +Inf\n'), page);
});

const OBSERVED: Observed = {
  version: "1.2.3",
  startedMs: 1_500,
  machines: { alive: 3, dead: 1, pending: 0, revoked: 0, conflict: 0 },
  openOrders: 2,
  conversing: 1,
  drops: { filter: 7 },
  programs: 4,
  tally: new Tally(),
  isStoreReadOnly: false,
  vitals: UNTOLD_SIGNS,
};

Deno.test("METRICS have names and kinds that Prometheus' conventions ask for", () => {
  for (const { name, kind, help } of METRICS) {
    assert(/^(?:flottille|process)_[a-z_]+$/.test(name), name);
    assertEquals(name.endsWith("_total"), kind === "counter", name);
    assert(!help.endsWith("."), name);
  }
  const names = METRICS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("METRICS tell what the server knows of itself", () => {
  const page = expose(METRICS, OBSERVED);
  for (
    const line of [
      'flottille_build_info{version="1.2.3"} 1',
      'flottille_machines{state="alive"} 3',
      "flottille_orders_open 2",
      'flottille_sep_dropped_datagrams_total{check="filter"} 7',
      "flottille_store_read_only 0",
      "process_start_time_seconds 1.5",
    ]
  ) {
    assert(page.includes(`${line}\n`), line);
  }
});

Deno.test("Tally counts tasks by verb and state, and connections by word and ending", () => {
  const tally = new Tally();
  tally.taskEnded("install", "done");
  tally.taskEnded("install", "done");
  tally.taskEnded("install", "failed");
  const note = {
    peer: { hostname: "127.0.0.1", port: 1 },
    machine: null,
    reason: null,
    detail: "",
  };
  tally.transferEnded({ ...note, kind: "done", word: "paquet", bytes: 10 });
  tally.transferEnded({ ...note, kind: "cut", word: "paquet", bytes: 5 });
  tally.transferEnded({ ...note, kind: "stranger", word: "x y", bytes: 0 });
  const page = expose(METRICS, { ...OBSERVED, tally });
  for (
    const line of [
      'flottille_tasks_ended_total{verb="install",state="done"} 2',
      'flottille_tasks_ended_total{verb="install",state="failed"} 1',
      'flottille_sip_connections_total{word="paquet",ending="done"} 1',
      'flottille_sip_connections_total{word="",ending="stranger"} 1',
      'flottille_sip_bytes_total{word="paquet"} 15',
    ]
  ) {
    assert(page.includes(`${line}\n`), `${line} is not in\n${page}`);
  }
});

Deno.test("The Grafana dashboard asks for metrics that there are, and for each of ours", async () => {
  const file = new URL("../../../docs/grafana/flottille.json", import.meta.url);
  const text = await Deno.readTextFile(file);
  const asked = new Set(text.match(/\b(?:flottille|process)_[a-z_]+/g));
  const names = new Set(METRICS.map(({ name }) => name));
  assertEquals([...asked].filter((name) => !names.has(name)), []);
  const ours = [...names].filter((name) => name.startsWith("flottille_"));
  const unasked = ours.filter((name) => !asked.has(name));
  assertEquals(unasked.sort(), [
    "flottille_build_info",
    "flottille_conversations",
    "flottille_programs_published",
  ]);
});
