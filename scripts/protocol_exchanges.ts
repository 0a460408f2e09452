/**
 * One worked exchange of every flow of SeP: the real code of both ends, with
 * fixed keys and fixed chance, writes down what it says. Printed as it stands
 * in `docs/protocol.md`; with `--write` put there and into
 * `tests/vectors/sep_flows.json`; with `--check` compared with both.
 *
 * @module
 */

import { sha256, toHex } from "../lib/trust/bytes.ts";
import { fleetOf, type KeyPair, machineOf } from "../lib/trust/keys.ts";
import { SECRET } from "../tests/sep/houses.ts";
import {
  CERTIFICATE,
  FILTER_KEY,
  FLEET_KEY,
  installOrder,
  NEXT_SERVER_KEY,
  SERVER_AT,
  SERVER_KEY,
} from "../tests/sep/props.ts";
import { Stage } from "../tests/sep/stage.ts";
import { keepParts, type Parts } from "./document_parts.ts";
import {
  bodyOf,
  type Exchange,
  explain,
  fenced,
  type Said,
  shownExchange,
} from "./protocol_show.ts";
import { PROTOCOL } from "./protocol_tables.ts";

export const FLOWS_VECTOR = "tests/vectors/sep_flows.json";

/** What the exchanges were made with. */
interface FlowVectors {
  readonly about: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly exchanges: readonly Exchange[];
}

/** What is played, in this order, on one stage: each flow once at least. */
const SCENES: readonly {
  readonly flow: string;
  readonly title: string;
  play(stage: Stage): Promise<unknown>;
}[] = [
  {
    flow: "1a",
    title: "the server discovers a machine",
    play: (stage) => stage.round(),
  },
  {
    flow: "2a",
    title: "the server asks who is alive",
    play: (stage) => stage.round(),
  },
  {
    flow: "2b",
    title: "the machine asks whether the server is alive",
    play: (stage) => stage.until(stage.machine.endpoint.ping([SERVER_AT])),
  },
  {
    flow: "3",
    title: "the program is not there",
    play: (stage) => converse(stage, { ...QUESTION, orElse: null }),
  },
  {
    flow: "3 and 6",
    title: "the program is not there, and is to be",
    play: (stage) => converse(stage, { ...QUESTION, orElse: installOrder(1n) }),
  },
  {
    flow: "3",
    title: "the program is there",
    play: (stage) => converse(stage, { ...QUESTION, orElse: null }),
  },
  {
    flow: "4",
    title: "the server has no list yet",
    play: (stage) => converse(stage, { word: "dliste", sha256: "" }),
  },
  {
    flow: "4",
    title: "the server has this list",
    play: (stage) =>
      converse(stage, { word: "dliste", sha256: "05".repeat(32) }),
  },
  {
    flow: "5",
    title: "the machine's list has changed",
    play: (stage) => {
      const list = new Uint8Array(32).fill(6);
      return stage.until(stage.machine.endpoint.offerList(list));
    },
  },
  {
    flow: "6",
    title: "an install that works",
    play: (stage) => install(stage, { ...installOrder(2n), name: "notepad++" }),
  },
  {
    flow: "6",
    title: "an install that does not work",
    async play(stage) {
      const { house } = stage.machine;
      house.fail = "hook";
      house.note = "Cannot install viewer 1.0: its check ended with code 3\n" +
        "viewer: no display";
      await install(stage, { ...installOrder(3n), name: "viewer" });
      house.fail = null;
      house.note = "";
    },
  },
  {
    flow: "8",
    title: "an update: version 2.0 over version 1.0",
    async play(stage) {
      stage.machine.house.note = "kept the owner's etc/editor.conf";
      await install(stage, installOrder(4n, 1, "2.0"));
      stage.machine.house.note = "";
    },
  },
  {
    flow: "8",
    title: "back to the version before, whichever it was",
    play(stage) {
      const order = installOrder(6n, 1, "*");
      const sha256 = "00".repeat(32);
      return install(stage, { ...order, sha256, size: 0, how: "retour" });
    },
  },
  {
    flow: "7",
    title: "a removal of whatever version is there",
    play: (stage) =>
      converse(stage, {
        word: "suppression",
        order: { order: 5n, attempt: 1, name: "editor", version: "*" },
        deadlineMs: 60_000,
      }),
  },
  {
    flow: "1b",
    title: "the machine has started anew, and calls",
    play(stage) {
      stage.restartMachine(stage.machine);
      return stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    },
  },
  {
    flow: "1b",
    title: "the server was replaced, and shows its delegation",
    play(stage) {
      stage.restartServer(NEXT_SERVER_KEY);
      return stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    },
  },
  {
    flow: "1b",
    title: "the machine was revoked",
    play(stage) {
      stage.house.verdict = { verdict: "refuse", reason: "revoked" };
      stage.server.forgetSession(stage.machine.id);
      return stage.until(stage.machine.endpoint.ping([SERVER_AT]));
    },
  },
];

