/**
 * An agent's program list, removals, and one order at a time.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, eventually, expect, same } from "../kit/case.ts";
import { showSaid } from "../kit/talk.ts";
import { hex, random, sha256, unbase64url, utf8 } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import { listFaults } from "../wire/peo.ts";

const EDITOR = "kit-editor";

export const AGENT_LISTS: readonly Case<AgentStage>[] = [
  {
    id: "lawful 4-list",
    section: "A program list: `[liste{sha256+size+packed+signature}]`",
    says: "What travels is the document `B.peo` as one member of gzip",
    async run(stage) {
      const { sip, server } = stage;
      const before = sip.lists.length;
      const talk = server.begin();
      await talk.tell("dliste", "");
      const ok = await talk.hear(["OK"], 30_000);
      same("Its answer", ok.args[0] ?? "", "envoie");
      const list = await eventually(
        "The list",
        () => sip.lists.slice(before).at(-1),
        20_000,
      );
      const faults = [...list.faults, ...listFaults(list.document)];
      expect(faults.length === 0, faults.join("; "));
      const text = new TextDecoder().decode(list.document);
      expect(text.includes(EDITOR), `${EDITOR} is not in the list`);
      expect(sip.asked.at(-1)?.proven === true, "Its proof does not verify");
      const again = server.begin();
      await again.tell("dliste", sha256(list.document));
      const held = await again.hear(["OK"], 30_000);
      same("With its hash it", held.args[0] ?? "", "inchange");
    },
  },
  {
    id: "S-02 list-resumed",
    section: "A program list: `[liste{sha256+size+packed+signature}]`",
    says: "the packed bytes from `offset` to `packed`",
    async run(stage) {
      const { sip, server } = stage;
      const known = sip.lists.at(-1);
      expect(known !== undefined, "No list came before");
      const held = known.packed.slice(0, known.packed.length >> 1);
      const before = sip.lists.length;
      sip.scripts.push({
        word: "liste",
        answer: (call, asked) => sip.takeList(call, asked, held),
      });
      const talk = server.begin();
      await talk.tell("dliste", "");
      await talk.hear(["OK"], 30_000);
      const list = await eventually(
        "The rest of the list",
        () => sip.lists.slice(before).at(-1),
        20_000,
      );
      same("The list's faults", list.faults.join("; "), "");
    },
  },
  {
    id: "lawful 4-libraries",
    section: "The body",
    says: "names that it does not know it leaves out.",
    async run(stage) {
      const talk = stage.server.begin();
      await talk.tell("dliste", random(32), "no-such-source");
      same(
        "Its answer",
        (await talk.hear(["OK"], 30_000)).args[0] ?? "",
        "envoie",
      );
      const back = stage.server.begin();
      await back.tell("dliste", sha256(utf8("")));
      await back.hear(["OK"], 30_000);
    },
  },
  {
    id: "lawful 7-removal",
    section: "Orders",
    says:
      "After a removal the machine sends its new list by SiP before it says `[reussi]`",
    async run(stage) {
      const { sip, server } = stage;
      const before = sip.lists.length;
      const order = stage.nextOrder();
      const talk = server.begin();
      await talk.tell("suppression", order, 1, EDITOR, "*");
      const result = await talk.hear(["reussi", "rate"], 20_000);
      await talk.tell("OK");
      same("The answer", showSaid(result), `[reussi{${order}+1++}]`);
      const list = sip.lists.slice(before).at(-1);
      expect(list !== undefined, "No list came before [reussi]");
      const text = new TextDecoder().decode(list.document);
      expect(!text.includes(`"${EDITOR}"`), `${EDITOR} is in the new list`);
      same("possede", await stage.owns(EDITOR, "*"), "non");
    },
  },
  {
    id: "I-17 absent",
    section: "Orders",
    says:
      "`[suppression]` of a version that is not the installed one ends with `[rate{absent}]`",
    async run(stage) {
      for (const [name, version] of [[EDITOR, "*"], ["kit-twice", "9"]]) {
        const talk = stage.server.begin();
        const order = stage.nextOrder();
        await talk.tell("suppression", order, 1, name ?? "", version ?? "");
        const result = await talk.hear(["reussi", "rate"], 10_000);
        await talk.tell("OK");
        same("The reason", result.args[2] ?? result.word, "absent");
      }
      same("possede", await stage.owns("kit-twice", "1.0"), "oui");
    },
  },
  {
    id: "C-17 busy",
    section: "Orders",
    says: "One order at a time. A machine that is at work on another answers",
    async run(stage) {
      const { server, sip } = stage;
      const slow = stage.publish("kit-slow", "1.0");
      const gate = Promise.withResolvers<void>();
      sip.scripts.push({
        word: "paquet",
        async answer(call, asked) {
          await gate.promise;
          await sip.sendPackage(call, asked);
        },
      });
      const order = stage.nextOrder();
      const args = [
        ...[order, 1, slow.name, slow.version, slow.sha256],
        slow.bytes.length,
      ];
      const talk = server.begin();
      await talk.tell("install", ...args);
      await eventually(
        "It connects",
        () =>
          sip.asked.at(-1)?.word === "paquet" &&
            hex(unbase64url(sip.asked.at(-1)?.args[0] ?? "") ?? none(0)) ===
              hex(slow.sha256)
            ? true
            : null,
      );
      const busy = await stage.install(stage.publish("kit-late", "1.0"));
      same("The other's reason", busy.args[2] ?? busy.word, "busy");
      const twin = server.begin();
      await twin.tell("install", ...args);
      gate.resolve();
      for (const one of [talk, twin]) {
        const result = await one.hear(["reussi", "rate"], 10_000);
        same("The result", result.word, "reussi");
        await one.tell("OK");
      }
    },
  },
  {
    id: "lawful 5-list-offered",
    section: "The body",
    severity: "SHOULD",
    says:
      "A machine begins this flow by itself, up to ten seconds after it has",
    async run(stage) {
      const { server } = stage;
      const offer = await eventually(
        "[vliste] after an install",
        () => server.said.find(({ word }) => word === "vliste"),
        11_000,
      );
      same("Its step", offer.step, 0);
    },
  },
];
