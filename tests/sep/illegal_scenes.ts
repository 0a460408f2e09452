/**
 * Every phase of both tables: how a real endpoint gets there, and what leads it
 * out again. For the tests that say everything else there.
 *
 * @module
 */

import type { MachinePhase, ServerPhase } from "../../lib/sep/moves.ts";
import type { MessageFrom, Role, ServerMessage } from "../../lib/sep/words.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { need } from "./need.ts";
import {
  CERTIFICATE,
  delegate,
  installOrder,
  keyOf,
  SERVER_AT,
  SERVER_KEY,
  SIP_AT,
} from "./props.ts";
import type { Puppet } from "./puppet.ts";
import { MACHINE_MESSAGES, SERVER_MESSAGES } from "./samples.ts";
import type { Stage } from "./stage.ts";

/** A phase of one side: how to get there, and what leads out of it. */
export interface Scene<Phase, Puppeteer extends Role> {
  readonly phase: Phase;
  enter(stage: Stage, puppet: Puppet<Puppeteer>): Promise<unknown> | void;
  /** What the puppet then says; or what the endpoint itself waits for. */
  readonly leave: MessageFrom<Puppeteer> | "a second" | "its house";
  /** How the body begins that must follow; null: none does. */
  readonly then: string | null;
}

const MACHINE_KEY = keyOf(102);
const OK = { word: "OK", args: { list: null } } as const;
const WANTED = { word: "OK", args: { list: "envoie" } } as const;
/** The order that the scenes give. */
export const ORDER = installOrder(77n, 3);
const INSTALL = {
  word: "install",
  args: { ...ORDER, sha256: new Uint8Array(32).fill(0xab), how: null },
} as const;
const QUESTION = { word: "possede", name: "editor", version: "2.0" } as const;
const POSSEDE = {
  word: "possede",
  args: { name: "editor", version: "2.0", only: null },
} as const;
const DLISTE = {
  word: "dliste",
  args: { held: new Uint8Array(32).fill(5), libraries: null },
} as const;
/** The stage's first machine calls. */
export const MACHINE_PING = {
  word: "ping",
  args: { key: MACHINE_KEY.publicKey, serial: 1n },
} as const;
/** The stage's first machine answers a ping. */
export const ECHO = {
  word: "echo",
  args: { key: MACHINE_KEY.publicKey, nonce: new Uint8Array(16) },
} as const;
const IDENTIFIE = need(
  MACHINE_MESSAGES.find(({ word }) => word === "identifie"),
  "identifie",
);
/** A fresh number in the session that the stage's discovery agreed. */
const IN_SESSION = { counter: 9 };

function serverPing(windowMs: number): ServerMessage {
  const { bytes } = delegate(SERVER_KEY, 1n);
  const said = { epoch: 9n, count: 1, windowMs, publishers: 1 };
  const args = { ...said, sep: SERVER_AT, sip: SIP_AT, delegation: bytes };
  return { word: "ping", args };
}

function sampleOf<W extends ServerMessage["word"]>(word: W): ServerMessage {
  return need(SERVER_MESSAGES.find((one) => one.word === word), word);
}

/** What the server says of the stage's first machine, and of no other. */
const NAMED: ServerMessage = {
  word: "identifiant",
  args: {
    machine: machineOf(MACHINE_KEY.publicKey),
    verdict: "accepte",
    certificate: CERTIFICATE,
    sip: SIP_AT,
    reason: null,
  },
};

/** The phases of a machine. */
// deno-fmt-ignore
export const MACHINE_SCENES: readonly Scene<MachinePhase, "server">[] = [
  {
    phase: "waiting",
    enter: (_, server) => server.say(serverPing(1_000)),
    leave: "a second", then: "[echo{",
  },
  {
    phase: "heard",
    enter: (_, server) => server.say(serverPing(0)),
    leave: OK, then: "[identifie{",
  },
  {
    phase: "presented",
    enter: async (_, server) => {
      await server.say(serverPing(0));
      await server.say(OK);
    },
    leave: NAMED, then: "[OK]",
  },
  {
    phase: "calling",
    enter: ({ machine }) => void machine.endpoint.ping([SERVER_AT]),
    leave: sampleOf("echo"), then: "[identifie{",
  },
  {
    phase: "offering",
    enter: ({ machine }) => void machine.endpoint.offerList(new Uint8Array(32)),
    leave: WANTED, then: null,
  },
  {
    phase: "looking",
    enter: (_, server) => server.say(POSSEDE, IN_SESSION),
    leave: "its house", then: "[oui]",
  },
  {
    phase: "answered",
    enter: async ({ machine, clock }, server) => {
      await server.say(POSSEDE, IN_SESSION);
      machine.house.latch.open();
      await clock.advance(0);
    },
    leave: INSTALL, then: "[reussi{77+3+1.0+}]",
  },
  {
    phase: "comparing",
    enter: (_, server) => server.say(DLISTE, IN_SESSION),
    leave: "its house", then: "[OK{inchange}]",
  },
  {
    phase: "working",
    enter: (_, server) => server.say(INSTALL, IN_SESSION),
    leave: "its house", then: "[reussi{77+3+1.0+}]",
  },
  {
    phase: "reported",
    enter: async ({ machine, clock }, server) => {
      await server.say(INSTALL, IN_SESSION);
      machine.house.latch.open();
      await clock.advance(0);
    },
    leave: OK, then: null,
  },
];

/** The phases of the server. */
// deno-fmt-ignore
export const SERVER_SCENES: readonly Scene<ServerPhase, "machine">[] = [
  {
    phase: "pinged",
    enter: ({ server, machine }) => void server.converse(machine.id, { word: "ping" }),
    leave: ECHO, then: "[OK]",
  },
  {
    phase: "greeted",
    enter: async ({ server, machine }, puppet) => {
      void server.converse(machine.id, { word: "ping" });
      await puppet.say(ECHO);
    },
    leave: IDENTIFIE, then: "[identifiant{",
  },
  {
    phase: "echoed",
    enter: (_, machine) => machine.say(MACHINE_PING),
    leave: IDENTIFIE, then: "[identifiant{",
  },
  {
    phase: "registering",
    enter: async (_, machine) => {
      await machine.say(MACHINE_PING);
      await machine.say(IDENTIFIE);
    },
    leave: "its house", then: "[identifiant{",
  },
  {
    phase: "named",
    enter: async ({ house, clock }, machine) => {
      await machine.say(MACHINE_PING);
      await machine.say(IDENTIFIE);
      house.latch.open();
      await clock.advance(0);
    },
    leave: OK, then: null,
  },
  {
    phase: "asked",
    enter: ({ server, machine }) => void server.converse(machine.id, { ...QUESTION, orElse: null }),
    leave: { word: "oui", args: {} }, then: "[rien]",
  },
  {
    phase: "listing",
    enter: ({ server, machine }) => void server.converse(machine.id, { word: "dliste", sha256: "" }),
    leave: WANTED, then: null,
  },
  {
    phase: "weighing",
    enter: (_, machine) => machine.say({ word: "vliste", args: { list: new Uint8Array(32) } }, IN_SESSION),
    leave: "its house", then: "[OK{envoie}]",
  },
  {
    phase: "ordered",
    enter: ({ server, machine }) => void server.converse(machine.id, { word: "install", order: ORDER, deadlineMs: 60_000 }),
    leave: { word: "reussi", args: { order: 77n, attempt: 3, version: "2.0", note: "" } }, then: "[OK]",
  },
];
