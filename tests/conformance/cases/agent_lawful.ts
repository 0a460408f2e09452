/**
 * Every lawful conversation that a server begins, as an agent must end it.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, expect, same } from "../kit/case.ts";
import { showSaid } from "../kit/talk.ts";
import { hex } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";

const EDITOR = "kit-editor";

export const AGENT_LAWFUL: readonly Case<AgentStage>[] = [
  {
    id: "S-12 no-publishers-list",
    section: "Orders",
    says: "It installs nothing while it holds none, `[rate{network}]`",
    async run(stage) {
      stage.sip.publishers = null;
      const result = await stage.install(stage.publish(EDITOR, "0.9"));
      stage.sip.publishers = stage.fleet.publishers(1);
      same("The answer", result.word, "rate");
      same("The reason", result.args[2] ?? "", "network");
    },
  },
  {
    id: "S-12 false-publishers-list",
    section: "Signed JSON",
    says: "**The publishers' list** is signed by the fleet's key",
    async run(stage) {
      const { fleet, server, sip } = stage;
      sip.publishers = fleet.publishers(9, fleet.publisher);
      const result = await stage.install(stage.publish(EDITOR, "0.9"));
      sip.publishers = fleet.publishers(1);
      server.publishersVersion = 1;
      same("The answer", result.word, "rate");
    },
  },
  {
    id: "lawful 3-absent",
    section: "How it behaves",
    says: "S `[possede]`, M `[oui]` or `[non]`, S `[rien]`",
    async run(stage) {
      same("The answer", await stage.owns(EDITOR, "1.0"), "non");
    },
  },
  {
    id: "lawful 6-install",
    section: "Orders",
    says:
      "An install is done when the package of exactly that name, version, hash and size was fetched by SiP, verified",
    async run(stage) {
      const { sip, server } = stage;
      const before = sip.asked.length;
      const result = await stage.install(stage.publish(EDITOR, "1.0"));
      same("The answer", result.word, "reussi");
      same("Its version", result.args[2] ?? "", "1.0");
      same("possede", await stage.owns(EDITOR, "1.0"), "oui");
      const asked = sip.asked.slice(before);
      expect(asked.every(({ proven }) => proven), "A proof does not verify");
      for (const { machine, session } of asked) {
        same("`machine` of a proof", hex(machine), hex(server.machine));
        same("`session` of a proof", hex(session), hex(server.session));
      }
    },
  },
  {
    id: "lawful 3-versions",
    section: "The body",
    says: "`version` may be `*`: any.",
    async run(stage) {
      same("possede *", await stage.owns(EDITOR, "*"), "oui");
      same("possede 2.0", await stage.owns(EDITOR, "2.0"), "non");
      same("another name", await stage.owns(`${EDITOR}-2`, "*"), "non");
    },
  },
  {
    id: "I-15 order-repeated",
    section: "Orders",
    says:
      "when the same pair comes again it tells that result and does nothing",
    async run(stage) {
      const thing = stage.publish("kit-twice", "1.0");
      const order = stage.nextOrder();
      const first = await stage.install(thing, order);
      const before = stage.sip.connections;
      const second = await stage.install(thing, order);
      same("The answer", second.args.join("+"), first.args.join("+"));
      same("Connections to SiP", stage.sip.connections - before, 0);
    },
  },
  {
    id: "I-15 installed-already",
    section: "Orders",
    says: "or when it is there already.",
    async run(stage) {
      const [thing] = [...stage.sip.shelf.values()].filter(({ name }) =>
        name === "kit-twice"
      );
      expect(thing !== undefined, "kit-twice was not installed before");
      same("The answer", (await stage.install(thing)).word, "reussi");
    },
  },
  {
    id: "lawful 3-and-6",
    section: "How it behaves",
    says: "or after `[non]` S `[install]` and on as flow 6",
    async run(stage) {
      const thing = stage.publish("kit-ensured", "1.0");
      const talk = stage.server.begin();
      await talk.tell("possede", thing.name, thing.version);
      await talk.hear(["non"]);
      await talk.tell(
        ...["install", stage.nextOrder(), 1, thing.name, "1.0"] as const,
        ...[thing.sha256, thing.bytes.length] as const,
      );
      const result = await talk.hear(["reussi", "rate"], 10_000);
      await talk.tell("OK");
      same("The answer", result.word, "reussi");
    },
  },
  {
    id: "lawful 8-update-and-back",
    section: "Going back",
    says: "makes that one the version in use again",
    async run(stage) {
      const updated = await stage.install(stage.publish(EDITOR, "2.0"));
      same("The update", updated.args[2] ?? updated.word, "2.0");
      same("possede 1.0", await stage.owns(EDITOR, "1.0"), "non");
      const talk = stage.server.begin();
      const order = stage.nextOrder();
      const back = [order, 1, EDITOR, "*", none(32), 0, "retour"] as const;
      const before = stage.sip.connections;
      await talk.tell("install", ...back);
      const result = await talk.hear(["reussi", "rate"], 10_000);
      await talk.tell("OK");
      same("The way back", showSaid(result), `[reussi{${order}+1+1.0+}]`);
      same("possede 1.0", await stage.owns(EDITOR, "1.0"), "oui");
      same("Connections to SiP", stage.sip.connections - before, 0);
    },
  },
  {
    id: "I-16 lower-serial",
    section: "Going back",
    says: "A package whose serial is lower is refused as `downgrade`",
    async run(stage) {
      const old = stage.publish(EDITOR, "0.1", { serial: 1 });
      const before = stage.sip.asked.length;
      const result = await stage.install(old);
      same("The reason", result.args[2] ?? result.word, "downgrade");
      const asked = stage.sip.asked.slice(before).map(({ word }) => word);
      expect(asked.includes("declasse"), `It asked for ${asked.join(", ")}`);
    },
  },
  {
    id: "lawful 6-unknown-version",
    section: "The body",
    says: "Without `how`, `*` is no version: `[rate{name}]`.",
    async run(stage) {
      const thing = stage.publish("kit-star", "1.0");
      const result = await stage.install({ ...thing, version: "*" });
      same("The reason", result.args[2] ?? result.word, "name");
    },
  },
  {
    id: "C-03 duplicates",
    section: "Receiving",
    says: "the answer that it got is sent again, as it was",
    async run(stage) {
      const { server } = stage;
      const thing = stage.publish("kit-again", "1.0");
      const order = [
        ...[stage.nextOrder(), 1, thing.name, thing.version, thing.sha256],
        thing.bytes.length,
      ];
      const words = [
        ["possede", ["kit-none", "*"], ["non"]],
        ["install", order, ["reussi"]],
        ["suppression", [stage.nextOrder(), 1, "kit-none", "*"], ["rate"]],
      ] as const;
      for (const [word, args, answers] of words) {
        const talk = server.begin();
        const first = await talk.tell(word, ...args);
        const answer = await talk.hear(answers, 10_000);
        const connections = stage.sip.connections;
        for (let copy = 0; copy < 100; copy++) await server.send(first);
        await server.alive();
        const same_ = server.said.filter(({ conversation }) =>
          hex(conversation) === talk.hexId
        );
        expect(
          same_.every(({ bytes }) => hex(bytes) === hex(answer.bytes)),
          `A duplicate of [${word}] was answered by other bytes`,
        );
        expect(same_.length > 50, `${same_.length - 1} of 100 were answered`);
        same("Connections to SiP", stage.sip.connections - connections, 0);
        await talk.tell(word === "possede" ? "rien" : "OK");
      }
    },
  },
];
