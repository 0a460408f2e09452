/**
 * Requests and proofs made by hand, right or wrong in one place: what no
 * client of ours would send.
 */

import type { Line } from "../../lib/sip/line.ts";
import { GREETING_BYTES, MAGIC } from "../../lib/sip/exchange.ts";
import { type ProofFacts, signProof } from "../../lib/sip/proof.ts";
import { concat, utf8 } from "../../lib/trust/bytes.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import { type TestMachine } from "./things.ts";
import { certificateHash } from "./world.ts";

/** What is put in place of the right thing. */
export interface Forgery {
  readonly key?: KeyPair;
  readonly facts?: Partial<ProofFacts>;
}

/** A frame around text, without any limit. */
export function frameOf(text: string): Uint8Array<ArrayBuffer> {
  const body = utf8(text);
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, body.length);
  return concat(prefix, body);
}

/** Reads the server's nonce. */
export async function readNonce(line: Line): Promise<Uint8Array> {
  const greeting = new Uint8Array(GREETING_BYTES);
  await line.fill(greeting);
  return greeting.subarray(MAGIC.length);
}

/** Sends a request, given as the text of its body, and its proof. */
export async function request(
  line: Line,
  machine: TestMachine,
  body: string,
  forgery: Forgery = {},
): Promise<void> {
  const facts: ProofFacts = {
    nonce: await readNonce(line),
    certificateHash,
    session: machine.session,
    machine: machine.machine,
    request: utf8(body),
    ...forgery.facts,
  };
  const proof = signProof(forgery.key ?? machine.key, facts);
  await line.write(concat(frameOf(body), proof));
}

/** All that still comes, up to `bytesMax`. */
export async function readRest(
  line: Line,
  bytesMax = 4_096,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(bytesMax);
  return bytes.subarray(0, await line.fill(bytes));
}
