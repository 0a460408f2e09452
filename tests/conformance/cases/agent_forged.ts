/**
 * Datagrams that no agent may take: malformed, forged, replayed, reflected,
 * redirected, spliced.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, same } from "../kit/case.ts";
import { Talk } from "../kit/talk.ts";
import { type Bytes, concat, hex, random, unhex } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import { delegation } from "../wire/keys.ts";
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

/** A lawful question about a program that is not there. */
function possede({ server }: AgentStage): Fresh {
  return freshOf(() => server.begin(), "possede", () => ["kit-none", "*"]);
}

/** A lawful order of a package that is in the shelf. */
function install(stage: AgentStage): Fresh {
  const { name, version, sha256, bytes } = stage.publish("kit-forged", "1.0");
  return freshOf(() => stage.server.begin(), "install", () => [
    ...[stage.nextOrder(), 1, name, version, sha256, bytes.length],
  ]);
}

/** The words that begin a conversation of the server. */
function openings(stage: AgentStage): Fresh[] {
  const { server } = stage;
  return [
    freshOf(() => new Talk(server), "ping", () => server.pingArgs()),
    possede(stage),
    freshOf(() => server.begin(), "dliste", () => [""]),
    install(stage),
    freshOf(() => server.begin(), "suppression", () => [
      ...[stage.nextOrder(), 1, "kit-none", "*"],
    ]),
  ];
}

