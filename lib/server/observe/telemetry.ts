/**
 * The same metrics by OpenTelemetry, and each machine's share of an order as a
 * span. Deno exports them by itself when it is told to by `OTEL_DENO=true` in
 * the environment; else the API is a silent one and this costs nothing.
 *
 * @module
 */

import { metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Order, Task } from "../shapes/task.ts";
import type { Metric } from "./metric.ts";

const SCOPE = "flottille";

/** Instruments that read their metric whenever an export is due. */
export function exportMetrics<S>(
  table: readonly Metric<S>[],
  state: () => S,
): void {
  const meter = metrics.getMeter(SCOPE);
  for (const { name, kind, help, read } of table) {
    const options = { description: help };
    const instrument = kind === "counter"
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
    instrument.addCallback((result) => {
      for (const { labels, value } of read(state())) {
        result.observe(value, labels);
      }
    });
  }
}

/** One machine's share of an order, from the order to its end. */
export function exportTask(
  { id, verb, name, version, createdMs }: Order,
  { machine, state, attempt, reason, endedMs }: Task,
): void {
  const span = trace.getTracer(SCOPE).startSpan(`${verb} ${name}`.trim(), {
    startTime: createdMs,
    attributes: {
      "flottille.order": id,
      "flottille.machine": machine,
      "flottille.program": name,
      "flottille.version": version,
      "flottille.attempt": attempt,
      "flottille.state": state,
    },
  });
  if (state === "failed") {
    span.setStatus({ code: SpanStatusCode.ERROR, message: reason ?? "" });
  }
  span.end(endedMs ?? undefined);
}
