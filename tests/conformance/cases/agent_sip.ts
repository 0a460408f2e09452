/**
 * The agent's end of SiP: what it makes of a server that cuts, lies, or is
 * another.
 *
 * @module
 */

import type { AgentStage } from "../kit/agent_stage.ts";
import { type Case, expect, same } from "../kit/case.ts";
import { SipHouse } from "../kit/sip_house.ts";
import { concat, random, utf8 } from "../wire/bytes.ts";
import { type Certificate, makeCertificate } from "../wire/certificate.ts";
import { frame } from "../wire/sip.ts";
import { type Answer, LIES, STATEMENTS, type Thing } from "./agent_sip_lies.ts";

const LARGE = 200_000;

/** Orders a package whose download goes wrong, and tells the reason. */
async function downloaded(
  stage: AgentStage,
  answer: Answer,
  options: Parameters<AgentStage["publish"]>[2] = {},
): Promise<{ reason: string; thing: Thing }> {
  const name = `kit-sip-${stage.nextSerial()}`;
  const thing = stage.publish(name, "1.0", options);
  stage.sip.scripts.push({
    word: "paquet",
    answer: (call) => answer(call, thing),
  });
  const result = await stage.install(thing);
  return { thing, reason: result.args[2] ?? result.word };
}

const idOf = (name: string) => {
  const [fault = "", ...words] = name.split(" ");
  return `${fault} ${words.join("-").replaceAll(/[^a-z0-9-]/g, "")}`;
};

/** A server with another certificate than the delegation's. */
function impostor(
  id: string,
  made: () => Promise<Certificate>,
): Case<AgentStage> {
  return {
    id,
    section: "TLS",
    says: "It accepts one certificate: the one that `[identifiant]` carried",
    async run(stage) {
      const { server } = stage;
      const { hostname } = server.socket.address;
      const house = new SipHouse({ hostname, port: 0 }, await made());
      house.keyOf = () => server.known.key;
      try {
        server.sipAt = house.address;
        await server.ping();
        const result = await stage.install(stage.publish("kit-pinned", "1.0"));
        same("The reason", result.args[2] ?? result.word, "network");
        same("Requests that it made", house.asked.length, 0);
        expect(house.connections > 0, "It did not connect at all");
      } finally {
        house.close();
        server.sipAt = stage.sip.address;
        await server.ping();
      }
    },
  };
}

export const AGENT_SIP: readonly Case<AgentStage>[] = [
  ...LIES.map(({ name, reason, answer }): Case<AgentStage> => ({
    id: idOf(name),
    section: "The beginning of every exchange",
    says: "When a download fails, the machine says why in the `[rate]` of SeP",
    async run(stage) {
      const { reason: found, thing } = await downloaded(stage, answer);
      same("The reason", found, reason);
      same("possede", await stage.owns(thing.name, "1.0"), "non");
    },
  })),
  ...STATEMENTS.map(({ name, reason, options }): Case<AgentStage> => ({
    id: idOf(name),
    section: "The statement, A.ieo.sig",
    says: "A receiver checks in this order and stops at the first fault.",
    async run(stage) {
      const { reason: found, thing } = await downloaded(
        stage,
        async (call, thing) => {
          await call.say("OK", thing.bytes.length);
          await call.send(frame(thing.statement), thing.bytes);
        },
        options(stage),
      );
      same("The reason", found, reason);
      same("possede", await stage.owns(thing.name, "1.0"), "non");
    },
  })),
  {
    id: "S-02 resumed",
    section: "A package: `[paquet{sha256+offset}]`",
    says: "keeps what it has when the connection ends early",
    async run(stage) {
      const half = LARGE >> 1;
      const { thing, reason } = await downloaded(
        stage,
        async (call, { bytes, statement }) => {
          await call.say("OK", bytes.length);
          await call.send(frame(statement), bytes.slice(0, half));
        },
        { content: random(LARGE) },
      );
      same("The reason", reason, "network");
      const before = stage.sip.asked.length;
      const again = await stage.install(thing, stage.nextOrder());
      same("The second attempt", again.word, "reussi");
      const [asked] = stage.sip.asked.slice(before).filter(({ word }) =>
        word === "paquet"
      );
      same("The offset that it asked for", asked?.args[1] ?? "", `${half}`);
    },
  },
  {
    id: "S-10 resumed-into-another",
    section: "A package: `[paquet{sha256+offset}]`",
    says: "if it was a resumed download, it asks once more, from byte 0.",
    async run(stage) {
      const { thing } = await downloaded(
        stage,
        async (call, { bytes, statement }) => {
          await call.say("OK", bytes.length);
          await call.send(frame(statement), random(LARGE >> 1));
        },
        { content: random(LARGE) },
      );
      const before = stage.sip.asked.length;
      const again = await stage.install(thing, stage.nextOrder());
      same("The second attempt", again.word, "reussi");
      const offsets = stage.sip.asked.slice(before)
        .filter(({ word }) => word === "paquet").map(({ args }) => args[1]);
      same("The offsets", offsets.join(", "), `${LARGE >> 1}, 0`);
    },
  },
  {
    id: "S-16 another-greeting",
    section: "The beginning of every exchange",
    says: "| 1    | server  | `SiP1` (4), nonce (32)",
    async run(stage) {
      const thing = stage.publish("kit-greeted", "1.0");
      stage.sip.raw = (call) => call.send(concat(utf8("SiP2"), call.nonce));
      const before = stage.sip.asked.length;
      const result = await stage.install(thing);
      same("The reason", result.args[2] ?? result.word, "network");
      same("Requests", stage.sip.asked.length - before, 0);
    },
  },
  impostor("S-09 self-signed-by-another", () => makeCertificate()),
  impostor("S-09 authority", () => makeCertificate({ authority: true })),
  {
    id: "S-09 plain-tcp",
    section: "TLS",
    says: "shakes hands (TLS 1.3, or 1.2 with an AEAD suite)",
    async run(stage) {
      const { server } = stage;
      const { hostname } = server.socket.address;
      const listener = Deno.listen({ hostname, port: 0 });
      let heard = new Uint8Array(0);
      const serving = listener.accept().then(async (conn) => {
        await conn.write(concat(utf8("SiP1"), random(32)));
        const buffer = new Uint8Array(2_000);
        heard = buffer.slice(0, await conn.read(buffer) ?? 0);
        conn.close();
      }).catch(() => {});
      try {
        const { port } = listener.addr as Deno.NetAddr;
        server.sipAt = { hostname, port };
        await server.ping();
        const result = await stage.install(stage.publish("kit-plain", "1.0"));
        same("The reason", result.args[2] ?? result.word, "network");
        const text = new TextDecoder().decode(heard);
        expect(!text.includes("[paquet"), "It asked without TLS");
      } finally {
        listener.close();
        await serving;
        server.sipAt = stage.sip.address;
        await server.ping();
      }
    },
  },
];