export const AGENT_FORGED: readonly Case<AgentStage>[] = [
  {
    id: "D-01 lengths",
    section: "Receiving",
    says: "What fails is met with silence.",
    async run(stage) {
      await stage.silence("A wrong length", [...badLengths(possede(stage))]);
    },
  },
  {
    id: "D-04 headers",
    section: "Receiving",
    says: "A receiver checks in this order, which is that of cost",
    async run(stage) {
      await stage.silence("A wrong header", [...badHeaders(possede(stage))]);
    },
  },
  {
    id: "D-08 bit-flips",
    section: "The datagram",
    says: "of the sender's key over the text `SeP1 signature`",
    async run(stage) {
      for (const fresh of openings(stage)) {
        await stage.silence("A bit is flipped", [...bitFlips(fresh)]);
      }
    },
  },
  {
    id: "D-09 truncated",
    section: "The datagram",
    says: "The datagram has exactly 152 + n bytes.",
    async run(stage) {
      await stage.silence("Cut", [...truncated(install(stage))]);
    },
  },
  {
    id: "D-11 bodies",
    section: "The body",
    says: "The encoding is canonical",
    async run(stage) {
      const { refused } = vectors<BodyVectors>("sep_body");
      const fresh = possede(stage);
      const bodies = refused.filter(({ from, hex }) =>
        from === "server" && hex.length <= 1_800
      );
      await stage.silence(
        "A body that is none",
        bodies.map(({ hex }) => fresh({ body: unhex(hex) })),
      );
    },
  },
  {
    id: "D-13 small-order-server-key",
    section: "Keys",
    says: "a public key of small order",
    async run(stage) {
      const { server, fleet } = stage;
      const { smallOrder, notBelowP } = vectors<KeyVectors>("trust_ed25519");
      const bad = [...smallOrder, ...notBelowP].map(({ publicKey }) => {
        const shown = delegation({
          ...{ fleet: fleet.key, server: unhex(publicKey), serial: 1_000 },
          certificateHash: random(32),
        });
        const talk = new Talk(server);
        const args = [...server.pingArgs().slice(0, 6), shown];
        const bytes = talk.make("ping", args);
        // A signature that the bare equation accepts for keys of order 1.
        bytes.set(concat(Uint8Array.of(1), none(63)), bytes.length - 64);
        return bytes;
      });
      await stage.silence("A key of small order", bad);
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
    id: "C-05 forged-orders",
    section: "Receiving",
    says: "the signature does not verify",
    async run(stage) {
      const { fleet } = stage;
      const keys = [fleet.key, fleet.publisher, fleet.revokedPublisher];
      for (const fresh of openings(stage)) {
        await stage.silence("Signed by another", [
          ...badSignatures(fresh, keys),
        ]);
      }
      same("possede", await stage.owns("kit-forged", "1.0"), "non");
    },
  },
  {
    id: "C-06 replayed",
    section: "Receiving",
    says:
      "If this very datagram was received before in its conversation, the answer that it got is sent again, as it was, and nothing else happens.",
    async run(stage) {
      const { server, strangers, sip } = stage;
      const answered = new Set(server.said.map(({ bytes }) => hex(bytes)));
      const connections = sip.connections;
      const before = server.said.length;
      const recorded: Bytes[] = server.sent.slice(-600);
      for (let at = 0; at < recorded.length; at += 40) {
        const stranger = strangers.next();
        for (const bytes of recorded.slice(at, at + 40)) {
          await stranger.send(bytes, server.known.address);
        }
        await server.alive();
      }
      const fresh = server.said.slice(before).filter(({ bytes, word, step }) =>
        !answered.has(hex(bytes)) && word !== "echo" && step > 0
      );
      same("New answers to a recording", fresh.length, 0);
      same("Connections to SiP", sip.connections - connections, 0);
    },
  },
  {
    id: "C-06 counters",
    section: "Sessions",
    says:
      "it is **fresh** when it is higher than every number that the other side has begun before. Else: silence.",
    async run(stage) {
      const { server } = stage;
      server.counter += 5;
      same("possede after a gap", await stage.owns("kit-none", "*"), "non");
      const last = server.counter;
      const make = (counter: number) =>
        server.begin({ counter }).make("possede", ["kit-none", "*"]);
      await stage.silence("A number that is not fresh", [
        ...[0, 1, last - 2, last - 1, last].map(make),
      ]);
    },
  },
  {
    id: "C-08 reflected",
    section: "The datagram",
    says: "is set when a server sent it",
    async run(stage) {
      const own = stage.server.said.slice(-60).map(({ bytes }) => bytes);
      await stage.silence("Its own datagrams", own);
      const flagged = own.map((bytes) => {
        const other = bytes.slice();
        other[5] = 1;
        return other;
      });
      await stage.silence("Its own datagrams, as a server's", flagged);
    },
  },
  {
    id: "C-09 redirected",
    section: "Receiving",
    says: "at a machine, with its own name or, in a `[ping]`, zeros",
    async run(stage) {
      const datagrams: Bytes[] = [];
      for (const fresh of openings(stage)) {
        datagrams.push(fresh({ machine: random(16) }));
      }
      for (const fresh of openings(stage).slice(1)) {
        datagrams.push(fresh({ machine: none(16) }));
      }
      await stage.silence("Meant for another machine", datagrams);
      same("possede", await stage.owns("kit-forged", "1.0"), "non");
    },
  },
  {
    id: "C-10 spliced",
    section: "Receiving",
    says:
      "Else it must have the next step, and prev must be the hash of the last datagram of the conversation",
    async run(stage) {
      const { server } = stage;
      const [one, other] = [server.begin(), server.begin()];
      for (const talk of [one, other]) {
        await talk.tell("possede", "kit-none", "*");
        await talk.hear(["non"]);
      }
      const thing = stage.publish("kit-spliced", "1.0");
      const order = [
        ...[stage.nextOrder(), 1, thing.name, thing.version, thing.sha256],
        thing.bytes.length,
      ];
      const right = other.make("rien");
      await stage.silence("Out of its conversation", [
        one.make("install", order, { prev: random(16) }),
        one.make("install", order, { prev: none(16) }),
        one.make("install", order, { prev: right.slice(48, 64) }),
        one.make("install", order, { conversation: random(16) }),
        one.make("install", order, { step: 3 }),
        one.make("install", order, { step: 4 }),
        one.make("install", order, { step: 1 }),
        one.make("install", order, { step: 0 }),
      ]);
      await one.tell("rien");
      await other.tell("rien");
      same("possede", await stage.owns("kit-spliced", "1.0"), "non");
    },
  },
  {
    id: "K-05 delegations",
    section: "The delegation",
    says: "the datagram is refused, and all it says",
    async run(stage) {
      const { server, fleet } = stage;
      const { key, serial, certificate } = server.identity;
      const shown = (options: Partial<Parameters<typeof delegation>[0]>) => {
        const talk = new Talk(server);
        const other = delegation({
          ...{ fleet: fleet.key, server: key.public, serial },
          certificateHash: certificate.der.slice(0, 32),
          ...options,
        });
        return talk.make("ping", [...server.pingArgs().slice(0, 6), other]);
      };
      await stage.silence("A delegation that must not be believed", [
        shown({}),
        shown({ serial: 0 }),
        shown({ serial: serial - 1 }),
        shown({ serial: serial + 1, fleet: fleet.publisher }),
        shown({ serial: serial + 1, fleet: key }),
      ]);
      await server.alive();
    },
  },
];
