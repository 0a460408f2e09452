/**
 * Both ends of SiP over a stream in memory, which gives and takes a few bytes
 * at a time: a stranger hears the greeting and nothing else; who proved to be
 * a machine hears one lawful answer, whatever it asked for; a machine takes
 * nothing that is not what a server may say.
 *
 * @module
 */

import type { SecureStream } from "../../../lib/host/streams.ts";
import { SipClient } from "../../../lib/sip/client.ts";
import type { SipNote } from "../../../lib/sip/doors.ts";
import { GREETING_BYTES, MAGIC } from "../../../lib/sip/exchange.ts";
import { certificatePem } from "../../../lib/sip/pin.ts";
import { PROOF_BYTES, signProof } from "../../../lib/sip/proof.ts";
import { decodeAnswer } from "../../../lib/sip/request.ts";
import { serveSip } from "../../../lib/sip/serve.ts";
import { concat, sha256, toHex, utf8 } from "../../../lib/trust/bytes.ts";
import { CERTIFICATE } from "../../../tests/sep/props.ts";
import { HandClock, listenerOf } from "../../../tests/sip/memory_stream.ts";
import {
  base64Url,
  makeMachine,
  someBytes,
} from "../../../tests/sip/things.ts";
import type { Chance } from "../chance.ts";
import { type Material, mutate, noise } from "../mutate.ts";
import {
  House,
  LIMITS,
  MACHINE,
  PACKAGE_HASH,
  SlowStream,
} from "../sip_house.ts";
import { someSipBody } from "../some_body.ts";
import { demand, type Probe, type Target } from "../target.ts";
import { SIP_TOKENS } from "./bodies.ts";

const STRANGER = makeMachine(2);
const NONCE = someBytes(32, 5);
const CERTIFICATE_HASH = sha256(CERTIFICATE);
const LIST = someBytes(1_500, 4);
const LIST_HASH = base64Url(toHex(sha256(LIST)));
const SIGNATURE = "q".repeat(85) + "A";

const REQUESTS = [
  `[paquet{${base64Url(PACKAGE_HASH)}+0}]`,
  `[paquet{${base64Url(PACKAGE_HASH)}+1500}]`,
  `[paquet{${base64Url(PACKAGE_HASH)}+2001}]`,
  "[editeurs]",
  `[declasse{${base64Url(PACKAGE_HASH)}}]`,
  `[liste{${LIST_HASH}+9000+1500+${SIGNATURE}}]`,
  `[liste{${LIST_HASH}+1+33554432+${SIGNATURE}}]`,
].map(utf8);

const MATERIAL: Material = {
  others: REQUESTS,
  tokens: SIP_TOKENS,
  bytesMax: 1_100,
};

/** What one side hears, and how much of it at once. */
interface Heard {
  readonly bytes: Uint8Array;
  readonly most: number;
}

function showHeard({ bytes, most }: Heard): string {
  return `${most} at once, hex ${bytes.toHex()}`;
}

function someMost(chance: Chance): number {
  return chance.pick([1, 7, 100, 1_000_000]);
}

/** A request with its proof, right or wrong, and what may follow. */
function drawRequest(chance: Chance): Heard {
  const kind = chance.below(8);
  const body = kind < 3
    ? chance.pick(REQUESTS)
    : kind < 6
    ? someSipBody(chance)
    : kind === 6
    ? mutate(chance.pick(REQUESTS), chance, MATERIAL)
    : noise(chance, MATERIAL);
  const who = chance.oneIn(16) ? STRANGER : MACHINE;
  const proof = signProof(who.key, {
    nonce: NONCE,
    certificateHash: CERTIFICATE_HASH,
    session: chance.oneIn(16) ? chance.bytes(8) : MACHINE.session,
    machine: chance.oneIn(16) ? STRANGER.machine : who.machine,
    request: body,
  });
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, body.length);
  const behind = chance.oneIn(2) ? LIST : chance.bytes(chance.length(4_000));
  const whole = concat(prefix, body, proof, behind);
  const bytes = chance.oneIn(6)
    ? mutate(whole, chance, { ...MATERIAL, bytesMax: 6_000 })
    : whole;
  return { bytes, most: someMost(chance) };
}

