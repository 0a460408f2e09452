/**
 * An agent's life, from the first start to the end of the process, through the
 * updates of itself: this agent, or the one that took its place and that this
 * process stays before, or this one again when the other did not do.
 *
 * It does not know how a program is installed, nor what a new agent has to do
 * to report (`seat.ts`).
 *
 * @module
 */

import type { Cancel } from "../../host/clock.ts";
import type { Host } from "../../host/host.ts";
import type { Log } from "../../host/log.ts";
import type { Successor, Trial, Verdict } from "../../install/installer.ts";
import type { AgentOptions } from "../options.ts";
import { runAgent, type RunningAgent } from "../run.ts";
import { Succeeded } from "./seat.ts";
import type { Watched } from "./watcher.ts";

/** What comes from the keyboard, or from the service manager. */
export interface StopSource {
  readonly count: number;
  atCount(count: number, then: () => void): Cancel;
}

export interface LifeOptions {
  readonly host: Host;
  readonly options: AgentOptions;
  readonly log: Log;
  /** This process's own arguments: those of another agent in its place. */
  readonly args: readonly string[];
  readonly stop: StopSource;
  /** The transaction that this process is the new agent of; null: none. */
  readonly trial: string | null;
  /** Told each time that an agent of this process is open. */
  readonly onOpen: () => void;
  /** Told once the new agent has reported, and holds. */
  readonly onReported: () => void;
  /** Resolves when the watcher of this process has ended; null: none watches. */
  readonly watcherEnds: Promise<void> | null;
  /** Will a service manager start the agent anew when this process ends? */
  readonly isRestarted: boolean;
}

/** Why the process ends: as it was told to, in haste, or with this code. */
export type LifeEnd = "stopped" | "interrupted" | number;

/**
 * Resolves when the process shall end.
 *
 * @throws {AgentError} with a sentence for the person who started it.
 */
export async function liveAgent(life: LifeOptions): Promise<LifeEnd> {
  let { trial } = life;
  let verdict: Verdict | null = null;
  for (;;) {
    const next: Successor | Trial | LifeEnd | "rekeyed" = await runOnce(
      life,
      trial,
      verdict,
    );
    if (next === "rekeyed") continue;
    if (typeof next !== "object") return next;
    const ended: Verdict | LifeEnd = await serve(life, next);
    if (typeof ended !== "object") return ended;
    [trial, verdict] = [null, ended];
  }
}

/** This agent, until it has to end or another one takes its place. */
async function runOnce(
  life: LifeOptions,
  trial: string | null,
  verdict: Verdict | null,
): Promise<Successor | Trial | LifeEnd | "rekeyed"> {
  const { host, options, log, stop, onReported, watcherEnds } = life;
  let agent: RunningAgent;
  try {
    const seat = { trial, verdict, onReported };
    agent = await runAgent({ host, options, log, seat });
  } catch (error) {
    if (error instanceof Succeeded) return error.successor;
    throw error;
  }
  life.onOpen();
  const told = await Promise.race([
    stopped(stop, 1).then(() => "stopped" as const),
    ...(watcherEnds === null ? [] : [
      watcherEnds.then(() => "left alone" as const),
    ]),
    agent.handover,
    agent.rekeyed.then(() => "rekeyed" as const),
  ]);
  if (told === "left alone") {
    log("warning", "Whoever started this agent has ended, and so does it");
  } else if (told === "stopped") log("info", "The agent stops");
  const stopping = agent.stop();
  if (told === "rekeyed") {
    await stopping;
    return stop.count > 0 ? "stopped" : told;
  }
  if (typeof told !== "object") {
    return await Promise.race([
      stopping.then((): LifeEnd => "stopped"),
      stopped(stop, 2).then((): LifeEnd => "interrupted"),
    ]);
  }
  await stopping;
  return stop.count > 0 ? "stopped" : told;
}

/**
 * The other agent in this one's place. A verdict: this one goes on, for the
 * other did not do.
 */
async function serve(
  life: LifeOptions,
  next: Successor | Trial,
): Promise<Verdict | LifeEnd> {
  const { log, isRestarted } = life;
  const { version } = next;
  if (!("id" in next)) {
    log("info", "A newer agent takes this one's place", { version });
    return isRestarted ? 0 : await stayBefore(life, next);
  }
  log("info", "A new agent is tried", { version });
  // Loaded when it is needed: an update of the agent is rare.
  const { judgeTrial } = await import("./judge.ts");
  const watched = await watch(life, next);
  if (watched.kind === "end") return endOf(watched);
  const judged = await judgeTrial(life, next, watched);
  if (judged === "holds") return isRestarted ? 0 : await stayBefore(life, next);
  log("warning", "The new agent did not do", { why: judged.failure.detail });
  return judged;
}

/** The other agent holds; this process only stays before it. */
async function stayBefore(
  life: LifeOptions,
  { program, executable }: Successor,
): Promise<LifeEnd> {
  const watched = await watch(life, { program, executable });
  return watched.kind === "end" ? endOf(watched) : 1;
}

async function watch(
  { host, args, isRestarted }: LifeOptions,
  next: Pick<Successor, "program" | "executable"> & Partial<Trial>,
): Promise<Watched> {
  const { watchAgent } = await import("./watcher.ts");
  const { program, executable, id, deadlineSeconds = 0 } = next;
  return await watchAgent({
    host,
    command: [program, ...args],
    executable,
    trial: id === undefined
      ? null
      : { id, deadlineMs: deadlineSeconds * 1_000 },
    isRestarted,
  });
}

function endOf(
  { phase, ending }: Extract<Watched, { readonly kind: "end" }>,
): LifeEnd {
  // It was this process that wanted the end.
  return phase === "serving" ? ending.code ?? 1 : 0;
}

function stopped(stop: StopSource, count: number): Promise<void> {
  return new Promise((resolve) => void stop.atCount(count, resolve));
}
