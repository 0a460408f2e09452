/**
 * The seed's notation and the words of SeP and SiP: what decodes, encodes to
 * the very same bytes again (D-11).
 *
 * @module
 */

import { decodeBody, encodeBody } from "../../../lib/sep/body.ts";
import {
  decodeMessage,
  encodeMessage,
  type Role,
} from "../../../lib/sep/words.ts";
import { BODY_BYTES_MAX } from "../../../lib/sep/limits.ts";
import { FRAME_BYTES_MAX } from "../../../lib/sip/limits.ts";
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
} from "../../../lib/sip/request.ts";
import { equalBytes, utf8 } from "../../../lib/trust/bytes.ts";
import { recorded } from "../../../tests/sep/noise.ts";
import { byteProbe } from "../byte_probe.ts";
import type { Chance } from "../chance.ts";
import { demand, type Target } from "../target.ts";
import { BODY_TOKENS } from "./datagrams.ts";
import { someBody, someSipBody } from "../some_body.ts";

const ROLES: readonly Role[] = ["server", "machine"];

/** Throws when the bytes have a second form. */
function demandSame(encoded: Uint8Array, bytes: Uint8Array, what: string) {
  demand(equalBytes(encoded, bytes), `The ${what} has a second form`);
}

function checkBody(bytes: Uint8Array): string {
  const body = decodeBody(bytes);
  let end = body === null ? "refused" : "body";
  if (body !== null) {
    demandSame(encodeBody(body.word, body.args), bytes, "body");
  }
  for (const role of ROLES) {
    const message = decodeMessage(role, bytes);
    if (message === null) continue;
    demand(body !== null, "A message is no body");
    demandSame(encodeMessage(role, message), bytes, "message");
    end = "message";
  }
  return end;
}

function checkSip(bytes: Uint8Array): string {
  const request = decodeRequest(bytes);
  const answer = decodeAnswer(bytes);
  demand(request === null || answer === null, "A request is an answer");
  if (request !== null) {
    demandSame(encodeRequest(request), bytes, "request");
    return "request";
  }
  if (answer === null) return "refused";
  // A reason of a newer server is read as `system`, on purpose.
  if (answer.word === "rate") return "rate";
  demandSame(encodeAnswer(answer), bytes, "answer");
  return "answer";
}

async function recordedBodies(): Promise<Uint8Array[]> {
  const all = await recorded();
  return all.map(({ bytes }) => bytes.slice(80, -72));
}

const SIP_SAMPLES = [
  `[paquet{${"q".repeat(42)}8+1024]`.replace("]", "}]"),
  "[editeurs]",
  `[liste{${"q".repeat(42)}8+2048+1024+${"q".repeat(85)}A}]`,
  `[declasse{${"q".repeat(42)}8}]`,
  "[OK]",
  "[OK{1024}]",
  "[rate{absent}]",
].map(utf8);

/** The same, with the words of SiP. */
export const SIP_TOKENS = [
  ...BODY_TOKENS,
  ..."[paquet{ [liste{ [declasse{ [editeurs{ [rate{".split(" ").map(utf8),
];

/** The bodies' targets. */
export const BODY_TARGETS: readonly Target[] = [
  {
    name: "body",
    about: "a body that decodes, encodes to the same bytes, D-11",
    ends: ["refused", "body", "message"],
    open: async () =>
      byteProbe({
        samples: await recordedBodies(),
        tokens: BODY_TOKENS,
        bytesMax: BODY_BYTES_MAX,
        bytesMost: 4 * FRAME_BYTES_MAX,
        compose: (chance: Chance) => someBody(chance.pick(ROLES), chance),
        check: checkBody,
      }),
  },
  {
    name: "sip-request",
    about: "a request or an answer of SiP that decodes, encodes to the same",
    ends: ["refused", "request", "answer", "rate"],
    open: () =>
      Promise.resolve(byteProbe({
        samples: SIP_SAMPLES,
        tokens: SIP_TOKENS,
        bytesMax: FRAME_BYTES_MAX,
        bytesMost: 4 * FRAME_BYTES_MAX,
        compose: someSipBody,
        check: checkSip,
      })),
  },
];
