/**
 * The vectors of SiP: what is said, byte by byte, by both ends of ours, each
 * played against the bytes of the other.
 */

import { assertEquals } from "@std/assert";
import { SipClient } from "../../lib/sip/client.ts";
import type { ListSink, SipDoors, SipNote } from "../../lib/sip/doors.ts";
import { fillFromBytes } from "../../lib/sip/fill.ts";
import { encodeFrame, readFrame } from "../../lib/sip/frames.ts";
import { FRAME_BYTES_MAX, SIP_LIMITS } from "../../lib/sip/limits.ts";
import { certificatePem } from "../../lib/sip/pin.ts";
import { proofMessage, signProof } from "../../lib/sip/proof.ts";
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
} from "../../lib/sip/request.ts";
import { serveSip } from "../../lib/sip/serve.ts";
import { concat, sha256, toHex, utf8 } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed, machineOf } from "../../lib/trust/keys.ts";
import { signList } from "../../lib/trust/list_statement.ts";
import exchanges from "../vectors/sip_exchanges.json" with { type: "json" };
import frames from "../vectors/sip_frames.json" with { type: "json" };
import { HandClock, listenerOf, MemoryStream } from "./memory_stream.ts";
import { disk, temporaryDirectory } from "./things.ts";

const bytesOf = Uint8Array.fromHex;

for (const { from, body, frame, message } of frames.good) {
  Deno.test(`encodeFrame and readFrame agree with the vector of ${body}`, async () => {
    const theirs = messageOf(message);
    const bytes = from === "machine"
      ? encodeRequest(theirs)
      : encodeAnswer(theirs);
    assertEquals(bytes, utf8(body));
    assertEquals(toHex(encodeFrame(bytes, FRAME_BYTES_MAX)), frame);
    const fill = fillFromBytes(bytesOf(frame), 0);
    const read = await readFrame(fill, FRAME_BYTES_MAX);
    assertEquals(read, { ok: true, value: utf8(body) });
    const decode = from === "machine" ? decodeRequest : decodeAnswer;
    assertEquals(decode(bytes), theirs);
  });
}

/** The message, with its signature as bytes. */
function messageOf(message: (typeof frames.good)[number]["message"]): never {
  const { signature } = message as { readonly signature?: string };
  const read = signature === undefined
    ? message
    : { ...message, signature: bytesOf(signature) };
  return read as never;
}

for (const { from, frame, body, max, fault } of frames.refused) {
  const name = body ?? (frame || "nothing");
  Deno.test(`readFrame or its reader refuses ${name} of a ${from}: ${fault}, S-08, S-15`, async () => {
    const read = await readFrame(fillFromBytes(bytesOf(frame), 0), max);
    if (!read.ok) return assertEquals(read.fault, fault);
    const decode = from === "machine" ? decodeRequest : decodeAnswer;
    assertEquals(decode(read.value), null);
    assertEquals(fault, "word");
  });
}

const key = keyPairFromSeed(bytesOf(exchanges.machineSeed));
const machine = bytesOf(exchanges.machine);
const session = bytesOf(exchanges.session);
const certificateHash = bytesOf(exchanges.certificateHash);

Deno.test("signProof agrees with the vector", () => {
  assertEquals(toHex(key.publicKey), exchanges.machineKey);
  assertEquals(machineOf(key.publicKey), machine);
  assertEquals(sha256(bytesOf(exchanges.certificate)), certificateHash);
  const { request, signed, signature } = exchanges.proof;
  const nonce = bytesOf(exchanges.nonce);
  const facts = {
    nonce,
    certificateHash,
    session,
    machine,
    request: utf8(request),
  };
  assertEquals(toHex(proofMessage(facts)), signed);
  const proof = concat(machine, session, bytesOf(signature));
  assertEquals(signProof(key, facts), proof);
});

