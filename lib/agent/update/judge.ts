/**
 * After a new agent that was on trial has gone: does its update hold? The
 * journal says so and nothing else: the new agent may have ended in the very
 * instant after its commit.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { Log } from "../../host/log.ts";
import type { Trial, Verdict } from "../../install/installer.ts";
import { readPrinted, withLastLines } from "../../install/printed.ts";
import { failure } from "../../install/result.ts";
import { openInstaller } from "../installer.ts";
import type { AgentOptions } from "../options.ts";
import type { Watched } from "./watcher.ts";

/**
 * `holds`, and what was left to do of it is done; or what the order's giver is
 * told, and the machine is as it was before.
 *
 * @throws what the disk throws.
 */
export async function judgeTrial(
  { host, options, log }: {
    readonly host: Host;
    readonly options: AgentOptions;
    readonly log: Log;
  },
  trial: Trial,
  watched: Watched,
): Promise<"holds" | Verdict> {
  const { id, order, attempt } = trial;
  const verdict = { id, failure: failureOf(trial, watched) };
  const onWait = (why: string) => log("info", "The agent waits", { why });
  const installer = await openInstaller({
    host,
    options,
    log,
    onWait,
    seat: { trial: null, verdict, onReported: () => {} },
    onTrial: () => {},
  });
  try {
    return installer.resultOf(order, attempt)?.ok === true ? "holds" : verdict;
  } finally {
    await installer.close();
  }
}

function failureOf(
  { version, deadlineSeconds }: Trial,
  watched: Watched,
): Verdict["failure"] {
  const called = `The new agent ${version}`;
  if (watched.kind !== "judge") {
    const why = watched.kind === "end" ? "it was stopped" : watched.detail;
    return failure("hook", `${called} could not be started: ${why}`);
  }
  const { wasLate, ending, printed } = watched;
  const sentence = wasLate
    ? `${called} had not reported after ${deadlineSeconds} s, and was killed; ` +
      "the old one is back"
    : `${called} ended before it reported, ${
      showEnding(ending)
    }; the old one ` +
      "is back";
  const reason = wasLate ? "deadline" : "hook";
  return failure(reason, withLastLines(sentence, readPrinted(printed)));
}

function showEnding(
  ending: Extract<Watched, { readonly kind: "judge" }>["ending"],
): string {
  if (ending === null) return "nobody knows how";
  return ending.code === null
    ? `by ${ending.signal ?? "a signal"}`
    : `with code ${ending.code}`;
}