async function checkServer({ bytes, most }: Heard): Promise<string> {
  const stream = new SlowStream(bytes, most);
  const clock = new HandClock();
  const house = new House();
  const note = await new Promise<SipNote>((log) =>
    serveSip({
      listener: listenerOf(stream),
      certificateHash: CERTIFICATE_HASH,
      clock,
      randomness: { bytes: () => NONCE.slice(), fraction: () => 0.5 },
      limits: LIMITS,
      doors: house,
      log,
    })
  );
  demand(note.kind !== "fault", `The house failed: ${note.detail}`);
  demand(stream.closed, "The connection is still open");
  demand(clock.armed === 0, "A timer is still armed");
  demand(house.open === 0, "A file or a list was not given back");
  const said = stream.written.subarray(GREETING_BYTES);
  if (note.kind === "stranger") {
    demand(said.length === 0, `A stranger was told ${said.toHex()}`);
    return "stranger";
  }
  demand(note.machine === MACHINE.id, "Another machine than the one proved");
  if (said.length === 0) {
    demand(note.word === "", "A lawful request was met with silence");
    return "no request";
  }
  demand(note.word !== "", "What is no request was answered");
  const length = new DataView(said.buffer, said.byteOffset).getUint32(0);
  const answer = decodeAnswer(said.subarray(4, 4 + length));
  demand(answer !== null, `An answer that is none: ${said.toHex()}`);
  return `${note.word} ${note.kind}`;
}

const ANSWERS = ["[OK{700}]", "[OK{300}]", "[OK]", "[OK{0}]", "[rate{absent}]"]
  .map(utf8);

/** A server's greeting, answer and file, right or wrong. */
function drawAnswer(chance: Chance): Heard {
  const kind = chance.below(4);
  const body = kind < 2
    ? chance.pick(ANSWERS)
    : kind === 2
    ? someSipBody(chance)
    : mutate(chance.pick(ANSWERS), chance, MATERIAL);
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, body.length);
  const file = chance.bytes(chance.pick([0, 299, 300, 700, 701]));
  const whole = concat(MAGIC, NONCE, prefix, body, file);
  const bytes = chance.oneIn(4)
    ? mutate(whole, chance, { ...MATERIAL, bytesMax: 6_000 })
    : whole;
  return { bytes, most: someMost(chance) };
}

async function checkClient({ bytes, most }: Heard): Promise<string> {
  const stream = new SlowStream(bytes, most);
  const clock = new HandClock();
  const client = clientOf(stream, clock);
  const outcome = await client.fetchPublishers({
    server: {
      address: stream.peer,
      certificatePem: certificatePem(CERTIFICATE),
      certificateHash: CERTIFICATE_HASH,
      session: MACHINE.session,
    },
  });
  demand(stream.closed, "The connection is still open");
  demand(clock.armed === 0, "A timer is still armed");
  const isSilent = stream.written.length === 0;
  demand(
    isSilent || stream.written.length === 4 + 10 + PROOF_BYTES,
    "Something else than a request was said",
  );
  if (!outcome.ok) return isSilent ? "no greeting" : outcome.fault.reason;
  demand(outcome.value.length <= bytes.length, "More was taken than came");
  return "taken";
}

function clientOf(stream: SecureStream, clock: HandClock): SipClient {
  const never = () => {
    throw new Error("Nobody listens or writes here");
  };
  return new SipClient({
    streams: { connect: () => Promise.resolve(stream), listen: never },
    // A publishers' list is never on a disk.
    disk: {} as ConstructorParameters<typeof SipClient>[0]["disk"],
    clock,
    limits: LIMITS,
    identity: MACHINE,
  });
}

function probe(
  draw: (chance: Chance) => Heard,
  check: (heard: Heard) => Promise<string>,
): () => Promise<Probe<Heard>> {
  return () => Promise.resolve({ draw, check, show: showHeard });
}

/** The targets of SiP. */
export const SIP_TARGETS: readonly Target[] = [
  {
    name: "sip-server",
    about: "a stranger hears a greeting, a machine one lawful answer, S-04",
    ends: [
      ...["stranger", "no request", "paquet done", "paquet refused"],
      ...["editeurs done", "declasse done", "liste done", "liste cut"],
    ],
    costs: 4,
    open: probe(drawRequest, checkServer),
  },
  {
    name: "sip-client",
    about: "a machine takes nothing that is not what a server may say",
    ends: ["no greeting", "network", "absent", "taken"],
    costs: 4,
    open: probe(drawAnswer, checkClient),
  },
];
