/**
 * Every word of a server in every state of an agent: what its table does not
 * have is met with silence, and the conversation goes on.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, expect, same } from "../kit/case.ts";
import { Talk } from "../kit/talk.ts";
import type { Argument } from "../wire/body.ts";
import { hex, random } from "../wire/bytes.ts";
import { sessionOf } from "../wire/datagram.ts";

/** Every word of a server, with arguments that are lawful somewhere. */
function everyWord(stage: AgentStage): [string, readonly Argument[]][] {
  const { server } = stage;
  const thing = stage.publish("kit-state", "1.0");
  const order = [stage.nextOrder(), 1, thing.name, thing.version];
  return [
    ["ping", server.pingArgs()],
    ["echo", [random(16)]],
    ["OK", []],
    ["OK", ["envoie"]],
    ["OK", ["inchange"]],
    ["identifiant", server.verdictArgs()],
    ["identifiant", server.verdictArgs("refuse", "revoked")],
    ["possede", ["kit-none", "*"]],
    ["rien", []],
    ["dliste", [""]],
    ["install", [...order, thing.sha256, thing.bytes.length]],
    ["suppression", order],
  ];
}

/** Says all words but these as the conversation's next. */
async function onlyThese(
  stage: AgentStage,
  talk: Talk,
  ...lawful: readonly string[]
): Promise<void> {
  const wrong = everyWord(stage).filter(([word, args]) =>
    !lawful.includes(word) || word === "OK" && args.length > 0
  );
  await stage.silence(
    `A word that has no place (${lawful} has)`,
    wrong.map(([word, args]) => talk.make(word, args)),
    { from: stage.server.socket },
  );
}

const says = "An input without a row in its phase is met with silence.";
const section = "Conversations";

export const AGENT_STATES: readonly Case<AgentStage>[] = [
  {
    id: "C-21 nothing-begun",
    section: "Receiving",
    says: "may it come here and now.",
    async run(stage) {
      const wrong = everyWord(stage).filter(([word]) =>
        !["ping", "possede", "dliste", "install", "suppression"].includes(word)
      );
      const datagrams = wrong.flatMap(([word, args]) => {
        const { server } = stage;
        const prev = random(16);
        return [
          server.begin().make(word, args),
          new Talk(server).make(word, args),
          server.begin().make(word, args, { step: 2, prev }),
          new Talk(server).make(word, args, { step: 4, prev }),
        ];
      });
      await stage.silence("A word that begins nothing", datagrams);
    },
  },
  {
    id: "C-21 heard",
    ...{ section, says },
    async run(stage) {
      const [talk] = await stage.server.ping();
      await onlyThese(stage, talk, "OK");
      await talk.tell("OK");
      await stage.server.name(talk);
      await stage.server.alive();
    },
  },
  {
    id: "C-21 presented",
    ...{ section, says },
    async run(stage) {
      const { server } = stage;
      const [talk] = await server.ping();
      await talk.tell("OK");
      await talk.hear(["identifie"]);
      await onlyThese(stage, talk, "identifiant");
      await talk.tell("identifiant", ...server.verdictArgs());
      const ok = await talk.hear(["OK"]);
      server.session = sessionOf(ok.bytes);
      server.counter = 0;
      await server.alive();
    },
  },
  {
    id: "C-21 answered",
    ...{ section, says },
    async run(stage) {
      const talk = stage.server.begin();
      await talk.tell("possede", "kit-none", "*");
      await talk.hear(["non"]);
      await onlyThese(stage, talk, "rien", "install");
      await talk.tell("rien");
      await onlyThese(stage, talk);
      same("possede", await stage.owns("kit-state", "1.0"), "non");
    },
  },
  {
    id: "C-21 reported",
    ...{ section, says },
    async run(stage) {
      const talk = stage.server.begin();
      await talk.tell(
        ...["suppression", stage.nextOrder(), 1, "kit-none", "*"] as const,
      );
      await talk.hear(["rate"]);
      await onlyThese(stage, talk, "OK");
      await talk.tell("OK");
      await onlyThese(stage, talk);
    },
  },
  {
    id: "C-20 numbers-used-up",
    section: "Sessions",
    says:
      "Who receives a verified step 0 in its session with 4,294,967,295 has none either",
    async run(stage) {
      const { server } = stage;
      const held = hex(server.session);
      server.answers = false;
      const last = server.begin({ counter: 4_294_967_295 });
      await last.tell("possede", "kit-none", "*");
      const answer = await last.listen(250);
      expect(answer === null, "It answered a number that does not exist");
      const [, echo] = await server.ping();
      expect(hex(echo.session) !== held, "It still holds the session");
    },
  },
  {
    id: "C-20 last-number",
    section: "Sessions",
    says: "4,294,967,294 is the last.",
    async run(stage) {
      const { server } = stage;
      server.counter = 4_294_967_293;
      same("possede", await stage.owns("kit-none", "*"), "non");
      await server.discover();
    },
  },
];
