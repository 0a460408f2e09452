/**
 * The server's end of SiP: what it makes of a machine that lies, asks for what
 * is not its own, or is none.
 *
 * @module
 */

import { type Case, expect, same } from "../kit/case.ts";
import {
  type Bent,
  Connection,
  madeList,
  pack,
  request,
  upload,
  type UploadBent,
} from "../kit/sip_client.ts";
import type { ServerStage } from "../kit/server_stage.ts";
import {
  type Bytes,
  concat,
  flipped,
  number,
  random,
  sha256,
  unhex,
  utf8,
} from "../wire/bytes.ts";
import { frame, proofSigned } from "../wire/sip.ts";
import { type ListVectors, vectors } from "../wire/vectors.ts";

/** Proofs and requests after which the server must close without a word. */
const SILENT: readonly {
  readonly id: string;
  readonly bent: (stage: ServerStage) => Bent;
  readonly word?: string;
}[] = [
  { id: "S-16 nonce-of-another", bent: () => ({ nonce: random(32) }) },
  {
    id: "S-16 relayed-to-another-server",
    bent: () => ({ certificateHash: random(32) }),
  },
  { id: "S-16 another-session", bent: () => ({ session: random(8) }) },
  {
    id: "S-16 no-session",
    bent: () => ({ session: new Uint8Array(8) }),
  },
  {
    id: "S-16 another-machine",
    bent: () => ({ machine: random(16) }),
  },
  {
    id: "S-16 another-machines-key",
    bent: (stage) => ({ signer: stage.newMachine() }),
  },
  { id: "S-16 zeros", bent: () => ({ proof: new Uint8Array(88) }) },
  ...[
    ["path", "[paquet{../../etc/passwd+0}]"],
    ["absolute-path", "[paquet{%2Fetc%2Fpasswd+0}]"],
    ["short-hash", "[paquet{AAAA+0}]"],
    ["no-offset", "[paquet{AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA}]"],
    ["negative", "[paquet{AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+-1}]"],
    [
      "leading-zero",
      "[paquet{AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+00}]",
    ],
    [
      "offset-2-64",
      "[paquet{AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+18446744073709551616}]",
    ],
    ["unknown-word", "[donne{tout}]"],
    ["an-answer", "[OK{25}]"],
    ["sep-word", "[ping]"],
    ["list-of-another", "[liste{AAAA}]"],
    ["argument-too-many", "[editeurs{x}]"],
    ["not-canonical", "[%65diteurs]"],
    ["http", "GET / HTTP/1.1"],
    ["line-feed", "[editeurs]\n"],
  ].map(([name, text]) => ({
    id: `S-15 ${name}`,
    bent: () => ({ request: utf8(text ?? "") }),
  })),
  ...[0, 1_025, 2 ** 31, 2 ** 32 - 1].map((length) => ({
    id: `S-08 request-of-${length}`,
    bent: () => ({ framed: concat(number(length, 4), random(64)) }),
  })),
];

const UPLOADS: readonly {
  readonly id: string;
  readonly end: string;
  readonly bent: (document: Bytes) => UploadBent;
}[] = [
  {
    id: "S-17 signature",
    end: "rate signature",
    bent: () => ({ signature: random(64) }),
  },
  {
    id: "S-17 signature-of-another-size",
    end: "rate signature",
    bent: (document) => ({
      size: document.length + 1,
      signature: new Uint8Array(64),
    }),
  },
  {
    id: "S-17 too-large",
    end: "rate package",
    bent: () => ({ size: 134_217_729 }),
  },
  {
    id: "S-17 too-large-packed",
    end: "rate package",
    bent: () => ({ packedSize: 33_554_433 }),
  },
  {
    id: "S-17 another-hash",
    end: "rate hash",
    bent: () => ({ hash: random(32) }),
  },
  {
    id: "S-17 a-byte-more-than-said",
    end: "rate hash",
    bent: (document) => ({ size: document.length - 1 }),
  },
  {
    id: "S-17 a-byte-less-than-said",
    end: "rate hash",
    bent: (document) => ({ size: document.length + 1 }),
  },
  {
    id: "S-17 no-gzip",
    end: "rate hash",
    bent: (document) => ({ packed: document }),
  },
  {
    id: "S-17 two-members",
    end: "rate hash",
    bent: (document) => ({
      packed: concat(pack(document.slice(0, 9)), pack(document.slice(9))),
    }),
  },
  {
    id: "S-17 bytes-behind",
    end: "rate hash",
    bent: (document) => ({ packed: concat(pack(document), utf8("x")) }),
  },
  {
    id: "S-17 wrong-crc",
    end: "rate hash",
    bent: (document) => {
      const packed = pack(document);
      return { packed: flipped(packed, 8 * (packed.length - 8)) };
    },
  },
  {
    id: "S-17 option-in-the-head",
    end: "rate hash",
    bent: (document) => {
      const packed = pack(document);
      const named = [...packed.slice(0, 10), 0x61, 0, ...packed.slice(10)];
      named[3] = 8;
      return { packed: Uint8Array.from(named) };
    },
  },
  {
    id: "S-17 bomb",
    end: "rate hash",
    bent: () => ({ packed: pack(new Uint8Array(30_000_000)) }),
  },
  {
    id: "S-17 nothing",
    end: "rate hash",
    bent: () => ({
      packed: new Uint8Array(0),
    }),
  },
];

