/**
 * Every lawful conversation with a server, and who becomes a machine of it.
 *
 * @module
 */

import { type Case, expect, pause, same, Skipped } from "../kit/case.ts";
import { betweenCalls, type ServerStage } from "../kit/server_stage.ts";
import { madeList, request, upload } from "../kit/sip_client.ts";
import { Talk } from "../kit/talk.ts";
import { hex, random, same as equal, sha256, unbase64 } from "../wire/bytes.ts";
import { none } from "../wire/datagram.ts";
import { envelopeHolds, readDelegation } from "../wire/keys.ts";

export const SERVER_LAWFUL: readonly Case<ServerStage>[] = [
  {
    id: "lawful 1b-enrolment",
    section: "Standing",
    says: "| new, with a good proof",
    async run({ machine, joined }) {
      expect(!equal(machine.session, none(8)), "There is no session");
      same(
        "The hash of `certificate`",
        hex(sha256(machine.certificate)),
        hex(joined.certificateHash),
      );
      expect(await machine.alive(), "Its [echo] is of another session");
    },
  },
  {
    id: "lawful 1b-again",
    section: "Standing",
    says: "| approved ",
    async run({ machine }) {
      await betweenCalls();
      const before = hex(machine.session);
      machine.session = none(8);
      machine.counter = 0;
      const found = await machine.discover(null);
      same("The verdict without a proof", found?.verdict ?? "", "accepte");
      expect(hex(machine.session) !== before, "The session is the old one");
      expect(await machine.alive(), "Its [echo] is of another session");
    },
  },
  {
    id: "lawful delegation-in-echo",
    section: "The body",
    says: "`delegation`: the server's own, when the machine's serial is lower",
    async run(stage) {
      const { joined } = stage;
      const machine = stage.newMachine();
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs(joined.serial - 1n));
      const echo = await talk.hear(["echo"]);
      const shown = unbase64(echo.args[1] ?? "");
      const read = readDelegation(joined.fleetKey, shown);
      expect(read !== null, "[echo] shows no delegation of the fleet's key");
      same("Its serial", read.serial, joined.serial);
    },
  },
  {
    id: "K-04 proofs",
    section: "Standing",
    says: "| new, no proof or a wrong one",
    async run(stage) {
      const wrongs = [null, random(32)];
      for (const secret of wrongs) {
        const found = await stage.newMachine().discover(secret);
        same("The verdict", found?.verdict ?? "silence", "refuse");
        same("The reason", found?.reason ?? "", "secret");
        same("`certificate`", found?.certificate.length ?? 0, 0);
      }
    },
  },
  {
    id: "K-04 proof-of-another-conversation",
    section: "The proof of enrolment",
    says:
      "So a proof is worth nothing to another machine and in another conversation.",
    async run(stage) {
      const machine = stage.newMachine();
      const recorded = new Talk(machine);
      const talk = new Talk(machine);
      await talk.tell("ping", ...machine.pingArgs());
      await talk.hear(["echo"]);
      await talk.tell("identifie", ...machine.identity(recorded, random(16)));
      const found = await machine.named(talk);
      same("The verdict", found?.verdict ?? "silence", "refuse");
      const other = stage.newMachine();
      const second = new Talk(other);
      await second.tell("ping", ...other.pingArgs());
      await second.hear(["echo"]);
      const prev = second.make("OK").slice(48, 64);
      await second.tell("identifie", ...machine.identity(second, prev));
      const stolen = await other.named(second);
      same("The verdict", stolen?.verdict ?? "silence", "refuse");
    },
  },
  {
    id: "lawful 5-list",
    section: "A program list: `[liste{sha256+size+packed+signature}]`",
    says: "when the list is whole, is what was announced and is in its place",
    async run({ machine }) {
      const list = madeList("kit-one", "kit-two");
      same("Its answer", await machine.offer(sha256(list)), "envoie");
      same("The upload", (await upload(machine, list)).end, "OK");
      same("With its hash it", await machine.offer(sha256(list)), "inchange");
      const empty = madeList();
      same("An empty list", (await upload(machine, empty)).end, "OK");
      same("The upload again", (await upload(machine, list)).end, "OK");
    },
  },
  {
    id: "S-02 list-resumed",
    section: "A program list: `[liste{sha256+size+packed+signature}]`",
    says:
      "how many packed bytes of this list it has from an earlier, cut upload",
    async run({ machine }) {
      const names = Array.from({ length: 3_000 }, () => hex(random(12)));
      const list = madeList(...names);
      await upload(machine, list, { cutAt: 40_000 });
      await pause(150);
      const second = await upload(machine, list);
      expect(
        Number(second.offset) > 0 && Number(second.offset) <= 40_000,
        `It has ${second.offset} bytes of 40000`,
      );
      same("The upload", second.end, "OK");
      const third = await upload(machine, list);
      expect(
        Number(third.offset) > 40_000,
        "It wants bytes of a list it holds",
      );
      same("The upload again", third.end, "OK");
    },
  },
  {
    id: "lawful editeurs",
    section: "The publishers' list: `[editeurs]`",
    says: "The list is signed by the fleet's owner",
    async run({ machine, joined }) {
      const { said, rest } = await request(machine, "editeurs");
      if (said?.word === "rate") {
        throw new Skipped("it has no publishers' list");
      }
      same("Its answer", said?.word ?? "closed", "OK");
      same("Bytes behind it", rest?.length ?? 0, Number(said?.args[0]));
      const text = new TextDecoder().decode(rest ?? none(0));
      expect(
        envelopeHolds(joined.fleetKey, text),
        "The list is not signed by the fleet's key",
      );
    },
  },
  {
    id: "lawful paquet",
    section: "A package: `[paquet{sha256+offset}]`",
    says: "the bytes from `offset` to `size`; then it closes",
    async run({ machine, packageBytes }) {
      if (packageBytes === null) throw new Skipped("no --package is given");
      const hash = sha256(packageBytes);
      const { length } = packageBytes;
      for (const offset of [0, 1, length >> 1, length - 1, length]) {
        const { said, rest } = await request(machine, "paquet", [hash, offset]);
        same(
          "Its answer",
          said?.args[0] ?? said?.word ?? "closed",
          `${length}`,
        );
        const head = rest?.slice(0, 4) ?? none(4);
        const statement = Number(`0x${hex(head)}`);
        const bytes = rest?.slice(4 + statement) ?? none(0);
        expect(
          equal(bytes, packageBytes.slice(offset)),
          `From ${offset} came ${bytes.length} other bytes`,
        );
      }
      const beyond = await request(machine, "paquet", [hash, length + 1]);
      same("Beyond its end", beyond.said?.args[0] ?? "", "package");
    },
  },
];
