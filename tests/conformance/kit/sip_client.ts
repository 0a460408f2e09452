/**
 * A machine's end of SiP, played: lawful, or with whatever a case puts in.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import { type Argument, body, readBody, type Said } from "../wire/body.ts";
import { type Bytes, sha256, utf8 } from "../wire/bytes.ts";
import { HOST_NAME, pemOf } from "../wire/certificate.ts";
import { listSigned } from "../wire/keys.ts";
import { frame, proofSigned, WireReader, writeAll } from "../wire/sip.ts";
import { Wrong } from "./case.ts";
import type { PlayedMachine } from "./played_machine.ts";

/** What is other than lawful in a request. */
export interface Bent {
  readonly request?: Bytes;
  /** In place of the frame around the request. */
  readonly framed?: Bytes;
  readonly nonce?: Bytes;
  readonly certificateHash?: Bytes;
  readonly session?: Bytes;
  readonly machine?: Bytes;
  readonly signer?: PlayedMachine;
  /** In place of the whole proof. */
  readonly proof?: Bytes;
}

export class Connection {
  readonly reader: WireReader;
  proof: Bytes = new Uint8Array(0);

  private constructor(
    readonly machine: PlayedMachine,
    readonly conn: Deno.TlsConn,
    readonly nonce: Bytes,
    reader: WireReader,
  ) {
    this.reader = reader;
  }

  /** TLS with the pinned certificate, and the greeting. */
  static async open(machine: PlayedMachine): Promise<Connection> {
    const tcp = await Deno.connect({ ...machine.sip });
    tcp.setNoDelay(true);
    const conn = await Deno.startTls(tcp, {
      hostname: HOST_NAME,
      caCerts: [pemOf(machine.certificate)],
    });
    const reader = new WireReader(conn);
    const greeting = await reader.exactly(36);
    if (greeting === null) throw new Wrong("The server greets nobody in SiP");
    const magic = new TextDecoder().decode(greeting.slice(0, 4));
    if (magic !== "SiP1") throw new Wrong(`SiP begins with "${magic}"`);
    return new Connection(machine, conn, greeting.slice(4), reader);
  }

  /** The request and its proof. */
  async ask(
    word: string,
    args: readonly Argument[] = [],
    bent: Bent = {},
  ): Promise<void> {
    const request = bent.request ?? body(word, ...args);
    const signer = bent.signer ?? this.machine;
    const said = {
      nonce: bent.nonce ?? this.nonce,
      certificateHash: bent.certificateHash ??
        sha256(this.machine.certificate),
      session: bent.session ?? this.machine.session,
      machine: bent.machine ?? this.machine.machine,
      request,
    };
    this.proof = bent.proof ?? new Uint8Array([
      ...said.machine,
      ...said.session,
      ...signer.key.sign(proofSigned(said)),
    ]);
    await writeAll(
      this.conn,
      new Uint8Array([...bent.framed ?? frame(request), ...this.proof]),
    );
  }

  /** The answer; null when the server closes without one. */
  async answer(withinMs = 6_000): Promise<Said | null> {
    const bytes = await this.reader.frame(1_024, withinMs);
    return bytes === null ? null : readBody(bytes);
  }

  close(): void {
    try {
      this.conn.close();
    } catch {
      // The server was faster.
    }
  }
}

/** One request, its answer, and what comes behind up to the end. */
export async function request(
  machine: PlayedMachine,
  word: string,
  args: readonly Argument[] = [],
  bent: Bent = {},
): Promise<{ said: Said | null; rest: Bytes | null; proof: Bytes }> {
  const connection = await Connection.open(machine);
  try {
    await connection.ask(word, args, bent);
    const said = await connection.answer();
    const rest = said === null ? null : await connection.reader.rest();
    return { said, rest, proof: connection.proof };
  } finally {
    connection.close();
  }
}

/** What may be other than lawful in an upload. */
export interface UploadBent {
  readonly packed?: Bytes;
  readonly hash?: Bytes;
  readonly size?: number;
  readonly packedSize?: number;
  readonly signature?: Bytes;
  /** Stop after so many bytes and close. */
  readonly cutAt?: number;
}

export const pack = (document: Bytes): Bytes =>
  new Uint8Array(gzipSync(document));

/** Sends a list; tells both answers as `OK`, `rate signature`, `closed`. */
export async function upload(
  machine: PlayedMachine,
  document: Bytes,
  bent: UploadBent = {},
): Promise<{ offset: string; end: string }> {
  const packed = bent.packed ?? pack(document);
  const hash = bent.hash ?? sha256(document);
  const size = bent.size ?? document.length;
  const signed = listSigned(machine.machine, hash, size);
  const args = [
    ...[hash, size, bent.packedSize ?? packed.length],
    bent.signature ?? machine.key.sign(signed),
  ];
  const connection = await Connection.open(machine);
  try {
    await connection.ask("liste", args);
    const first = await connection.answer();
    if (first?.word !== "OK") return { offset: "", end: show(first) };
    const offset = first.args[0] ?? "";
    const cut = bent.cutAt ?? packed.length;
    await writeAll(connection.conn, packed.slice(Number(offset), cut));
    if (cut < packed.length) return { offset, end: "cut" };
    return { offset, end: show(await connection.answer(20_000)) };
  } finally {
    connection.close();
  }
}

const show = (said: Said | null) =>
  said === null ? "closed" : [said.word, ...said.args].join(" ");

/** A list of programs, lawful line by line. */
export function madeList(...names: readonly string[]): Bytes {
  const head = {
    ...{ $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json" },
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    metadata: { lifecycles: [{ phase: "operations" }] },
  };
  const begin = `${JSON.stringify(head).slice(0, -1)},"components":[`;
  if (names.length === 0) return utf8(`${begin}]}\n`);
  const lines = names.toSorted().map((name) =>
    JSON.stringify({
      ...{ type: "application", name, version: "1.0" },
      purl: `pkg:generic/${name}@1.0`,
      properties: [{ name: "flottille:source", value: "kit" }],
    })
  );
  return utf8(`${begin}\n${lines.join(",\n")}\n]}\n`);
}
