/**
 * What `deno task model` verifies: the protocol within several bounds, which
 * must hold, and variants with a rule left out, which must fail, so that we
 * know the checker still sees.
 *
 * @module
 */

/** The promises of `tests/model/world.pml`, by their numbers there from 1. */
export const PROMISES = [
  ["lawful_speaker", "who says a word may say it"],
  ["room_in_the_model", "the bounds of the model have room for what is said"],
  ["no_session_twice", "no session is agreed to twice"],
  ["session_of_both", "a session that the server has, the machine agreed to"],
  ["belief_is_so", "what the server believes was so since it asked"],
  ["taken_up_once", "no [install] is taken up a second time"],
  ["given_before_done", "nothing is installed without an order in the store"],
  ["done_once", "no order and attempt is installed twice"],
  ["order_ends", "when the faults stop the order ends"],
  ["never_reached", "(asks whether it can be reached)"],
] as const;

export type Promised = (typeof PROMISES)[number][0];

/** One verification. */
export interface Model {
  readonly name: string;
  /** Bounds, variants and, in -D's form, what else is chosen. */
  readonly defines: readonly string[];
  /** Null: must hold. Else the promise that must be broken. */
  readonly breaks: Promised | null;
  /** Only with `--thorough`. */
  readonly thorough?: true;
}

// deno-fmt-ignore
export const MODELS: readonly Model[] = [
  holds("discovery, both restarted",          "PINGS=1 CALLS=1 SERVER_STARTS=1 MACHINE_STARTS=1"),
  holds("discovery, two calls, restarts",     "PINGS=1 CALLS=2 SERVER_STARTS=1 MACHINE_STARTS=1 ECHOES=1"),
  holds("order, machine restarted",           "PINGS=1 CALLS=0 TALKS=3 MACHINE_STARTS=1 FAILURES=1 REMOVALS=1"),
  holds("order, both restarted",              "PINGS=1 CALLS=0 TALKS=2 SERVER_STARTS=1 MACHINE_STARTS=1 FAILURES=1 REMOVALS=1"),
  holds("order, calls, machine restarted",    "PINGS=1 CALLS=1 TALKS=2 MACHINE_STARTS=1 FAILURES=1"),
  holds("order ends, both restarted",         "PINGS=1 CALLS=0 TALKS=2 SERVER_STARTS=1 MACHINE_STARTS=1 FAILURES=1 CYCLES=4"),
  holds("order ends, calls",                  "PINGS=0 CALLS=1 TALKS=2 SERVER_STARTS=1 MACHINE_STARTS=1 CYCLES=4"),
  holds("server's nonces only, 3 replays",    "NO_MACHINE_NONCE PINGS=1 CALLS=0 TALKS=1 MACHINE_STARTS=1 REPLAYS=3 ONLY=taken_up_once"),
  thorough("discovery, two pings, restarts",  "PINGS=2 CALLS=1 SERVER_STARTS=1 MACHINE_STARTS=1"),
  thorough("order, calls, both restarted",    "PINGS=1 CALLS=1 TALKS=2 SERVER_STARTS=1 MACHINE_STARTS=1 FAILURES=1"),
  thorough("order, three talks, restarts",    "PINGS=1 CALLS=1 TALKS=3 MACHINE_STARTS=1 FAILURES=1 REMOVALS=1 ECHOES=1"),
  thorough("order ends, all of it",           "PINGS=1 CALLS=1 TALKS=2 SERVER_STARTS=1 MACHINE_STARTS=1 FAILURES=1 CYCLES=4 ECHOES=1"),
  fails("an order can be done",               "NEVER_DONE PINGS=1 CALLS=0 TALKS=2", "never_reached"),
  fails("a ping can end in a session",        "NEVER_OPENED PINGS=1 CALLS=0", "never_reached"),
  fails("a call can end in a session",        "NEVER_OPENED PINGS=0 CALLS=1", "never_reached"),
  fails("2013, one duplicate",                "NO_SESSION NO_COUNTER NO_JOURNAL PINGS=0 CALLS=0 TALKS=1 REPLAYS=1 ONLY=done_once", "done_once"),
  fails("server's nonces only, 4 replays",    "NO_MACHINE_NONCE PINGS=1 CALLS=0 TALKS=1 MACHINE_STARTS=1 REPLAYS=4 ONLY=taken_up_once", "taken_up_once"),
  fails("machine's nonces only",              "NO_SERVER_NONCE PINGS=0 CALLS=1 SERVER_STARTS=1", "no_session_twice"),
  fails("prev not compared",                  "NO_PREV PINGS=0 CALLS=1 SERVER_STARTS=1", "no_session_twice"),
  fails("no counter, one duplicate",          "NO_COUNTER PINGS=1 CALLS=0 TALKS=1 REPLAYS=1", "taken_up_once"),
  fails("an echo joins its ping again",       "JOINS_AGAIN PINGS=1 CALLS=0", "no_session_twice"),
  fails("sent before it is stored",           "SENT_BEFORE_STORED PINGS=1 CALLS=0 TALKS=1 SERVER_STARTS=1", "given_before_done"),
];

function holds(name: string, defines: string): Model {
  return { name, defines: defines.split(" "), breaks: null };
}

function thorough(name: string, defines: string): Model {
  return { ...holds(name, defines), thorough: true };
}

function fails(name: string, defines: string, breaks: Promised): Model {
  return { name, defines: defines.split(" "), breaks };
}
