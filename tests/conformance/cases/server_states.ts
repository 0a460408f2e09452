/**
 * Every word of a machine in every state of a server, and small floods.
 *
 * @module
 */

import { type Case, eventually, expect, pause, same } from "../kit/case.ts";
import { request } from "../kit/sip_client.ts";
import { betweenCalls, type ServerStage } from "../kit/server_stage.ts";
import { Talk } from "../kit/talk.ts";
import type { Argument } from "../wire/body.ts";
import { random, same as equal } from "../wire/bytes.ts";
import { none, sessionOf } from "../wire/datagram.ts";
import { machineOf, newKey } from "../wire/keys.ts";

function everyWord({ machine }: ServerStage): [string, readonly Argument[]][] {
  const talk = new Talk(machine);
  return [
    ["ping", machine.pingArgs()],
    ["echo", [machine.key.public, random(16)]],
    ["OK", []],
    ["OK", ["envoie"]],
    ["identifie", machine.identity(talk, random(16))],
    ["oui", []],
    ["non", []],
    ["vliste", [random(32)]],
    ["reussi", [1, 1, "1.0", ""]],
    ["rate", [1, 1, "busy", ""]],
  ];
}

const says = "An input without a row in its phase is met with silence.";

export const SERVER_STATES: readonly Case<ServerStage>[] = [
  {
    id: "C-21 nothing-begun",
    section: "Receiving",
    says: "may it come here and now.",
    async run(stage) {
      const { machine } = stage;
      const wrong = everyWord(stage).filter(([word]) =>
        !["ping", "vliste", "reussi", "rate"].includes(word)
      );
      await stage.silence(
        "A word that begins nothing",
        wrong.flatMap(([word, args]) => [
          machine.begin().make(word, args),
          new Talk(machine).make(word, args),
          machine.begin().make(word, args, { step: 1, prev: random(16) }),
          machine.begin().make(word, args, { step: 3, prev: random(16) }),
        ]),
      );
    },
  },
  {
    id: "C-21 echoed",
    ...{ section: "Conversations", says },
    async run(stage) {
      await betweenCalls();
      const { machine } = stage;
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs());
      await talk.hear(["echo"]);
      const wrong = everyWord(stage).filter(([word]) => word !== "identifie");
      await stage.silence(
        "A word that has no place",
        wrong.map(([word, args]) => talk.make(word, args)),
        { from: machine.socket },
      );
      const prev = talk.make("OK").slice(48, 64);
      await talk.tell("identifie", ...machine.identity(talk, prev));
      same(
        "The verdict",
        (await machine.named(talk))?.verdict ?? "",
        "accepte",
      );
    },
  },
  {
    id: "C-21 named",
    ...{ section: "Conversations", says },
    async run(stage) {
      await betweenCalls();
      const { machine } = stage;
      const held = machine.session;
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs());
      await talk.hear(["echo"]);
      const prev = talk.make("OK").slice(48, 64);
      await talk.tell("identifie", ...machine.identity(talk, prev));
      await talk.hear(["identifiant"]);
      const wrong = everyWord(stage).filter(([word, args]) =>
        word !== "OK" || args.length > 0
      );
      await stage.silence(
        "A word that has no place",
        wrong.map(([word, args]) => talk.make(word, args)),
        { from: machine.socket },
      );
      expect(equal(machine.session, held), "The session changed before [OK]");
      const ok = await talk.tell("OK");
      machine.session = sessionOf(ok);
      machine.counter = 0;
      expect(await machine.alive(), "The new session is not the server's");
    },
  },
  {
    id: "C-10 spliced",
    section: "Receiving",
    says:
      "Else it must have the next step, and prev must be the hash of the last datagram of the conversation",
    async run(stage) {
      await betweenCalls();
      const { machine } = stage;
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs());
      await talk.hear(["echo"]);
      const prev = talk.make("OK").slice(48, 64);
      const args = machine.identity(talk, prev);
      await stage.silence("Out of its conversation", [
        talk.make("identifie", args, { prev: random(16) }),
        talk.make("identifie", args, { prev: none(16) }),
        talk.make("identifie", args, { conversation: random(16) }),
        talk.make("identifie", args, { step: 3 }),
        talk.make("identifie", args, { step: 1 }),
      ]);
      await talk.tell("identifie", ...args);
      await machine.named(talk);
    },
  },
  {
    id: "C-20 numbers-used-up",
    section: "Sessions",
    says:
      "Who receives a verified step 0 in its session with 4,294,967,295 has none either",
    async run({ machine }) {
      await betweenCalls();
      const talk = new Talk(machine, {
        session: machine.session,
        counter: machine.counter + 1,
      });
      const since = machine.said.length;
      machine.answers = false;
      const last = machine.begin({ counter: 4_294_967_295 });
      await last.tell("ping", ...machine.pingArgs());
      expect(await last.listen(100) === null, "It answers that number");
      await eventually(
        "The server begins a discovery",
        () => machine.said.slice(since).find(({ word }) => word === "ping"),
      );
      await betweenCalls();
      await talk.tell("vliste", random(32));
      expect(await talk.listen(200) === null, "It still holds the session");
    },
  },
  {
    id: "C-11 address-changes",
    section: "Addresses",
    says:
      "Where the other end is, is learnt from a datagram with a fresh counter in the session;",
    async run({ machine, joined, strangers }) {
      const moved = strangers.next();
      const talk = machine.begin();
      const bytes = talk.make("ping", machine.pingArgs());
      talk.wentOn(bytes);
      await moved.send(bytes, joined.server);
      const echo = await talk.hear(["echo"]);
      same("The port of [echo]", echo.target.port, moved.address.port);
      expect(await machine.alive(), "The session is over");
    },
  },
  {
    id: "F-04 junk-flood",
    section: "Receiving",
    says: "for each source address (without the port) a receiver counts",
    async run(stage) {
      const { machine, joined, strangers } = stage;
      const stranger = strangers.next();
      for (let round = 0; round < 20; round++) {
        for (let one = 0; one < 100; one++) {
          await stranger.send(random(200), joined.server);
        }
        expect(await machine.alive(), "Its session is over");
      }
    },
  },
  {
    id: "F-05 filter-flood",
    section: "Receiving",
    says: "it looks at nothing of it.",
    async run(stage) {
      const { machine, joined, strangers } = stage;
      const stranger = strangers.next();
      for (let one = 0; one < 300; one++) {
        const forged = machine.begin().make("ping", machine.pingArgs(), {
          key: newKey(),
        });
        await stranger.send(forged, joined.server);
        if (one % 50 === 0) expect(await machine.alive(), "It is silent");
      }
      expect(await machine.alive(), "The others' machine is not answered");
    },
  },
  {
    id: "F-06 many-names",
    section: "Conversations",
    says: "at most one call of a machine in 500 ms",
    async run(stage) {
      const { machine, joined, strangers } = stage;
      for (let one = 0; one < 200; one++) {
        const key = newKey();
        const talk = new Talk(machine, { machine: machineOf(key.public) });
        const bytes = talk.make("ping", [key.public, 0], { key });
        await strangers.next().send(bytes, joined.server);
      }
      expect(await machine.alive(), "It is silent");
    },
  },
  {
    id: "S-04 silent-connections",
    section: "Limits and times",
    severity: "SHOULD",
    says: "| TLS handshake ",
    async run({ machine }) {
      const silent = await Promise.all(
        Array.from({ length: 50 }, () => Deno.connect({ ...machine.sip })),
      );
      try {
        const { said } = await request(machine, "declasse", [random(32)]);
        same("Beside 50 that say nothing", said?.args[0] ?? "closed", "absent");
        const [first] = silent;
        const buffer = new Uint8Array(16);
        const over = first?.read(buffer).catch(() => null);
        await eventually("It closes who says nothing", async () => {
          const length = await Promise.race([over, pause(50).then(() => -1)]);
          return length === null || length === 0 ? true : null;
        }, 12_000);
      } finally {
        for (const conn of silent) conn.close();
      }
    },
  },
];
