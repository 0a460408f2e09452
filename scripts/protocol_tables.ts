/**
 * The tables of `docs/protocol.md` that follow from the code: what the words
 * carry, the moves of both sides, reasons, limits, drops. Printed; with
 * `--write` put into the document; with `--check` compared with it.
 *
 * @module
 */

import {
  FAILURES_BURST,
  FAILURES_PER_SECOND,
  SOURCES_MAX,
} from "../lib/sep/bucket.ts";
import { BODY_ARGS_MAX } from "../lib/sep/body.ts";
import type { Field } from "../lib/sep/fields.ts";
import { DROPS } from "../lib/sep/gate.ts";
import * as LIMITS from "../lib/sep/limits.ts";
import {
  MACHINE_MOVES,
  MACHINE_PHASES,
  SERVER_MOVES,
  SERVER_PHASES,
} from "../lib/sep/moves.ts";
import { REASONS } from "../lib/sep/reasons.ts";
import { PEERS_MAX } from "../lib/sep/server_peers.ts";
import type { Play } from "../lib/sep/step.ts";
import { type Role, type Word, WORDS } from "../lib/sep/words.ts";
import { keepParts, type Parts, table } from "./document_parts.ts";

export const PROTOCOL = "docs/protocol.md";

/** Every table, by the name of its place in the document. */
export function protocolTables(): Parts {
  return new Map([
    ["table of words", wordsTable()],
    ["table of the server's moves", movesTable(SERVER, SERVER_WAITS)],
    ["table of a machine's moves", movesTable(MACHINE, MACHINE_WAITS)],
    ["table of reasons", reasonsTable()],
    ["table of drops", dropsTable()],
    ["table of shared limits", limitsTable(SHARED)],
    ["table of own limits", limitsTable(OWN)],
  ]);
}

const ROLES: readonly Role[] = ["server", "machine"];

function wordsTable(): string {
  const words = Object.keys(WORDS) as Word[];
  const rows = words.flatMap((word) =>
    ROLES.flatMap((role) => {
      const fields: Record<string, Field<unknown>> | null = WORDS[word][role];
      if (fields === null) return [];
      const [first = ["none", ""], ...rest] = Object.entries(fields).map(
        ([name, { shape }]) => [`\`${name}\``, shape],
      );
      return [
        [`\`${word}\``, role, WORDS[word].gloss, ...first],
        ...rest.map((argument) => ["", "", "", ...argument]),
      ];
    })
  );
  return table([["word", "from", "says", "arguments", "kind"], ...rows]);
}

type AnyPlay = Play<string, string, string>;

const SERVER: AnyPlay = { phases: SERVER_PHASES, moves: SERVER_MOVES };
const MACHINE: AnyPlay = { phases: MACHINE_PHASES, moves: MACHINE_MOVES };

/** Waits that the table of phases leaves to the conversation. */
const SERVER_WAITS: Readonly<Record<string, string>> = {
  pinged: "W and 2 s",
  registering: "no limit",
  weighing: "no limit",
  ordered: "the order's own deadline",
};
const MACHINE_WAITS: Readonly<Record<string, string>> = {
  waiting: "no limit",
  looking: "no limit",
  comparing: "no limit",
  working: "no limit",
};

function movesTable(
  { phases, moves }: AnyPlay,
  waits: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(moves).flatMap(([phase, row]) =>
    Object.entries(row).map(([input, { say, ask, to, end }], index) => [
      index === 0 ? phase : "",
      index === 0 ? waitOf(phases[phase], waits[phase]) : "",
      input,
      say === undefined ? "" : `\`[${say}]\``,
      ask ?? "",
      to,
      end ?? "",
    ])
  );
  const head = ["phase", "awaits, at most", "input", "says", "asks its house"];
  return table([[...head, "then", "ends as"], ...rows]);
}

function waitOf(
  phase: AnyPlay["phases"][string] | undefined,
  open: string | undefined,
): string {
  if (phase === undefined) return "";
  const { awaits, withinMs } = phase;
  const limit = withinMs === null ? open : `${withinMs / 1_000} s`;
  return limit === undefined ? awaits : `${awaits}, ${limit}`;
}

function reasonsTable(): string {
  const rows = Object.entries(REASONS).map(([reason, { again, text }]) => [
    `\`${reason}\``,
    again ? "yes" : "no",
    text,
  ]);
  return table([["reason", "may help to try again", "meaning"], ...rows]);
}

function dropsTable(): string {
  const rows = Object.entries(DROPS);
  return table([["dropped as", "because"], ...rows]);
}

/** What is limited, to what; `unit` is "" for a number without one. */
type Limit = readonly [what: string, value: number, unit: string];

// deno-fmt-ignore
const SHARED: readonly Limit[] = [
  ["datagram",                                            LIMITS.DATAGRAM_BYTES_MAX, "bytes"],
  ["body",                                                LIMITS.BODY_BYTES_MAX,     "bytes"],
  ["arguments of a body",                                 BODY_ARGS_MAX,             ""],
  ["step of a conversation",                              LIMITS.STEP_MAX,           ""],
  ["number of a conversation in its session",             LIMITS.COUNTER_MAX,        ""],
];

// deno-fmt-ignore
const OWN: readonly Limit[] = [
  ["wait for the next word, where the tables say no more", LIMITS.REPLY_MS,           "ms"],
  ["an ended conversation answers duplicates",            LIMITS.LINGER_MS,          "ms"],
  ["a datagram of an unknown session brings one discovery in", LIMITS.REDISCOVERY_MS, "ms"],
  ["a revoked machine is told so once in",                LIMITS.REFUSAL_MS,         "ms"],
  ["wait for `[reussi]` when the order does not say more", LIMITS.WORK_MS,                 "ms"],
  ["conversations kept; beyond, the oldest is lost",      LIMITS.CONVERSATIONS_MAX,       ""],
  ["machines kept by a server's SeP",                     PEERS_MAX,                      ""],
  ["a call from outside the session is answered once in", LIMITS.CALL_EVERY_MS,           "ms"],
  ["times a lost discovery is begun again by the server", LIMITS.REDISCOVERY_TRIES_MAX,   ""],
  ["... after at first",                                  LIMITS.REDISCOVERY_FIRST_MS,    "ms"],
  ["... and at last",                                     LIMITS.REDISCOVERY_WAIT_MS_MAX, "ms"],
  ["an older epoch is told to the machine's house once in", LIMITS.CONFLICT_EVERY_MS,     "ms"],
  ["failures of one source that are forgiven at once",    FAILURES_BURST,                 ""],
  ["failures of one source that are forgiven each second", FAILURES_PER_SECOND,           ""],
  ["sources whose failures are remembered",               SOURCES_MAX,                    ""],
];

function limitsTable(limits: readonly Limit[]): string {
  const rows = limits.map(([what, value, unit]) => [
    what,
    `${value.toLocaleString("en-GB")} ${unit}`.trim(),
  ]);
  return table([["what", "limit"], ...rows]);
}

if (import.meta.main) {
  Deno.exit(await keepParts(PROTOCOL, protocolTables(), Deno.args));
}
