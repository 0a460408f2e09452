/**
 * What the old agent does while a new one is tried in its place, and after: a
 * table of phases and events. It only watches; whether the new agent holds is
 * written in the journal by the new agent itself, and read there afterwards.
 *
 * Pure: time comes in as an event.
 *
 * @module
 */

/** Where the watcher stands. */
export type Phase =
  /** The new agent has not reported yet. */
  | "trying"
  /** It was late, and is being killed. */
  | "killing"
  /** It has reported; this process stays before it, and does nothing else. */
  | "serving"
  /** It has reported, and makes room for the service's own start of it. */
  | "leaving"
  /** Somebody wants the agent to end, whichever it is. */
  | "stopping";

/** What can happen. */
export type WatchEvent =
  /** The new agent has a session with its server, and has committed. */
  | "reported"
  /** Its process has ended. */
  | "ended"
  /** The time of the last `arm` is over. */
  | "late"
  /** SIGTERM or SIGINT came to this process. */
  | "signal";

/** What is done about it. */
export type Act =
  | "nothing"
  /** Ask the new agent to end; it gets `STOP_MS`. */
  | "stop"
  /** Hand the signal on; the new agent knows what to do. */
  | "forward"
  /** Kill its group; it gets `KILL_MS`. */
  | "kill"
  /** Its process is over: look into the journal. */
  | "judge"
  /** End as the new agent ended. */
  | "end";

/** How long an agent that was asked to end may take for it. */
export const STOP_MS = 60_000;
/** How long a killed one may take to be gone. */
export const KILL_MS = 5_000;

/** The next phase, and what is done. */
export interface Move {
  readonly phase: Phase;
  readonly act: Act;
}

type Cell = readonly [Phase, Act];
type Table = Readonly<Record<Phase, Readonly<Record<WatchEvent, Cell>>>>;

// deno-fmt-ignore
const TABLE: Table = {
  //          reported                  ended                 late                   signal
  trying:   { reported: ["serving",  "nothing"], ended: ["killing",  "judge"], late: ["killing",  "kill"],    signal: ["stopping", "stop"] },
  killing:  { reported: ["killing",  "nothing"], ended: ["killing",  "judge"], late: ["killing",  "judge"],   signal: ["stopping", "kill"] },
  serving:  { reported: ["serving",  "nothing"], ended: ["serving",  "end"],   late: ["serving",  "nothing"], signal: ["serving",  "forward"] },
  leaving:  { reported: ["leaving",  "nothing"], ended: ["leaving",  "end"],   late: ["leaving",  "kill"],    signal: ["leaving",  "forward"] },
  stopping: { reported: ["stopping", "nothing"], ended: ["stopping", "end"],   late: ["stopping", "kill"],    signal: ["stopping", "forward"] },
};

/**
 * The next move. `isRestarted`: a service manager starts the agent anew when
 * this process ends, so nobody needs to stay before the new one.
 */
export function watchStep(
  phase: Phase,
  event: WatchEvent,
  isRestarted: boolean,
): Move {
  if (phase === "trying" && event === "reported" && isRestarted) {
    return { phase: "leaving", act: "stop" };
  }
  const [next, act] = TABLE[phase][event];
  return { phase: next, act };
}
