/**
 * Starts another agent in this one's place and watches it: the moves of
 * `watch.ts`, joined to a process, a clock and this process's signals.
 *
 * The new agent gets the arguments and the environment of this one. It learns
 * from three variables what it is, and tells on its stdout, in one line, that
 * it has reported. Its stdin ends with this process, so that it is never left
 * without a watcher and beside the next start of the service.
 *
 * @module
 */

import type { Cancel } from "../../host/clock.ts";
import type { Host } from "../../host/host.ts";
import type { Ending, KeptOutput } from "../../host/processes.ts";
import { MARK_VARIABLE, spellMark } from "../../install/hook_strays.ts";
import { utf8 } from "../../trust/bytes.ts";
import { KILL_MS, type Phase, STOP_MS, watchStep } from "./watch.ts";
import type { Act, WatchEvent } from "./watch.ts";
import {
  EXECUTABLE_VARIABLE,
  reportLine,
  SERVICE_VARIABLE,
  TRIAL_VARIABLE,
  WATCHED_VARIABLE,
} from "./variables.ts";

/** Bytes kept of the end of what the new agent prints, for the note. */
const PRINTED_BYTES = 4_096;

export interface WatchOptions {
  readonly host: Pick<Host, "clock" | "processes" | "terminal">;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** What the service starts. */
  readonly executable: string;
  /** Null: it holds already, and is only served. */
  readonly trial: { readonly id: string; readonly deadlineMs: number } | null;
  /** Will a service manager start the agent anew when this process ends? */
  readonly isRestarted: boolean;
}

/** How watching ended. */
export type Watched =
  /** The new agent could not be begun: why. */
  | { readonly kind: "not begun"; readonly detail: string }
  /** It is gone, and this process is asked to look whether it held. */
  | {
    readonly kind: "judge";
    readonly wasLate: boolean;
    readonly ending: Ending | null;
    readonly printed: KeptOutput;
  }
  /** It is gone, and so shall this process be. */
  | { readonly kind: "end"; readonly phase: Phase; readonly ending: Ending };

/** Begins the other agent; resolves when there is nothing left to watch. */
export async function watchAgent(options: WatchOptions): Promise<Watched> {
  const { host: { processes, terminal }, trial } = options;
  const decoder = new TextDecoder();
  const reports = new Lines(trial === null ? null : reportLine(trial.id));
  const events: Events = { tell: () => {} };
  const begun = await processes.begin({
    command: options.command,
    environment: {
      [TRIAL_VARIABLE]: trial?.id ?? "",
      [EXECUTABLE_VARIABLE]: options.executable,
      [WATCHED_VARIABLE]: "1",
      // It is not what the service manager looks at.
      [SERVICE_VARIABLE]: "",
      // Whoever undoes the trial later finds what is left of it by this.
      ...(trial === null ? {} : { [MARK_VARIABLE]: spellMark(trial.id) }),
    },
    tailBytesMax: PRINTED_BYTES,
    onOutput(bytes, from) {
      if (from === "stderr") {
        terminal.writeError(decoder.decode(bytes, { stream: true }));
      } else if (reports.hold(bytes)) events.tell("reported");
    },
  });
  if (!begun.ok) return { kind: "not begun", detail: begun.detail };
  const { child } = begun;
  const release = terminal.onStop(() => events.tell("signal"));
  try {
    return await follow(child, options, events);
  } finally {
    release();
    // Whoever it left behind in its group must not meet the next one.
    await child.signal("SIGKILL");
  }
}

interface Events {
  tell: (event: WatchEvent) => void;
}

type Begun = Awaited<ReturnType<Host["processes"]["begin"]>>;
type Child = Extract<Begun, { readonly ok: true }>["child"];

function follow(
  child: Child,
  { host: { clock }, trial, isRestarted }: WatchOptions,
  events: Events,
): Promise<Watched> {
  const watched = Promise.withResolvers<Watched>();
  let phase: Phase = trial === null ? "serving" : "trying";
  let ending: Ending | null = null;
  let wasLate = false;
  let disarm: Cancel = () => {};
  const arm = (afterMs: number) => {
    disarm();
    disarm = clock.after(afterMs, () => events.tell("late"));
  };
  const signal = (name: "SIGTERM" | "SIGKILL", waitMs: number) => {
    arm(waitMs);
    child.signal(name).catch(watched.reject);
  };
  const acts: Readonly<Record<Act, () => void>> = {
    nothing: () => {},
    stop: () => signal("SIGTERM", STOP_MS),
    forward: () => void child.signal("SIGTERM").catch(watched.reject),
    kill: () => signal("SIGKILL", KILL_MS),
    judge: () =>
      watched.resolve({
        kind: "judge",
        wasLate,
        ending,
        printed: child.printed(),
      }),
    end: () =>
      watched.resolve({
        kind: "end",
        phase,
        ending: ending ?? { code: null, signal: "SIGKILL" },
      }),
  };
  events.tell = (event) => {
    const move = watchStep(phase, event, isRestarted);
    if (phase === "trying" && event === "late") wasLate = true;
    if (phase === "trying" && event === "reported") disarm();
    phase = move.phase;
    acts[move.act]();
  };
  if (trial !== null) arm(trial.deadlineMs);
  child.ended.then((how) => {
    ending = how;
    events.tell("ended");
  }, watched.reject);
  return watched.promise.finally(() => {
    disarm();
    events.tell = () => {};
  });
}

/** Looks for one line in what comes in pieces. */
class Lines {
  readonly #wanted: Uint8Array;
  #line: number[] = [];

  constructor(wanted: string | null) {
    this.#wanted = utf8(wanted ?? "\n");
  }

  /** Did these bytes end the line that is looked for? */
  hold(bytes: Uint8Array): boolean {
    let found = false;
    for (const byte of bytes) {
      if (byte !== NEWLINE) {
        // A longer one is not it, however long it gets.
        if (this.#line.length <= this.#wanted.length) this.#line.push(byte);
        continue;
      }
      found ||= this.#line.length === this.#wanted.length &&
        this.#line.every((each, at) => each === this.#wanted[at]);
      this.#line = [];
    }
    return found;
  }
}

const NEWLINE = 0x0a;
