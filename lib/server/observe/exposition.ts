/**
 * Prometheus' text format, version 0.0.4: what a scrape gets.
 *
 * Ours, and not a library's: it is three lines a metric, and the libraries
 * come with registries and timers of their own around it. `promtool` is the
 * judge of it (`deno task test:observe`).
 *
 * @module
 */

import type { Metric, Sample } from "./metric.ts";

/** What a scrape is told of the page. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The page. */
export function expose<S>(metrics: readonly Metric<S>[], state: S): string {
  return metrics.map((metric) => paragraph(metric, metric.read(state))).join(
    "",
  );
}

/** Nothing is said of a metric without a value. */
function paragraph<S>(
  { name, kind, help }: Metric<S>,
  samples: readonly Sample[],
): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, value }) =>
    `${name}${labelsText(labels)} ${numberText(value)}\n`
  );
  const helpText = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${helpText}\n# TYPE ${name} ${kind}\n` +
    lines.join("");
}

function labelsText(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${escaped(value)}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
