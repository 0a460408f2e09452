/**
 * The server is killed, approves by hand, and puts a machine out.
 *
 * @module
 */

import { type Case, eventually, expect, same, Skipped } from "../kit/case.ts";
import { request } from "../kit/sip_client.ts";
import { betweenCalls, type ServerStage } from "../kit/server_stage.ts";
import { Talk } from "../kit/talk.ts";
import { hex, random, same as equal } from "../wire/bytes.ts";

/** The epoch of a server's `[ping]`, which a lawful machine is sent. */
async function epochOf(stage: ServerStage): Promise<bigint | null> {
  const { said } = stage.machine;
  const found = said.findLast(({ word }) => word === "ping");
  await Promise.resolve();
  return found === undefined ? null : BigInt(found.args[0] ?? "0");
}

export const SERVER_STANDING: readonly Case<ServerStage>[] = [
  {
    id: "C-14 restart",
    section: "Sessions",
    says: "A session is not stored. An end that restarts has none.",
    async run(stage) {
      const { machine } = stage;
      const before = await epochOf(stage);
      const recorded = machine.sent.slice(-40);
      const held = machine.session;
      machine.answers = false;
      await stage.restart(stage.commands.run, "SIGKILL");
      expect(!await machine.alive(), "It holds the session of before");
      const since = machine.said.length;
      for (const bytes of recorded) await machine.send(bytes);
      await betweenCalls();
      const inOld = machine.said.slice(since).filter(({ session, word }) =>
        equal(session, held) && word !== "echo"
      );
      same("Words in the session of before", inOld.length, 0);
      const { said } = await request(machine, "declasse", [random(32)]);
      same("SiP in the session of before", said?.word ?? "closed", "closed");
      machine.answers = true;
      const found = await machine.discover();
      same("The verdict", found?.verdict ?? "silence", "accepte");
      const after = await epochOf(stage);
      if (before !== null && after !== null && after !== before) {
        expect(after > before, `Its epoch went from ${before} to ${after}`);
      }
    },
  },
  {
    id: "C-21 pending",
    section: "Sessions",
    says:
      "**A pending machine's session** carries discovery, 2a and 2b, and nothing else.",
    async run(stage) {
      const { manual } = stage.commands;
      if (manual === undefined) {
        throw new Skipped('no command is given for "manual"');
      }
      await stage.restart(manual);
      await stage.ready();
      const machine = stage.newMachine();
      const found = await machine.discover();
      same("The verdict", found?.verdict ?? "silence", "attente");
      expect(await machine.alive(), "Its [echo] is of another session");
      const talk = machine.begin();
      await talk.tell("vliste", random(32));
      const answer = await talk.listen(250);
      expect(answer === null, "It answers a pending machine's [vliste]");
      const { said } = await request(machine, "editeurs");
      same("SiP of a pending machine", said?.word ?? "closed", "closed");
      const held = hex(machine.session);
      await stage.operator("approve", { machine: hex(machine.machine) });
      await eventually(
        "After the approval the server discovers it",
        () => hex(machine.session) === held ? null : true,
      );
      expect(await machine.alive(), "The session is not the server's");
      const after = await request(machine, "declasse", [random(32)]);
      same("SiP after the approval", after.said?.args[0] ?? "closed", "absent");
    },
  },
  {
    id: "C-21 revoked",
    section: "Standing",
    says:
      "When the owner approves or revokes a machine, the server forgets its session",
    async run(stage) {
      await betweenCalls();
      const machine = stage.newMachine();
      await machine.discover();
      const held = machine.session;
      await stage.operator("revoke", { machine: hex(machine.machine) });
      const { said } = await request(machine, "editeurs");
      same("SiP of a revoked machine", said?.word ?? "closed", "closed");
      machine.answers = false;
      const offer = new Talk(machine, { session: held, counter: 9 });
      await offer.tell("vliste", random(32));
      expect(await offer.listen(200) === null, "It answers its [vliste]");
      await betweenCalls();
      const found = await machine.discover();
      same("The verdict", found?.verdict ?? "silence", "refuse");
      same("The reason", found?.reason ?? "", "revoked");
      await betweenCalls();
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs());
      await talk.hear(["echo"]);
      const prev = talk.make("OK").slice(48, 64);
      await talk.tell("identifie", ...machine.identity(talk, prev));
      expect(
        await talk.listen(250) === null,
        "It tells a revoked machine so again at once",
      );
    },
  },
  {
    id: "D-06 nothing-unlawful",
    section: "Receiving",
    says: "What fails is met with silence.",
    run({ machine }) {
      expect(
        machine.unlawful.length === 0,
        `In all this it sent ${machine.unlawful.slice(0, 3).join(", ")}`,
      );
      return Promise.resolve();
    },
  },
];
