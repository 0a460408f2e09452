/**
 * The sessions of an agent: whose they are, when they end, what they carry.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, expect, same } from "../kit/case.ts";
import { Socket } from "../kit/socket.ts";
import { Talk } from "../kit/talk.ts";
import { hex, random, same as equal } from "../wire/bytes.ts";
import { sessionOf } from "../wire/datagram.ts";

export const AGENT_SESSIONS: readonly Case<AgentStage>[] = [
  {
    id: "C-21 pending-session",
    section: "Sessions",
    says:
      "**A pending machine's session** carries discovery, 2a and 2b, and nothing else.",
    async run(stage) {
      const { server } = stage;
      await server.discover("attente", "pending");
      await server.alive();
      const thing = stage.publish("kit-pending", "1.0");
      const args = [stage.nextOrder(), 1, thing.name, thing.version];
      await stage.silence("Words in a pending machine's session", [
        server.begin().make("possede", ["kit-none", "*"]),
        server.begin().make("dliste", [""]),
        server.begin().make("install", [
          ...args,
          thing.sha256,
          thing.bytes.length,
        ]),
        server.begin().make("suppression", args),
      ]);
      await server.discover();
      same(
        "possede after approval",
        await stage.owns("kit-pending", "1.0"),
        "non",
      );
    },
  },
  {
    id: "C-21 refused",
    section: "Standing",
    says: "A machine that is refused has no session any more.",
    async run({ server }) {
      const held = hex(server.session);
      await server.discover("refuse", "revoked");
      const [, echo] = await server.ping();
      expect(hex(echo.session) !== held, "It still holds the session");
    },
  },
  {
    id: "C-09 another-machine-named",
    section: "The body",
    says: "Another `machine` than its own is met with silence.",
    async run({ server }) {
      const [talk] = await server.ping();
      await talk.tell("OK");
      await talk.hear(["identifie"]);
      const args = server.verdictArgs();
      await server.send(
        talk.make("identifiant", [random(16), ...args.slice(1)]),
      );
      const answer = await talk.listen(250);
      expect(answer === null, "It answered, to another machine's name");
    },
  },
  {
    id: "S-09 wrong-certificate-named",
    section: "The body",
    says:
      "Another certificate undoes no discovery: the session holds, and only SiP is refused, as `network`.",
    async run(stage) {
      const { server, sip } = stage;
      const [talk] = await server.ping();
      await talk.tell("OK");
      await talk.hear(["identifie"]);
      const other = await stage.fleet.identity(9);
      const [machine = "", verdict = "", , at = ""] = server.verdictArgs();
      const bytes = talk.make("identifiant", [
        ...[machine, verdict, other.certificate.der, at, ""],
      ]);
      await talk.said(bytes);
      const ok = await talk.hear(["OK"]);
      server.session = sessionOf(ok.bytes);
      server.counter = 0;
      const before = sip.connections;
      const result = await stage.install(stage.publish("kit-pin", "1.0"));
      same("The reason", result.args[2] ?? "", "network");
      same("Connections to SiP", sip.connections - before, 0);
      await server.discover();
    },
  },
  {
    id: "lawful confirmation",
    section: "Sessions",
    says:
      "A machine keeps the session it had, and the new one as a candidate: two at most.",
    async run(stage) {
      const { server } = stage;
      await stage.owns("kit-none", "*"); // Which confirms the present one.
      const old = { session: server.session, counter: server.counter };
      await server.discover(); // As if the last [OK] were lost:
      const fresh = server.session;
      const asked = new Talk(server, { ...old, counter: old.counter + 1 });
      await asked.tell("possede", "kit-none", "*", "ieo");
      await asked.hear(["non"]);
      await asked.tell("rien");
      same("possede in the new", await stage.owns("kit-none", "*"), "non");
      same("The session", hex(server.session), hex(fresh));
      await stage.silence("A word in the session that is over", [
        new Talk(server, { ...old, counter: old.counter + 2 })
          .make("possede", ["kit-none", "*", "ieo"]),
      ]);
    },
  },
  {
    id: "C-15 unknown-session",
    section: "Sessions",
    says:
      "in a session it does not hold, does nothing that it says. It begins a discovery",
    async run(stage) {
      const { server } = stage;
      const before = server.said.length;
      const session = random(8);
      const make = (counter: number) =>
        new Talk(server, { session, counter }).make("possede", [
          ...["kit-none", "*", "ieo"],
        ]);
      await stage.silence("possede in an unknown session", [make(1), make(2)]);
      const calls =
        server.said.slice(before).filter(({ word, session }) =>
          word === "ping" && equal(session, server.session)
        ).length;
      expect(calls <= 3, `It called ${calls} times`);
      await server.alive();
    },
  },
  {
    id: "C-11 address-changes",
    section: "Addresses",
    says:
      "Within a conversation answers go to the address of the last message that continued it.",
    async run({ server }) {
      const { hostname } = server.socket.address;
      const moved = new Socket(
        { hostname, port: 0 },
        (heard) => server.take(heard),
      );
      try {
        const [talk] = await server.ping();
        const bytes = talk.make("OK");
        talk.wentOn(bytes);
        await moved.send(bytes, server.known.address);
        const presented = await talk.hear(["identifie"]);
        same(
          "The port of [identifie]",
          presented.target.port,
          moved.address.port,
        );
        await server.discover();
      } finally {
        moved.close();
      }
    },
  },
];
