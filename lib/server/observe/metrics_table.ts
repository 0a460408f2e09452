/**
 * Every metric of the server. One table: the Prometheus page, OpenTelemetry's
 * instruments and the handbook's list are all made from it.
 *
 * @module
 */

import type { Drop } from "../../sep/gate.ts";
import type { VitalSigns } from "../../host/vitals.ts";
import type { MachineState } from "../shapes/api_schema.ts";
import { by, type Metric, one } from "./metric.ts";
import type { Tally } from "./tally.ts";

/** What the metrics are read from, at the moment of the reading. */
export interface Observed {
  readonly version: string;
  readonly startedMs: number;
  readonly machines: Readonly<Record<MachineState, number>>;
  /** Orders that have not ended. */
  readonly openOrders: number;
  /** Machines that are being spoken to. */
  readonly conversing: number;
  /** Datagrams of SeP that were dropped, by the check that failed. */
  readonly drops: Readonly<Partial<Record<Drop, number>>>;
  readonly programs: number;
  readonly tally: Tally;
  /** The store refuses to be written. */
  readonly isStoreReadOnly: boolean;
  readonly vitals: VitalSigns;
}

/** The metrics, in the order of the page. */
export const METRICS: readonly Metric<Observed>[] = [
  {
    name: "flottille_build_info",
    kind: "gauge",
    help: "The server's version; the value is always 1",
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: "flottille_machines",
    kind: "gauge",
    help: "Machines of the fleet, by their state",
    read: ({ machines }) => by("state", Object.entries(machines)),
  },
  {
    name: "flottille_orders_open",
    kind: "gauge",
    help: "Orders that have not ended on every machine",
    read: ({ openOrders }) => one(openOrders),
  },
  {
    name: "flottille_conversations",
    kind: "gauge",
    help: "Machines that an order is being carried out on, or asked about",
    read: ({ conversing }) => one(conversing),
  },
  {
    name: "flottille_tasks_ended_total",
    kind: "counter",
    help: "Machines' shares of orders that have ended, by what was ordered " +
      "and how it ended",
    read: ({ tally }) => tally.tasks,
  },
  {
    name: "flottille_sip_connections_total",
    kind: "counter",
    help: "Connections of SiP that have ended, by what was asked for and how " +
      "it ended",
    read: ({ tally }) => tally.transfers,
  },
  {
    name: "flottille_sip_bytes_total",
    kind: "counter",
    help: "Bytes of files that moved by SiP, by what was asked for",
    read: ({ tally }) => tally.transferBytes,
  },
  {
    name: "flottille_sep_dropped_datagrams_total",
    kind: "counter",
    help: "Datagrams of SeP that were dropped, by the check that failed",
    read: ({ drops }) => by("check", Object.entries(drops)),
  },
  {
    name: "flottille_programs_published",
    kind: "gauge",
    help: "Versions of programs in the catalogue",
    read: ({ programs }) => one(programs),
  },
  {
    name: "flottille_store_read_only",
    kind: "gauge",
    help: "1 while the store refuses to be written: a full or failing disk",
    read: ({ isStoreReadOnly }) => one(isStoreReadOnly ? 1 : 0),
  },
  {
    name: "process_start_time_seconds",
    kind: "gauge",
    help: "When the server was started, in seconds since 1970",
    read: ({ startedMs }) => one(startedMs / 1_000),
  },
  {
    name: "process_cpu_seconds_total",
    kind: "counter",
    help: "Processor time that the server has used, in seconds",
    read: ({ vitals }) => one(vitals.cpuSeconds),
  },
  {
    name: "process_resident_memory_bytes",
    kind: "gauge",
    help: "Memory that the server has, in bytes",
    read: ({ vitals }) => one(vitals.residentBytes),
  },
  {
    name: "process_heap_bytes",
    kind: "gauge",
    help: "What of its memory holds the program's own values, in bytes",
    read: ({ vitals }) => one(vitals.heapBytes),
  },
  {
    name: "process_open_fds",
    kind: "gauge",
    help: "Files and connections that the server has open",
    read: ({ vitals: { openFiles } }) =>
      openFiles === null ? [] : one(openFiles),
  },
];