for (const exchange of exchanges.exchanges) {
  const said = (by: string) =>
    concat(
      ...exchange.steps.filter(({ from }) => from === by)
        .map(({ hex }) => bytesOf(hex)),
    );
  const held = bytesOf(exchange.held ?? "");
  const full = exchange.name.includes("too many");
  const none = exchange.name.includes("when there is none");

  Deno.test(`serveSip says its part of the vector of ${exchange.name}`, async () => {
    const stream = new MemoryStream(said("machine"));
    const ended = Promise.withResolvers<SipNote>();
    serveSip({
      listener: listenerOf(stream),
      certificateHash,
      clock: new HandClock(),
      randomness: {
        bytes: () => bytesOf(exchanges.nonce),
        fraction: () => 0,
      },
      limits: { ...SIP_LIMITS, transfersMax: full ? 0 : 1 },
      doors: houseWith(held, none ? null : bytesOf(exchanges.downgrade)),
      log: ended.resolve,
    });
    const { kind } = await ended.promise;
    assertEquals(kind, full || none ? "refused" : "done");
    assertEquals(toHex(stream.written), toHex(said("server")));
    assertEquals(stream.closed, true);
  });

  Deno.test(`SipClient says its part of the vector of ${exchange.name}`, async () => {
    await using directory = await temporaryDirectory();
    const stream = new MemoryStream(said("server"));
    const client = new SipClient({
      streams: {
        connect: () => Promise.resolve(stream),
        listen() {
          throw new Error("A client does not listen");
        },
      },
      disk,
      clock: new HandClock(),
      limits: SIP_LIMITS,
      identity: { key, machine },
    });
    const partPath = `${directory.path}/part`;
    await Deno.writeFile(partPath, held);
    assertEquals(await play(client, exchange.name, partPath), !full);
    assertEquals(toHex(stream.written), toHex(said("machine")));
    assertEquals(stream.closed, true);
  });
}

/** Makes the call that the vector's name asks for; true when it went well. */
async function play(
  client: SipClient,
  name: string,
  partPath: string,
): Promise<boolean> {
  const server = {
    address: { hostname: "127.0.0.1", port: 3615 },
    certificatePem: certificatePem(bytesOf(exchanges.certificate)),
    certificateHash,
    session,
  };
  if (name.startsWith("the publishers' list")) {
    const outcome = await client.fetchPublishers({ server });
    return outcome.ok && toHex(outcome.value) === exchanges.publishers;
  }
  if (name.startsWith("a downgrade statement")) {
    const sha256 = exchanges.packageSha256;
    const outcome = await client.fetchDowngrade({ server, sha256 });
    if (!outcome.ok) return false;
    const none = name.includes("when there is none");
    return none
      ? outcome.value === null
      : toHex(outcome.value ?? new Uint8Array()) === exchanges.downgrade;
  }
  if (name.startsWith("a program list")) {
    const from = bytesOf(exchanges.list);
    const sha256 = exchanges.listSha256;
    const size = exchanges.listDocument.length / 2;
    const signature = signList(key, { machine, sha256, size });
    assertEquals(toHex(signature), exchanges.listSignature);
    const list = { from, sha256, size, packed: from.length, signature };
    return (await client.uploadList({ server, ...list })).ok;
  }
  const outcome = await client.downloadPackage({
    server,
    sha256: exchanges.packageSha256,
    size: exchanges.package.length / 2,
    partPath,
  });
  if (!outcome.ok) return false;
  assertEquals(toHex(outcome.value.statement), exchanges.statement);
  assertEquals(toHex(await Deno.readFile(partPath)), exchanges.package);
  return true;
}

/** A house that has the vectors' package, and `held` of a list. */
function houseWith(
  held: Uint8Array,
  downgrade: Uint8Array | null,
): SipDoors {
  return {
    machine: () => key.publicKey,
    moved() {},
    async package(sha256) {
      if (sha256 !== exchanges.packageSha256) return null;
      await using directory = await temporaryDirectory();
      const path = `${directory.path}/A.ieo`;
      await Deno.writeFile(path, bytesOf(exchanges.package));
      return {
        statement: bytesOf(exchanges.statement),
        size: exchanges.package.length / 2,
        file: await disk.open(path, { read: true }),
      };
    },
    publishers: () => bytesOf(exchanges.publishers),
    downgrade: (sha256) =>
      sha256 === exchanges.packageSha256 ? downgrade : null,
    receiveList() {
      const came: Uint8Array[] = [held];
      const sink: ListSink = {
        offset: held.length,
        write(bytes) {
          came.push(bytes.slice());
          return Promise.resolve();
        },
        finish() {
          const whole = toHex(concat(...came)) === exchanges.list;
          return Promise.resolve(whole ? null : "hash");
        },
        abandon() {},
      };
      return Promise.resolve(sink);
    },
  };
}
