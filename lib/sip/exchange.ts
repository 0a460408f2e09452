/**
 * How every exchange begins, both ends: the server's nonce, the machine's
 * request with its proof, the server's answer.
 *
 *     server   "SiP1" nonce(32)
 *     machine  frame [paquet{...}] | [editeurs] | [liste{...}] | [declasse{...}]
 *              machine(16) session(8) signature(64)
 *     server   frame [OK{...}] | [rate{...}]
 *
 * The server looks at nothing in the request before the proof is verified: a
 * stranger's bytes meet one length and one signature. Who proves nothing gets
 * no answer.
 *
 * @module
 */

import { type Reason, REASONS } from "../sep/reasons.ts";
import type { MachineId } from "../sep/server_api.ts";
import { concat, equalBytes, utf8 } from "../trust/bytes.ts";
import { showMachine } from "../trust/keys.ts";
import type { KeyPair } from "../trust/keys.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { SipDoors } from "./doors.ts";
import { type Failed, refusedBy, type SipFault } from "./fault.ts";
import { encodeFrame, type FrameFault, readFrame } from "./frames.ts";
import { FRAME_BYTES_MAX, type SipLimits } from "./limits.ts";
import { CLOSED_BY_PEER, type Line } from "./line.ts";
import {
  NONCE_BYTES,
  PROOF_BYTES,
  type ProofFacts,
  signProof,
  splitProof,
  verifyProof,
} from "./proof.ts";
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type SipRequest,
} from "./request.ts";

/** The first bytes from a server: the protocol and its version. */
export const MAGIC = utf8("SiP1");

/** Bytes of the server's greeting: magic and nonce. */
export const GREETING_BYTES = MAGIC.length + NONCE_BYTES;

/** A request of a machine that proved who it is. */
export interface Heard {
  readonly machine: MachineId;
  /** Null when it proved itself and asked for something that is not. */
  readonly request: SipRequest | null;
}

/** The server's end: greets, reads, verifies. The fault is for the log. */
export async function hear(
  line: Line,
  options: {
    readonly nonce: Uint8Array;
    readonly certificateHash: Uint8Array;
    readonly keyOf: SipDoors["machine"];
    readonly limits: SipLimits;
  },
): Promise<Outcome<Heard, string>> {
  line.allow(options.limits.requestMsMax, "The request with its proof");
  const { nonce, certificateHash, keyOf } = options;
  if (!await line.write(concat(MAGIC, nonce))) return fault(endOf(line));
  const frame = await readFrame((into) => line.fill(into), FRAME_BYTES_MAX);
  if (!frame.ok) return fault(frameFault(line, "The request", frame.fault));
  const proof = new Uint8Array(PROOF_BYTES);
  if (await line.fill(proof) < PROOF_BYTES) return fault(endOf(line));
  line.watch();

  const { machine, session, signature } = splitProof(proof);
  const id = showMachine(machine);
  const publicKey = keyOf(id, session);
  if (publicKey === null) {
    return fault(`Machine ${id} is unknown, or its session is not this one`);
  }
  const request = frame.value;
  const facts = { nonce, certificateHash, session, machine, request };
  if (!verifyProof(publicKey, facts, signature)) {
    return fault(`Somebody who says to be machine ${id} could not prove it`);
  }
  return ok({ machine: id, request: decodeRequest(request) });
}

/** Who asks, and by what the server knows them. */
export interface Asker {
  readonly key: KeyPair;
  /** 16 bytes. */
  readonly machine: Uint8Array;
}

/**
 * The machine's end: reads the nonce, asks, reads the answer.
 *
 * @returns The number that `[OK]` carries, or null when it carries none.
 */
export async function ask(
  line: Line,
  request: SipRequest,
  options: {
    readonly asker: Asker;
    readonly session: Uint8Array;
    readonly certificateHash: Uint8Array;
    readonly limits: SipLimits;
  },
): Promise<Outcome<number | null, SipFault>> {
  const { asker, session, certificateHash, limits } = options;
  const what = `Cannot ask for [${request.word}]`;
  line.allow(limits.answerMsMax, "The server's greeting");
  const greeting = new Uint8Array(GREETING_BYTES);
  if (await line.fill(greeting) < GREETING_BYTES) return lineFault(what, line);
  if (!equalBytes(greeting.subarray(0, MAGIC.length), MAGIC)) {
    line.end("What answers does not speak SiP 1");
    return lineFault(what, line);
  }
  const body = encodeRequest(request);
  const facts: ProofFacts = {
    nonce: greeting.subarray(MAGIC.length),
    certificateHash,
    session,
    machine: asker.machine,
    request: body,
  };
  const proof = signProof(asker.key, facts);
  await line.write(concat(encodeFrame(body, FRAME_BYTES_MAX), proof));
  const answer = await readAnswer(line, what, limits);
  return answer.ok || line.ending !== CLOSED_BY_PEER
    ? answer
    : fault({ reason: "network", detail: `${what}: ${SILENCE}` });
}

/** What a server that closes without an answer most likely means by it. */
const SILENCE = "the server closed the connection without an answer; either " +
  "it no longer knows this session, or it is stopping";

/** Reads `[OK]` or `[rate]`; `what` begins the sentence of a fault. */
export async function readAnswer(
  line: Line,
  what: string,
  limits: SipLimits,
): Promise<Outcome<number | null, SipFault>> {
  line.allow(limits.answerMsMax, "The server's answer");
  const frame = await readFrame((into) => line.fill(into), FRAME_BYTES_MAX);
  if (!frame.ok) {
    const detail = frameFault(line, "The answer", frame.fault);
    return fault({ reason: "network", detail: `${what}: ${detail}` });
  }
  const answer = decodeAnswer(frame.value);
  if (answer === null) {
    line.end("The server's answer is not [OK] or [rate]");
    return lineFault(what, line);
  }
  if (answer.word === "rate") {
    line.close();
    return fault(refusedBy(what, answer.reason));
  }
  line.relax();
  return ok(answer.bytes);
}

/**
 * The server says `[OK]` or `[OK{bytes}]`, and `more` in the same breath: of
 * two small writes the second may have to wait for the first to arrive.
 */
export function accept(
  line: Line,
  bytes: number | null,
  more: Uint8Array = new Uint8Array(0),
): Promise<boolean> {
  const body = encodeAnswer({ word: "OK", bytes });
  return line.write(concat(encodeFrame(body, FRAME_BYTES_MAX), more));
}

/** The server says `[rate{reason}]`; the fault is for the log. */
export async function refuse(
  line: Line,
  reason: Reason,
  detail: string,
): Promise<Failed> {
  const body = encodeAnswer({ word: "rate", reason });
  await line.write(encodeFrame(body, FRAME_BYTES_MAX));
  return fault({ reason, detail });
}

/** The fault of a line that ended: the network's. */
export function lineFault(what: string, line: Line): Failed {
  return fault({ reason: "network", detail: `${what}: ${endOf(line)}` });
}

function endOf(line: Line): string {
  return line.ending ?? REASONS.network.text;
}

function frameFault(line: Line, whose: string, found: FrameFault): string {
  if (found === "cut") return endOf(line);
  line.end(`${whose} announces a length that is not 1 to ${FRAME_BYTES_MAX}`);
  return endOf(line);
}
