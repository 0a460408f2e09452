/**
 * Datagrams that no server may take.
 *
 * @module
 */

import { type Case, expect, pause, same } from "../kit/case.ts";
import type { ServerStage } from "../kit/server_stage.ts";
import { Talk } from "../kit/talk.ts";
import { concat, hex, random, unhex } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import { machineOf, newKey } from "../wire/keys.ts";
import { type BodyVectors, type KeyVectors, vectors } from "../wire/vectors.ts";
import {
  badHeaders,
  badLengths,
  badSignatures,
  bitFlips,
  type Fresh,
  freshOf,
  inClear,
  truncated,
} from "./hostile_datagrams.ts";

const ping = ({ machine }: ServerStage): Fresh =>
  freshOf(() => machine.begin(), "ping", () => machine.pingArgs());

const vliste = ({ machine }: ServerStage): Fresh =>
  freshOf(() => machine.begin(), "vliste", () => [random(32)]);

export const SERVER_FORGED: readonly Case<ServerStage>[] = [
  {
    id: "D-01 lengths",
    section: "Receiving",
    says: "What fails is met with silence.",
    async run(stage) {
      await stage.silence("A wrong length", [...badLengths(ping(stage))]);
    },
  },
  {
    id: "D-04 headers",
    section: "Receiving",
    says: "A receiver checks in this order, which is that of cost",
    async run(stage) {
      await stage.silence("A wrong header", [...badHeaders(ping(stage))]);
    },
  },
  {
    id: "D-08 bit-flips",
    section: "The datagram",
    says: "of the sender's key over the text `SeP1 signature`",
    async run(stage) {
      for (const fresh of [ping(stage), vliste(stage)]) {
        await stage.silence("A bit is flipped", [...bitFlips(fresh)]);
      }
    },
  },
  {
    id: "D-09 truncated",
    section: "The datagram",
    says: "The datagram has exactly 152 + n bytes.",
    async run(stage) {
      await stage.silence("Cut", [...truncated(vliste(stage))]);
    },
  },
  {
    id: "D-11 bodies",
    section: "The body",
    says: "The encoding is canonical",
    async run(stage) {
      const { refused } = vectors<BodyVectors>("sep_body");
      const bodies = refused.filter(({ from, hex }) =>
        from === "machine" && hex.length <= 1_800
      );
      const fresh = ping(stage);
      await stage.silence(
        "A body that is none",
        bodies.map(({ hex }) => fresh({ body: unhex(hex) })),
      );
    },
  },
  {
    id: "D-13 unsafe-keys",
    section: "Keys",
    says: "A verifier must refuse, besides a signature that does not verify",
    async run(stage) {
      const { machine } = stage;
      const { smallOrder, notBelowP } = vectors<KeyVectors>("trust_ed25519");
      const unsafe = [...smallOrder, ...notBelowP].map(({ publicKey }) => {
        const key = unhex(publicKey);
        const talk = new Talk(machine, { machine: machineOf(key) });
        const bytes = talk.make("ping", [key, 0]);
        bytes.set(concat(Uint8Array.of(1), none(63)), bytes.length - 64);
        return bytes;
      });
      const unnamed = [random(16), none(16)].map((name) =>
        new Talk(machine, { machine: name }).make("ping", machine.pingArgs())
      );
      await stage.silence("An unsafe key", [...unsafe, ...unnamed]);
      same("Unlawful answers", machine.unlawful.length, 0);
    },
  },
  {
    id: "D-16 in-clear",
    section: "Receiving",
    says: "does not begin with `SeP1`",
    async run(stage) {
      await stage.silence("The protocol of 2013", [...inClear()]);
    },
  },
  {
    id: "C-05 forged",
    section: "Receiving",
    says: "the signature does not verify",
    async run(stage) {
      for (const fresh of [ping(stage), vliste(stage)]) {
        await stage.silence("Signed by another", [
          ...badSignatures(fresh, [newKey()]),
        ]);
      }
    },
  },
  {
    id: "C-06 replayed",
    section: "Sessions",
    says: "Else: silence.",
    async run(stage) {
      const { machine } = stage;
      await pause(10);
      const answered = new Set(machine.said.map(({ bytes }) => hex(bytes)));
      const before = machine.said.length;
      const recorded = machine.sent.slice(-200);
      const stranger = stage.strangers.next();
      for (const bytes of recorded) {
        await stranger.send(bytes, stage.joined.server);
        if (Math.random() < 0.05) await pause(5);
      }
      expect(await machine.alive(), "The session is over");
      const fresh = machine.said.slice(before).filter(({ bytes, word }) =>
        !answered.has(hex(bytes)) && word !== "echo" && word !== "ping"
      );
      same("New answers to a recording", fresh.length, 0);
    },
  },
  {
    id: "C-06 counters",
    section: "Sessions",
    says:
      "it is **fresh** when it is higher than every number that the other side has begun before. Else: silence.",
    async run(stage) {
      const { machine } = stage;
      machine.counter += 7;
      expect(await machine.alive(), "A gap in the numbers is no fault");
      const last = machine.counter;
      await stage.silence("A number that is not fresh", [
        ...[0, 1, last - 2, last].flatMap((counter) => [
          machine.begin({ counter }).make("ping", machine.pingArgs()),
          machine.begin({ counter }).make("vliste", [random(32)]),
        ]),
      ]);
    },
  },
  {
    id: "C-08 reflected",
    section: "The datagram",
    says: "is set when a server sent it",
    async run(stage) {
      const own = stage.machine.said.slice(-30).map(({ bytes }) => bytes);
      const flagged = own.map((bytes) => {
        const other = bytes.slice();
        other[5] = 0;
        return other;
      });
      await stage.silence("Its own datagrams", [...own, ...flagged]);
    },
  },
];
