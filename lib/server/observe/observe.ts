/**
 * Lets the server be watched: its metrics on a page for Prometheus and through
 * OpenTelemetry.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { HttpServer } from "../../host/http.ts";
import type { Log } from "../../host/log.ts";
import type { ServerEndpoint } from "../../sep/server_endpoint.ts";
import type { ServerConfig } from "../config/config.ts";
import type { Parts } from "../parts.ts";
import type { Order, Task } from "../shapes/task.ts";
import { SERVER_VERSION } from "../shapes/version.ts";
import { expose } from "./exposition.ts";
import { openMetrics } from "./metrics_door.ts";
import { METRICS, type Observed } from "./metrics_table.ts";
import type { Tally } from "./tally.ts";
import { exportMetrics, exportTask } from "./telemetry.ts";

/** What is watched. */
export interface ObserveOptions {
  readonly host: Pick<Host, "http" | "vitals">;
  readonly config: ServerConfig;
  readonly parts: Pick<
    Parts,
    "registry" | "dispatcher" | "catalogue" | "guard"
  >;
  readonly endpoint: Pick<ServerEndpoint, "dropped">;
  readonly tally: Tally;
  readonly startedMs: number;
}

/** Tells the log, the counters and the exporter of a task that has ended. */
export function taskWatch(log: Log, tally: Tally) {
  return (order: Order, task: Task): void => {
    const { machine, state, answer, reason } = task;
    log("info", "A task has ended", {
      ...{ order: order.id, verb: order.verb, machine, state, answer, reason },
    });
    tally.taskEnded(order.verb, state);
    exportTask(order, task);
  };
}

/** Null: the config has no port for it. @throws as `openMetrics`. */
export function observe(options: ObserveOptions): HttpServer | null {
  const { host, config } = options;
  const state = () => observed(options);
  exportMetrics(METRICS, state);
  return openMetrics({
    ...{ config, http: host.http },
    page: () => expose(METRICS, state()),
  });
}

function observed(
  { host, parts, endpoint, tally, startedMs }: ObserveOptions,
): Observed {
  const { registry, dispatcher, catalogue, guard } = parts;
  return {
    version: SERVER_VERSION,
    startedMs,
    machines: registry.counts(),
    openOrders: dispatcher.openOrders,
    conversing: dispatcher.conversing,
    drops: endpoint.dropped,
    programs: catalogue.records().length,
    tally,
    isStoreReadOnly: guard.alarm !== null,
    vitals: host.vitals.signs(),
  };
}
