/**
 * What a false server of SiP may answer `[paquet]` with, and the reason that an
 * agent must tell.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Call, promised } from "../kit/sip_house.ts";
import { flipped, hex, random, utf8 } from "../wire/bytes.ts";
import { frame } from "../wire/sip.ts";

export type Thing = ReturnType<AgentStage["publish"]>;

/** What a `[paquet]` is answered with in place of what is lawful. */
export type Answer = (call: Call, thing: Thing) => Promise<void>;

export interface Row {
  readonly name: string;
  readonly reason: string;
  readonly answer: Answer;
}

/** Each lies once; the reason is that of the table "what happened in SiP". */
export const LIES: readonly Row[] = [
  {
    name: "S-06 a byte too many",
    reason: "hash",
    async answer(call, { bytes, statement }) {
      await call.say("OK", bytes.length);
      await call.send(frame(statement), bytes, Uint8Array.of(0));
    },
  },
  {
    name: "S-06 bytes for ever",
    reason: "hash",
    async answer(call, { bytes, statement }) {
      await call.say("OK", bytes.length);
      await call.send(frame(statement), bytes, new Uint8Array(3_000_000));
    },
  },
  {
    name: "S-06 another size announced",
    reason: "hash",
    async answer(call, { bytes, statement }) {
      await call.say("OK", bytes.length + 1);
      await call.send(frame(statement), bytes, Uint8Array.of(0));
    },
  },
  {
    name: "S-07 a byte too few",
    reason: "network",
    async answer(call, { bytes, statement }) {
      await call.say("OK", bytes.length);
      await call.send(frame(statement), bytes.slice(0, -1));
    },
  },
  {
    name: "S-10 a bit flipped",
    reason: "hash",
    async answer(call, { bytes, statement }) {
      await call.say("OK", bytes.length);
      await call.send(frame(statement), flipped(bytes, 8 * 200));
    },
  },
  {
    name: "S-08 an answer of no bytes",
    reason: "network",
    answer: (call) => call.send(promised(0)),
  },
  {
    name: "S-08 an answer of 2^31 bytes",
    reason: "network",
    answer: (call) => call.send(promised(2 ** 31), random(64)),
  },
  {
    name: "S-08 an answer of 2^32 - 1 bytes",
    reason: "network",
    answer: (call) => call.send(promised(2 ** 32 - 1)),
  },
  {
    name: "S-08 a statement of no bytes",
    reason: "signature",
    async answer(call, { bytes }) {
      await call.say("OK", bytes.length);
      await call.send(promised(0), bytes);
    },
  },
  {
    name: "S-08 a statement of 8,193 bytes",
    reason: "signature",
    async answer(call, { bytes }) {
      await call.say("OK", bytes.length);
      await call.send(frame(random(8_193)), bytes);
    },
  },
  {
    name: "S-12 a statement that is none",
    reason: "signature",
    async answer(call, { bytes }) {
      await call.say("OK", bytes.length);
      await call.send(frame(utf8("nothing signed")), bytes);
    },
  },
  {
    name: "S-14 later",
    reason: "later",
    answer: (call) => call.say("rate", "later"),
  },
  {
    name: "S-14 no such package",
    reason: "package",
    answer: (call) => call.say("rate", "package"),
  },
  {
    name: "S-14 a reason that nobody knows",
    reason: "system",
    answer: (call) => call.say("rate", "gibberish"),
  },
  {
    name: "S-15 a reason that is none",
    reason: "network",
    answer: (call) => call.say("rate", "../../etc"),
  },
  {
    name: "S-15 an answer that is none",
    reason: "network",
    answer: (call) => call.say("paquet", "1"),
  },
  { name: "S-16 closed", reason: "network", answer: async () => {} },
];

/** Statements that are well made, and may not be believed. */
export const STATEMENTS: readonly {
  readonly name: string;
  readonly reason: string;
  readonly options: (stage: AgentStage) => Parameters<
    AgentStage["publish"]
  >[2];
}[] = [
  {
    name: "S-12 an unknown publisher",
    reason: "publisher",
    options: ({ fleet }) => ({ publisher: fleet.key }),
  },
  {
    name: "S-12 a revoked publisher",
    reason: "revoked",
    options: ({ fleet }) => ({ publisher: fleet.revokedPublisher }),
  },
  {
    name: "S-11 another name",
    reason: "name",
    options: () => ({ stated: { name: "kit-other" } }),
  },
  {
    name: "S-11 another version",
    reason: "name",
    options: () => ({ stated: { version: "9.9" } }),
  },
  {
    name: "S-11 another hash",
    reason: "hash",
    options: () => ({ stated: { sha256: hex(random(32)) } }),
  },
  {
    name: "S-12 hooks that the publisher may not run",
    reason: "publisher",
    options: () => ({ stated: { hooks: true } }),
  },
  {
    name: "Z-00 a manifest of another serial",
    reason: "name",
    options: () => ({ stated: { serial: 77 } }),
  },
];
