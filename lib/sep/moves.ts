/**
 * The conversations of the seed (1a, 1b, 2a, 2b, 3 to 8) as two tables of
 * moves: what the server does, what a machine does. A missing cell is an
 * illegal move, and is met with silence (C-21). These tables are the
 * specification; `docs/protocol.md` prints them.
 *
 * How to read a row. In a phase, an input leads to another phase; on the way
 * the side may `say` a word to its peer, `ask` its own house a question whose
 * answer comes back later as an input, or `end` the conversation with a
 * result. Inputs are of three kinds:
 *
 * - `open WORD`: our own house wants this conversation;
 * - `WORD`, with a qualifier where its meaning depends on what we know: an
 *   echo in the `current` session is the end of 2a, any `other` one is the
 *   beginning of a discovery;
 * - `answer WORD`: our own house has answered a question.
 *
 * One more input is in every phase that awaits something: the timer. The seed:
 * "si un seul des messages est perdu entre temps, la discussion est rompue et
 * repart de zéro". So a timer always ends the conversation, on both sides; the
 * initiator then opens a new one. There is no retransmission anywhere. A
 * repeated datagram is no input at all: it gets the answer it already got.
 *
 * Nothing here knows time, keys, sockets or the store.
 *
 * @module
 */

import { REPLY_MS } from "./limits.ts";
import type { Word } from "./words.ts";

/** What a phase waits for. */
export interface Waiting {
  /** For people: the word, or the question to our own house. */
  readonly awaits: string;
  /** Milliseconds until the conversation is lost; null: no timer here. */
  readonly withinMs: number | null;
}

/** One cell of a table. */
export interface Move<Phase extends string, Question, Ending> {
  readonly to: Phase | "ended";
  readonly say?: Word;
  readonly ask?: Question;
  readonly end?: Ending;
}

// The server.

export type ServerPhase = keyof typeof SERVER_PHASES | "start";

/** Questions to the registry and to the keeper of lists. */
export type ServerQuestion = "register" | "list";

/** How a conversation can end for the server, besides being lost. */
export type ServerEnding =
  | "alive"
  | "opened"
  | "refused"
  | "silent"
  | "owned"
  | "missing"
  | "done"
  | "failed"
  | "list coming"
  | "list unchanged"
  | "offer answered";

// deno-fmt-ignore
export const SERVER_PHASES = {
  pinged:      { awaits: "echo",             withinMs: null     }, // W and a reply
  greeted:     { awaits: "identifie",        withinMs: REPLY_MS },
  echoed:      { awaits: "identifie",        withinMs: REPLY_MS },
  registering: { awaits: "the registry",     withinMs: null     },
  named:       { awaits: "OK",               withinMs: REPLY_MS },
  asked:       { awaits: "oui or non",       withinMs: REPLY_MS },
  listing:     { awaits: "OK",               withinMs: 30_000   }, // the list is made first
  weighing:    { awaits: "the lists",        withinMs: null     },
  ordered:     { awaits: "reussi or rate",   withinMs: null     }, // the order's own deadline
} as const satisfies Record<string, Waiting>;

type ServerMove = Move<ServerPhase, ServerQuestion, ServerEnding>;

// deno-fmt-ignore
export const SERVER_MOVES: Record<ServerPhase, Readonly<Record<string, ServerMove>>> = {
  start: {
    "open ping":        { to: "pinged",      say: "ping" },                          // 1a, 2a
    "open possede":     { to: "asked",       say: "possede" },                       // 3
    "open dliste":      { to: "listing",     say: "dliste" },                        // 4
    "open install":     { to: "ordered",     say: "install" },                       // 6, 8
    "open suppression": { to: "ordered",     say: "suppression" },                   // 7
    "ping current":     { to: "ended",       say: "echo",        end: "alive" },     // 2b
    "ping other":       { to: "echoed",      say: "echo" },                          // 1b
    "vliste":           { to: "weighing",    ask: "list" },                          // 5
  },
  pinged: {
    "echo current":     { to: "ended",                           end: "alive" },     // 2a
    "echo other":       { to: "greeted",     say: "OK" },                            // 1a
  },
  greeted: {
    "identifie":        { to: "registering", ask: "register" },
  },
  echoed: {
    "identifie":        { to: "registering", ask: "register" },
  },
  registering: {
    "answer accepte":   { to: "named",       say: "identifiant" },
    "answer attente":   { to: "named",       say: "identifiant" },
    "answer refuse":    { to: "ended",       say: "identifiant", end: "refused" },
    "answer silence":   { to: "ended",                           end: "silent" },    // told within the hour
  },
  named: {
    "OK":               { to: "ended",                           end: "opened" },
  },
  asked: {
    "oui":              { to: "ended",       say: "rien",        end: "owned" },
    "non":              { to: "ended",       say: "rien",        end: "missing" },
    "non, install":     { to: "ordered",     say: "install" },                       // "ensure"
  },
  listing: {
    "OK envoie":        { to: "ended",                           end: "list coming" },
    "OK inchange":      { to: "ended",                           end: "list unchanged" },
  },
  weighing: {
    "answer envoie":    { to: "ended",       say: "OK",          end: "offer answered" },
    "answer inchange":  { to: "ended",       say: "OK",          end: "offer answered" },
  },
  ordered: {
    "reussi":           { to: "ended",       say: "OK",          end: "done" },
    "rate":             { to: "ended",       say: "OK",          end: "failed" },
  },
};

