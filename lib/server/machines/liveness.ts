/**
 * Who is alive, and how long a round of pings waits for its echoes. Pure: the
 * seed's section 2, and DESIGN section 3 on response implosion.
 *
 * A machine that misses pings is not dead yet: a broadcast is lost easily, and
 * reporting a living machine dead makes people walk to it. So after the missed
 * rounds it is asked by a unicast ping, and that answer decides.
 *
 * At the server's start nobody has been heard. A machine is shown alive only
 * when it has answered this server, so all begin as dead.
 *
 * @module
 */

/** What is known of one machine's life. */
export interface Life {
  /** `asked`: shown as alive, while its unicast ping is under way. */
  readonly phase: "alive" | "asked" | "dead";
  /** Rounds in a row in which it was not heard. */
  readonly missed: number;
}

/** How every machine begins. */
export const UNHEARD: Life = { phase: "dead", missed: 0 };

/** What can happen to it. */
export type LifeEvent =
  /** Anything of it that verifies. */
  | "heard"
  /** A round is over, and it was not heard since the last one. */
  | "missed"
  /** Its unicast ping was not answered. */
  | "silent";

/** What is to be done about it. */
export type LifeAction = "ask" | "wake" | "mourn";

/** One step: the new life and, rarely, something to do. */
export interface LifeStep {
  readonly life: Life;
  readonly action: LifeAction | null;
}

/** The table: each phase, each event. */
export function stepLife(
  life: Life,
  event: LifeEvent,
  missedMax: number,
): LifeStep {
  if (event === "heard") {
    const action = life.phase === "dead" ? "wake" : null;
    return { life: { phase: "alive", missed: 0 }, action };
  }
  if (event === "silent") {
    return life.phase === "asked"
      ? { life: { ...life, phase: "dead" }, action: "mourn" }
      : { life, action: null }; // It was heard in between, or is dead already.
  }
  if (life.phase !== "alive") return { life, action: null };
  const missed = life.missed + 1;
  return missed < missedMax
    ? { life: { phase: "alive", missed }, action: null }
    : { life: { phase: "asked", missed }, action: "ask" };
}

/** Echoes a server takes in one second without loss; half of it is spare. */
const ECHOES_PER_S = 2_000;

/**
 * The kernel keeps so many small datagrams while nobody reads. A fleet that is
 * smaller cannot lose echoes by answering all at once.
 */
const KERNEL_QUEUE_DATAGRAMS = 256;

/** Below this share of those expected, a round is thought to have imploded. */
const FOUND_SHARE_MIN = 0.75;

/** W is 16 bits and more on the wire; the words' table allows no more. */
const WINDOW_MS_MAX = 60_000;

/** What earlier rounds have taught. */
export interface Rounds {
  /** Machines heard in the last round; null before the first. */
  readonly foundLast: number | null;
  /** Two rounds have found the same number. */
  readonly settled: boolean;
  /** The last round was the repetition of an imploded one. */
  readonly repeated: boolean;
}

/** Before the first round. */
export const NO_ROUNDS: Rounds = {
  foundLast: null,
  settled: false,
  repeated: false,
};

/** How W is chosen. */
export interface WindowOptions {
  /** Machines that may answer. */
  readonly machines: number;
  /** Never shorter than this. */
  readonly windowMsMin: number;
  /** While the fleet's size is not known yet. */
  readonly windowMsFirst: number;
}

/** W of the next round, in milliseconds. */
export function windowMs(rounds: Rounds, options: WindowOptions): number {
  const bySize = options.machines / ECHOES_PER_S * 1_000;
  const least = rounds.settled ? 0 : options.windowMsFirst;
  const wanted = Math.ceil(Math.max(options.windowMsMin, bySize, least));
  return Math.min(wanted, WINDOW_MS_MAX);
}

/**
 * What a finished round teaches. `again` asks for another round at once, with
 * a larger W: far fewer machines answered than were alive (F-02). It is asked
 * once; a room that was switched off is not an implosion.
 */
export function noteRound(
  rounds: Rounds,
  { found, expected }: { readonly found: number; readonly expected: number },
): { readonly rounds: Rounds; readonly again: boolean } {
  const imploded = expected > KERNEL_QUEUE_DATAGRAMS &&
    found < expected * FOUND_SHARE_MIN;
  const again = imploded && !rounds.repeated;
  const settled = !again &&
    (rounds.settled || found === rounds.foundLast);
  return {
    rounds: { foundLast: found, settled, repeated: again },
    again,
  };
}