const QUESTION = { word: "possede", name: "editor", version: "1.0" } as const;

type Opening = Parameters<Stage["server"]["converse"]>[1];

function converse(stage: Stage, opening: Opening): Promise<unknown> {
  return stage.until(stage.server.converse(stage.machine.id, opening));
}

function install(stage: Stage, order: ReturnType<typeof installOrder>) {
  return converse(stage, { word: "install", order, deadlineMs: 60_000 });
}

/** Plays every scene and writes down what was said. */
export async function playFlows(): Promise<FlowVectors> {
  const stage = new Stage();
  try {
    const machineKey = stage.machine.key;
    const exchanges: Exchange[] = [];
    for (const { flow, title, play } of SCENES) {
      stage.network.sent.length = 0;
      await play(stage);
      await stage.clock.advance(1_000);
      const said = stage.network.sent.map(({ bytes, to }): Said => ({
        from: bytes[5] === 1 ? "server" : "machine",
        to: `${to.hostname}:${to.port}`,
        body: bodyOf(bytes),
        bytes: toHex(bytes),
      }));
      const discovers = said.some(({ body }) => body.includes("accepte"));
      const session = stage.server.sessionOf(stage.machine.id);
      exchanges.push({
        flow,
        title,
        said,
        ...(discovers && session ? { session: toHex(session) } : {}),
      });
    }
    return { about: ABOUT, keys: keysOf(machineKey), exchanges };
  } finally {
    stage.close();
  }
}

const ABOUT =
  "One exchange of every flow of SeP, one after the other between " +
  "the same two ends, each datagram whole. Keys and hashes are hexadecimal; " +
  "seeds are those of Ed25519 private keys. The two nonces of the ends, the " +
  "conversations' numbers and the order's hash are arbitrary. The session " +
  "after a discovery is the first 8 bytes of the SHA-256 of its last datagram.";

function keysOf(machineKey: KeyPair): FlowVectors["keys"] {
  const pairs = {
    fleet: FLEET_KEY,
    server: SERVER_KEY,
    nextServer: NEXT_SERVER_KEY,
    machine: machineKey,
  };
  const keys = Object.entries(pairs).flatMap(([name, { seed, publicKey }]) => [
    [`${name}Seed`, toHex(seed)],
    [`${name}Key`, toHex(publicKey)],
  ]);
  return Object.fromEntries([
    ...keys,
    ["fleet", toHex(fleetOf(FLEET_KEY.publicKey))],
    ["machine", toHex(machineOf(machineKey.publicKey))],
    ["filterKey", toHex(FILTER_KEY)],
    ["enrolmentSecret", toHex(SECRET)],
    ["certificate", toHex(CERTIFICATE)],
    ["certificateHash", toHex(sha256(CERTIFICATE))],
  ]);
}

/** The text of the vector's file. */
export function flowsText(vectors: FlowVectors): string {
  return `${JSON.stringify(vectors, null, 2)}\n`;
}

/** The parts of the document that follow from the exchanges. */
export function exchangeParts({ keys, exchanges }: FlowVectors): Parts {
  const shownKeys = Object.entries(keys)
    .filter(([name]) => name !== "certificate")
    .map(([name, value]) => `${name.padEnd(16)} ${value}`);
  const explained = exchanges.flatMap(({ said }) => said)
    .find(({ body }) => body.startsWith("[reussi{2+"));
  if (explained === undefined) throw new Error("No [reussi] to explain");
  return new Map([
    ["keys of the exchanges", fenced(shownKeys.join("\n"))],
    ["worked exchanges", exchanges.map(shownExchange).join("\n\n")],
    ["datagram explained", fenced(explain(explained.bytes))],
  ]);
}

if (import.meta.main) {
  const vectors = await playFlows();
  const text = flowsText(vectors);
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(FLOWS_VECTOR, text);
  } else if (
    Deno.args.includes("--check") &&
    await Deno.readTextFile(FLOWS_VECTOR) !== text
  ) {
    console.error(`${FLOWS_VECTOR} is stale: write it anew with --write`);
    Deno.exit(1);
  }
  Deno.exit(await keepParts(PROTOCOL, exchangeParts(vectors), Deno.args));
}
