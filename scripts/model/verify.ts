/**
 * One verification: Spin makes a checker of the model, gcc compiles it, it
 * runs, and its report is read. When a promise is broken, the trail is told as
 * the lines of a conversation.
 *
 * @module
 */

import { run } from "../kit/process.ts";
import { type Model, type Promised, PROMISES } from "./models.ts";

/** How long and how large one verification may become. */
export interface Bounds {
  readonly seconds: number;
  readonly megabytes: number;
}

/** What a verification has found. */
export interface Found {
  readonly states: number;
  readonly depth: number;
  /** A promise that is broken; "whole": all hold; else what went wrong. */
  readonly verdict: Promised | "whole" | `cannot ${string}`;
  readonly seconds: number;
  readonly lines: readonly string[];
}

const DEPTH = "100000";
const COMPILE_MS = 120_000;

/** Verifies one model in a directory of its own that holds the `.pml`. */
export async function verify(
  model: Model,
  directory: string,
  { seconds, megabytes }: Bounds,
): Promise<Found> {
  const begunMs = performance.now();
  const defines = model.defines.map((define) => `-D${define}`);
  const found = (rest: Partial<Found>): Found => ({
    states: 0,
    depth: 0,
    verdict: "cannot be read",
    seconds: (performance.now() - begunMs) / 1000,
    lines: [],
    ...rest,
  });
  const here = { directory, deadlineMs: COMPILE_MS };
  const made = await run(["spin", "-a", ...defines, "sep.pml"], here);
  if (made.code !== 0 || /Error/.test(made.stdout + made.stderr)) {
    return found({ lines: linesOf(made.stdout + made.stderr).slice(0, 10) });
  }
  const flags = [
    "-O2",
    "-w",
    "-DSAFETY",
    "-DNOREDUCE",
    `-DMEMLIM=${megabytes}`,
  ];
  const built = await run(["gcc", ...flags, "-o", "pan", "pan.c"], here);
  if (built.code !== 0) {
    return found({
      verdict: "cannot be compiled",
      lines: linesOf(built.stderr).slice(0, 10),
    });
  }
  const deadlineMs = seconds * 1000;
  let report: string;
  try {
    const checker = ["./pan", `-m${DEPTH}`, "-E", "-n"];
    report = (await run(checker, { directory, deadlineMs })).stdout;
  } catch {
    return found({ verdict: `cannot end in ${seconds} s` });
  }
  const counted = {
    states: numberIn(report, /(\d+) states, stored/),
    depth: numberIn(report, /depth reached (\d+)/),
  };
  const verdict = verdictOf(report);
  if (verdict === "whole" || verdict.startsWith("cannot")) {
    return found({ ...counted, verdict });
  }
  const told = await run(["spin", "-t", ...defines, "sep.pml"], here);
  return found({ ...counted, verdict, lines: storyOf(told.stdout) });
}

/** What Spin's report says. */
export function verdictOf(report: string): Found["verdict"] {
  const broken = /assertion violated .*broken==(\d+)/.exec(report)?.[1];
  if (broken !== undefined) {
    return PROMISES[Number(broken) - 1]?.[0] ?? "cannot be read";
  }
  if (/max search depth too small/.test(report)) return "cannot reach so deep";
  if (/out of memory|exceeding memory|memory bound/i.test(report)) {
    return "cannot end in the memory";
  }
  const whole = /errors: 0/.test(report) &&
    !/Search not completed/.test(report);
  return whole ? "whole" : "cannot be read";
}

/** The trail: who says what, who hears it, and what comes of it. */
export function storyOf(simulated: string): readonly string[] {
  return linesOf(simulated).flatMap((line) => {
    const text = line.trim();
    const said = /^(\d+): ([SM])_(\w+), (.*)$/.exec(text);
    if (said !== null) {
      const [, number, side, word, rest] = said;
      const who = side === "S" ? "server " : "machine";
      return [`  ${who} says ${number} [${word}]  (${rest})`];
    }
    if (/^\d+ comes to the/.test(text)) return [`    ${text}`];
    return text.startsWith("-- ") ? [`  ${text}`] : [];
  });
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
