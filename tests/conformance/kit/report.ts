/**
 * How results are told: a line each in the terminal, and a JSON document.
 *
 * @module
 */

import type { Result } from "./case.ts";

const MARKS = { pass: "ok  ", fail: "FAIL", skipped: "skip" } as const;

/** `FAIL C-05 forged-orders (MUST, Receiving): [rate{...}] came, ...`. */
export function lineOf(
  { id, section, says, severity, outcome, seen, ms }: Result,
): string {
  const line = `${MARKS[outcome]} ${id} (${ms} ms)`;
  if (outcome === "pass") return line;
  if (outcome === "skipped") return `${line}\n       ${seen}`;
  return `${line}\n       ${severity}, "${section}": ${says}\n       seen: ${seen}`;
}

export function summaryOf(results: readonly Result[]): string {
  const count = (outcome: Result["outcome"]) =>
    results.filter((result) => result.outcome === outcome).length;
  const must =
    results.filter(({ outcome, severity }) =>
      outcome === "fail" && severity === "MUST"
    ).length;
  const ms = results.reduce((sum, { ms }) => sum + ms, 0);
  return `${count("pass")} passed, ${count("fail")} failed ` +
    `(${must} of them a MUST), ${count("skipped")} skipped, ` +
    `${(ms / 1_000).toFixed(1)} s`;
}

export function documentOf(subject: string, results: readonly Result[]) {
  return {
    format: 1,
    subject,
    protocol: 1,
    passed: !hasFailed(results),
    results,
  };
}

/** A SHOULD that failed is told, and is no failure of the whole. */
export const hasFailed = (results: readonly Result[]): boolean =>
  results.some(({ outcome, severity }) =>
    outcome === "fail" && severity === "MUST"
  );
