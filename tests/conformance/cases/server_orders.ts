/**
 * What a server's operator orders, and how the server says it.
 *
 * @module
 */

import { type Case, eventually, expect, same, Skipped } from "../kit/case.ts";
import type { PlayedMachine } from "../kit/played_machine.ts";
import type { ServerStage } from "../kit/server_stage.ts";
import { madeList, upload } from "../kit/sip_client.ts";
import { type HeardSaid, Talk } from "../kit/talk.ts";
import type { Argument } from "../wire/body.ts";
import {
  base64url,
  hex,
  random,
  same as equal,
  sha256,
} from "../wire/bytes.ts";

/** Waits for the server to begin a conversation with one of these words. */
async function begunBy(
  machine: PlayedMachine,
  words: readonly string[],
  since: number,
): Promise<{ talk: Talk; said: HeardSaid }> {
  const said = await eventually(
    `[${words.join("] or [")}] of the server`,
    () =>
      machine.said.slice(since).find(({ step, word }) =>
        step === 0 && words.includes(word)
      ),
    8_000,
  );
  return { said, talk: new Talk(machine, {}, said) };
}

export const SERVER_ORDERS: readonly Case<ServerStage>[] = [
  {
    id: "lawful 3-question",
    section: "How it behaves",
    says: "S `[possede]`, M `[oui]` or `[non]`, S `[rien]`",
    async run(stage) {
      const { machine } = stage;
      const since = machine.said.length;
      await stage.operator("has", { name: "kit-none", version: "1.0" });
      const { talk, said } = await begunBy(machine, ["possede"], since);
      same("Its name", said.args[0] ?? "", "kit-none");
      expect(equal(said.session, machine.session), "It is of another session");
      const oui = await talk.tell("oui");
      const rien = await talk.hear(["rien"]);
      const before = machine.said.length;
      for (let copy = 0; copy < 10; copy++) await machine.send(oui);
      expect(await machine.alive(), "The session is over");
      const again = machine.said.slice(before).filter(({ conversation }) =>
        hex(conversation) === talk.hexId
      );
      expect(
        again.length === 10 &&
          again.every(({ bytes }) => hex(bytes) === hex(rien.bytes)),
        `10 duplicates of [oui] were answered by ${again.length} [rien]`,
      );
    },
  },
  {
    id: "lawful 6-order",
    section: "Orders",
    says: "`[install]` and `[suppression]` carry an order and an attempt.",
    async run(stage) {
      const { machine, packageBytes } = stage;
      if (packageBytes === null) throw new Skipped("no --package is given");
      const since = machine.said.length;
      await stage.operator("install");
      const { said, args } = await ordered(machine, since);
      same("`sha256`", args[4] ?? "", base64url(sha256(packageBytes)));
      same("`size`", args[5] ?? "", `${packageBytes.length}`);
      const [order = "", attempt = ""] = args;
      same("The first attempt", attempt, "1");
      const wrong: [string, Argument[]][] = [
        ["reussi", [order, 2, "1.0", ""]],
        ["reussi", [BigInt(order) + 1n, 1, "1.0", ""]],
        ["oui", []],
        ["non", []],
        ["OK", []],
        ["echo", machine.pingArgs().slice(0, 1).concat([random(16)])],
      ];
      const makings = wrong.map(([word, args]) => said.make(word, args));
      await stage.silence("A result of another order", makings, {
        from: machine.socket,
      });
      await said.tell("reussi", order, attempt, "1.0", "");
      await said.hear(["OK"]);
      const { talk } = await begunBy(machine, ["possede"], since + 1).catch(
        () => {
          throw new Skipped("it takes [reussi] at its word");
        },
      );
      await talk.tell("oui");
      await talk.hear(["rien"]);
    },
  },
  {
    id: "lawful 4-list-asked",
    section: "How it behaves",
    says: "S `[dliste]`, M `[OK]`; then SiP, if it said `envoie`",
    async run(stage) {
      const { machine } = stage;
      const since = machine.said.length;
      await stage.operator("collect");
      const { talk } = await begunBy(machine, ["dliste"], since);
      await talk.tell("OK", "envoie");
      same("The upload", (await upload(machine, madeList("kit-x"))).end, "OK");
    },
  },
];

/** The `[install]`, at once or after a `[possede]` that is answered `[non]`. */
async function ordered(machine: PlayedMachine, since: number) {
  const begun = await begunBy(machine, ["install", "possede"], since);
  if (begun.said.word === "install") {
    return { said: begun.talk, args: begun.said.args };
  }
  await begun.talk.tell("non");
  const next = await begun.talk.hear(["install", "rien"]);
  if (next.word === "install") return { said: begun.talk, args: next.args };
  const at = machine.said.indexOf(begun.said) + 1;
  const { said, talk } = await begunBy(machine, ["install"], at);
  return { said: talk, args: said.args };
}