export const SERVER_SIP: readonly Case<ServerStage>[] = [
  ...SILENT.map(({ id, bent, word = "editeurs" }): Case<ServerStage> => ({
    id,
    section: "The beginning of every exchange",
    says: "To whoever proves nothing it says nothing: it closes.",
    async run(stage) {
      const { said } = await request(stage.machine, word, [], bent(stage));
      same("Its answer", said?.word ?? "closed", "closed");
    },
  })),
  {
    id: "S-16 proof-replayed",
    section: "The beginning of every exchange",
    says:
      "the nonce makes yesterday's proof worthless, and a second use of today's;",
    async run({ machine }) {
      const args = [random(32)];
      const first = await request(machine, "declasse", args);
      same("Its answer", first.said?.args[0] ?? "closed", "absent");
      const { proof } = first;
      const again = await request(machine, "declasse", args, { proof });
      same("To the same proof", again.said?.word ?? "closed", "closed");
    },
  },
  {
    id: "S-15 unknown-package",
    section: "The beginning of every exchange",
    says: "`[rate{package}]`: there is no such package here",
    async run({ machine }) {
      const { said } = await request(machine, "paquet", [random(32), 0]);
      same("Its answer", said?.args[0] ?? "closed", "package");
    },
  },
  {
    id: "S-22 byte-by-byte",
    section: "The beginning of every exchange",
    says: "A **frame** is a length in four bytes and that many bytes.",
    async run({ machine }) {
      const connection = await Connection.open(machine);
      try {
        const request = utf8("[editeurs]");
        const said = {
          nonce: connection.nonce,
          certificateHash: sha256(machine.certificate),
          ...{ session: machine.session, machine: machine.machine, request },
        };
        const whole = concat(
          ...[frame(request), machine.machine, machine.session],
          machine.key.sign(proofSigned(said)),
        );
        for (const byte of whole) {
          await connection.conn.write(Uint8Array.of(byte));
        }
        const answer = await connection.answer();
        expect(answer !== null, "It closed on a request in single bytes");
      } finally {
        connection.close();
      }
    },
  },
  ...UPLOADS.map(({ id, end, bent }): Case<ServerStage> => ({
    id,
    section: "A program list: `[liste{sha256+size+packed+signature}]`",
    says:
      "The server looks at a list in this order, and refuses it at the first thing that is wrong:",
    async run({ machine }) {
      const held = madeList("kit-held");
      same("The good list", (await upload(machine, held)).end, "OK");
      const document = madeList(id.replace(" ", "-").toLowerCase());
      const found = await upload(machine, document, bent(document));
      same("Its answer", found.end, end);
      same(
        "The list from before",
        await machine.offer(sha256(held)),
        "inchange",
      );
    },
  })),
  {
    id: "S-17 rules-of-a-list",
    section: "The fields",
    says: "A server must refuse a list that breaks one of these rules",
    async run({ machine }) {
      const { accepted, refused } = vectors<ListVectors>("peo_lists");
      for (
        const [lists, end] of [
          [accepted, "OK"],
          [refused, "rate package"],
        ] as const
      ) {
        for (const { name, hex } of lists) {
          const found = await upload(machine, unhex(hex));
          same(name, found.end, end);
        }
      }
    },
  },
];