// The machine.

export type MachinePhase = keyof typeof MACHINE_PHASES | "start";

/** Questions to the agent's own house. */
export type MachineQuestion =
  | "turn"
  | "owns"
  | "list"
  | "install"
  | "remove";

/** How a conversation can end for a machine, besides being lost. */
export type MachineEnding =
  | "alive"
  | "accepted"
  | "pending"
  | "refused"
  | "upload"
  | "unchanged"
  | "over";

// deno-fmt-ignore
export const MACHINE_PHASES = {
  waiting:    { awaits: "its turn to answer",  withinMs: null     }, // a random part of W
  heard:      { awaits: "OK, perhaps",         withinMs: REPLY_MS }, // 2a ends in silence
  presented:  { awaits: "identifiant",         withinMs: REPLY_MS },
  calling:    { awaits: "echo",                withinMs: REPLY_MS },
  offering:   { awaits: "OK",                  withinMs: REPLY_MS },
  looking:    { awaits: "the programs",        withinMs: null     },
  answered:   { awaits: "rien or install",     withinMs: REPLY_MS },
  comparing:  { awaits: "the list",            withinMs: null     },
  working:    { awaits: "the installer",       withinMs: null     },
  reported:   { awaits: "OK",                  withinMs: REPLY_MS },
} as const satisfies Record<string, Waiting>;

type MachineMove = Move<MachinePhase, MachineQuestion, MachineEnding>;

// deno-fmt-ignore
export const MACHINE_MOVES: Record<MachinePhase, Readonly<Record<string, MachineMove>>> = {
  start: {
    "open ping":            { to: "calling",   say: "ping" },                        // 1b, 2b
    "open vliste":          { to: "offering",  say: "vliste" },                      // 5
    "ping":                 { to: "waiting",   ask: "turn" },                        // 1a, 2a
    "possede":              { to: "looking",   ask: "owns" },                        // 3
    "dliste":               { to: "comparing", ask: "list" },                        // 4
    "install":              { to: "working",   ask: "install" },                     // 6, 8
    "suppression":          { to: "working",   ask: "remove" },                      // 7
  },
  waiting: {
    "answer turn":          { to: "heard",     say: "echo" },
  },
  heard: {
    "OK":                   { to: "presented", say: "identifie" },                   // 1a
  },
  presented: {
    "identifiant accepte":  { to: "ended",     say: "OK",       end: "accepted" },
    "identifiant attente":  { to: "ended",     say: "OK",       end: "pending" },
    "identifiant refuse":   { to: "ended",                      end: "refused" },
  },
  calling: {
    "echo current":         { to: "ended",                      end: "alive" },      // 2b
    "echo other":           { to: "presented", say: "identifie" },                   // 1b
  },
  offering: {
    "OK envoie":            { to: "ended",                      end: "upload" },
    "OK inchange":          { to: "ended",                      end: "unchanged" },
  },
  looking: {
    "answer oui":           { to: "answered",  say: "oui" },
    "answer non":           { to: "answered",  say: "non" },
  },
  answered: {
    "rien":                 { to: "ended",                      end: "over" },
    "install":              { to: "working",   ask: "install" },
  },
  comparing: {
    "answer envoie":        { to: "ended",     say: "OK",       end: "upload" },
    "answer inchange":      { to: "ended",     say: "OK",       end: "unchanged" },
  },
  working: {
    "answer reussi":        { to: "reported",  say: "reussi" },
    "answer rate":          { to: "reported",  say: "rate" },
  },
  reported: {
    "OK":                   { to: "ended",                      end: "over" },
  },
};
