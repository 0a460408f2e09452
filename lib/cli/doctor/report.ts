/**
 * What `doctor` has found, for a person: one line a step, and below it what is
 * to be done.
 *
 * @module
 */

import type { ExitName } from "../exit_codes.ts";
import type { Output } from "../output.ts";
import { counted } from "../units.ts";
import type { Finding, Verdict } from "./finding.ts";

const MARKS = {
  ok: { text: "ok", style: "good" },
  warning: { text: "warning", style: "waiting" },
  wrong: { text: "wrong", style: "bad" },
} as const satisfies Record<Verdict, unknown>;

/** Prints the findings; `failed` when a step is wrong. */
export function report(
  output: Output,
  findings: readonly Finding[],
  json: boolean,
): ExitName {
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [wrong, warnings] = [count("wrong"), count("warning")];
  if (json) {
    output.json({ wrong, warnings, findings });
  } else {
    for (const { step, verdict, found, todo } of findings) {
      const { text, style } = MARKS[verdict];
      output.line(`${text.padEnd(8)} ${step}: ${found}`, style);
      output.text(todo.map((line) => `         ${line}`));
    }
    output.line("");
    output.line(
      wrong + warnings === 0
        ? `All ${findings.length} steps are as they should be`
        : `${findings.length} steps: ${wrong} wrong, ` +
          counted(warnings, "warning"),
    );
  }
  return wrong === 0 ? "ok" : "failed";
}
