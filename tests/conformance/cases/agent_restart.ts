/**
 * The agent is killed and started again; the server is replaced.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, eventually, expect, pause, same } from "../kit/case.ts";
import { SipHouse } from "../kit/sip_house.ts";
import { Talk } from "../kit/talk.ts";
import { hex } from "../wire/bytes.ts";

export const AGENT_RESTART: readonly Case<AgentStage>[] = [
  {
    id: "C-07 recorded-session-after-restart",
    section: "Sessions",
    says: "So no recording can bring an old session back to either end.",
    async run(stage) {
      const { server } = stage;
      const thing = stage.publish("kit-replayed", "1.0");
      const mark = server.sent.length;
      await server.discover();
      const talk = server.begin();
      const order = [
        ...[stage.nextOrder(), 1, thing.name, thing.version, thing.sha256],
        thing.bytes.length,
      ];
      const install = talk.make("install", order);
      const recorded = [...server.sent.slice(mark), install];
      const held = hex(server.session);
      server.answers = false;
      await stage.restart("SIGKILL");
      const before = server.said.length;
      const connections = stage.sip.connections;
      for (let turn = 0; turn < 3; turn++) {
        for (const bytes of recorded) {
          await server.socket.send(bytes, server.known.address);
          await pause(30);
        }
      }
      await pause(200);
      const said = server.said.slice(before);
      const words = said.map(({ word }) => word).filter((word) =>
        word !== "ping" && word !== "echo"
      );
      same("What it said to a recording", words.join(", "), "");
      expect(
        said.every(({ session }) => hex(session) !== held),
        "It speaks in the old session",
      );
      same("Connections", stage.sip.connections - connections, 0);
    },
  },
  {
    id: "C-15 session-after-restart",
    section: "Sessions",
    says: "A session is not stored. An end that restarts has none.",
    async run(stage) {
      const { server } = stage;
      const old = { session: server.session, counter: server.counter + 1 };
      server.answers = false;
      await stage.restart();
      const [, echo] = await server.ping();
      expect(hex(echo.session) !== hex(old.session), "It holds the session");
      const talk = new Talk(server, old);
      await talk.tell("possede", "kit-none", "*");
      expect(await talk.listen(200) === null, "It answers in the old session");
    },
  },
  {
    id: "C-16 results-after-restart",
    section: "Orders",
    says: "A machine stores the result under both before it tells it",
    async run(stage) {
      const { server } = stage;
      const thing = stage.publish("kit-stored", "1.0");
      const order = stage.nextOrder();
      const first = await stage.install(thing, order);
      await stage.restart("SIGKILL");
      await server.ready();
      const connections = stage.sip.connections;
      const second = await stage.install(thing, order);
      same("The result", second.args.join("+"), first.args.join("+"));
      same("Connections to SiP", stage.sip.connections - connections, 0);
      same("possede", await stage.owns("kit-stored", "1.0"), "oui");
    },
  },
  {
    id: "C-14 epochs-after-restart",
    section: "Epochs and the server's pings",
    says: "its epoch is not lower than the highest that the machine has heard",
    async run(stage) {
      const { server } = stage;
      server.answers = false;
      await stage.restart();
      server.epoch -= 1n;
      try {
        const talk = new Talk(server);
        await talk.tell("ping", ...server.pingArgs());
        expect(
          await talk.listen(250) === null,
          "It answered a lower epoch after its restart",
        );
      } finally {
        server.epoch += 1n;
      }
    },
  },
  {
    id: "C-05 superseded-delegation",
    section: "The delegation",
    says: "it replaces the one held, for good",
    async run(stage) {
      const { server, sip, fleet } = stage;
      const old = server.identity;
      server.identity = await fleet.identity(old.serial + 1);
      const at = server.socket.address;
      const house = new SipHouse(
        { hostname: at.hostname, port: 0 },
        server.identity.certificate,
      );
      house.keyOf = sip.keyOf;
      house.publishers = sip.publishers;
      try {
        server.sipAt = house.address;
        await server.discover();
        same("possede", await stage.owns("kit-none", "*"), "non");
        const thing = stage.publish("kit-replaced", "1.0");
        house.shelf.set(hex(thing.sha256), thing);
        same("An install", (await stage.install(thing)).word, "reussi");
        const args = server.pingArgs().slice(0, 6);
        await stage.silence("The key of the old delegation", [
          server.begin().make("possede", ["kit-none", "*"], { key: old.key }),
          new Talk(server).make("ping", [...args, old.delegation], {
            key: old.key,
          }),
          new Talk(server).make("ping", [
            ...[...server.pingArgs().slice(0, 6), server.identity.delegation],
          ], { key: old.key }),
        ]);
        const before = server.said.length;
        await stage.restart("SIGKILL");
        const call = await eventually("Its call", () => server.said[before]);
        same(
          "The serial that it tells",
          call.args[1] ?? "",
          `${old.serial + 1}`,
        );
        await server.ready();
      } finally {
        house.close();
      }
    },
  },
  {
    id: "D-06 nothing-unlawful",
    section: "Receiving",
    says: "What fails is met with silence.",
    run({ server }) {
      expect(
        server.unlawful.length === 0,
        `In all this it sent ${server.unlawful.slice(0, 3).join(", ")}`,
      );
      return Promise.resolve();
    },
  },
];
