/**
 * An agent is discovered, and asked whether it is there.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, eventually, expect, same, Skipped } from "../kit/case.ts";
import { Talk } from "../kit/talk.ts";
import { base64url, hex } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import { enrolmentProof } from "../wire/keys.ts";

export const AGENT_DISCOVERY: readonly Case<AgentStage>[] = [
  {
    id: "lawful 1b-call-and-proof",
    section: "The proof of enrolment",
    says: "A machine shows that it holds the secret, in `[identifie]`",
    async run({ server, fleet }) {
      const call = server.said.find(({ word }) => word === "ping");
      expect(call !== undefined, "The agent never called");
      same("The serial in its call", call.args[1] ?? "", "3");
      const presented = server.said.find(({ word }) => word === "identifie");
      expect(presented !== undefined, "It never said [identifie]");
      const proof = enrolmentProof(
        fleet.secret,
        server.known.key,
        presented.conversation,
        presented.prev,
      );
      same("`proof`", presented.args[7] ?? "", base64url(proof));
      same("`enrolment`", presented.args[6] ?? "", base64url(fleet.secretId));
      await server.alive();
    },
  },
  {
    id: "lawful 2a-alive",
    section: "How it behaves",
    says: "1a and 2a begin with the same datagram",
    async run({ server }) {
      await server.alive();
    },
  },
  {
    id: "lawful 1a-discovery",
    section: "Sessions",
    says: "A discovery that ends with `accepte` or `attente` makes a session",
    async run({ server }) {
      const before = hex(server.session);
      await server.discover();
      expect(hex(server.session) !== before, "The session is the old one");
      await server.alive();
    },
  },
  {
    id: "lawful ping-to-everyone",
    section: "The datagram",
    says: "Zeros in a `[ping]` to everyone; the answer has the machine's own.",
    async run({ server }) {
      const [, echo] = await server.ping({ machine: none(16) });
      same("`machine` of [echo]", hex(echo.machine), hex(server.machine));
    },
  },
  {
    id: "lawful nonces-are-new",
    section: "The body",
    says: "`nonce`: random, new in each.",
    async run({ server }) {
      const nonces = new Set<string>();
      for (let turn = 0; turn < 8; turn++) {
        nonces.add((await server.ping())[1].args[1] ?? "");
      }
      same("The number of different nonces in 8 [echo]", nonces.size, 8);
    },
  },
  {
    id: "F-08 echo-to-the-signed-address",
    section: "Conversations",
    says:
      "The `[echo]` to a server's ping goes to the address `sep` that the ping has signed, never to where the datagram came from.",
    async run({ server, strangers }) {
      const talk = new Talk(server);
      const bytes = talk.make("ping", server.pingArgs());
      talk.wentOn(bytes);
      await strangers.next().send(bytes, server.known.address);
      const echo = await talk.hear(["echo"]);
      same(
        "Where [echo] went",
        echo.target.hostname,
        server.socket.address.hostname,
      );
    },
  },
  {
    id: "F-10 window",
    section: "Epochs and the server's pings",
    says: "So each machine waits a random time in [0, W).",
    async run({ server }) {
      server.windowMs = 400;
      try {
        const waits: number[] = [];
        for (let turn = 0; turn < 5; turn++) {
          const begun = performance.now();
          await server.ping();
          waits.push(Math.round(performance.now() - begun));
        }
        const spread = Math.max(...waits) - Math.min(...waits);
        expect(
          Math.max(...waits) < 900 && spread > 5,
          `With W = 400 ms it answered after ${waits.join(", ")} ms`,
        );
      } finally {
        server.windowMs = 0;
      }
    },
  },
  {
    id: "C-06 old-pings",
    section: "Epochs and the server's pings",
    says: "A `[ping]` of the server is **news** to a machine when",
    async run(stage) {
      const { server } = stage;
      const before = server.pingArgs();
      await server.ping();
      const lowerEpoch = [server.epoch - 1n, 4_000_000, ...before.slice(2)];
      await stage.silence("Pings that are no news", [
        new Talk(server).make("ping", before),
        new Talk(server).make("ping", lowerEpoch),
        new Talk(server).make("ping", [
          ...[server.epoch, server.count],
          ...before.slice(2),
        ]),
      ]);
    },
  },
  {
    id: "C-14 higher-epoch",
    section: "The body",
    says: "`epoch`: the highest that the machine has heard.",
    async run({ server }) {
      server.epoch += 2n;
      server.count = 0;
      const [talk] = await server.ping();
      await talk.tell("OK");
      const presented = await server.name(talk);
      same(
        "`epoch` of [identifie]",
        presented.args[5] ?? "",
        `${server.epoch}`,
      );
    },
  },
  {
    id: "lawful 2b-call",
    section: "Conversations",
    severity: "SHOULD",
    says: "the header's session is one that this machine holds",
    async run({ server }) {
      const before = server.said.length;
      const find = () =>
        server.said.slice(before).find(({ word, step }) =>
          word === "ping" && step === 0
        );
      const call = await eventually("A call", find, 3_500).catch(() => {
        throw new Skipped("it did not call within 3.5 s");
      });
      same("The call's session", hex(call.session), hex(server.session));
      await new Promise((resolve) => setTimeout(resolve, 150));
      const after = server.said.filter(({ conversation, step }) =>
        step > 0 && hex(conversation) === hex(call.conversation)
      );
      same("What it said after [echo] with its session", after.length, 0);
    },
  },
];
