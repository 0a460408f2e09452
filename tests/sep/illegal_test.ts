/**
 * Every phase of a real endpoint against every word of the other role, signed
 * and in its right place in the conversation: what the table does not allow
 * changes nothing, and the conversation goes on as if it had not been said.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  MACHINE_MOVES,
  MACHINE_PHASES,
  SERVER_MOVES,
  SERVER_PHASES,
} from "../../lib/sep/moves.ts";
import type {
  MachineMessage,
  MessageFrom,
  Role,
  ServerMessage,
} from "../../lib/sep/words.ts";
import type { Latch } from "../fakes/latch.ts";
import {
  ECHO,
  MACHINE_PING,
  MACHINE_SCENES,
  ORDER,
  type Scene,
  SERVER_SCENES,
} from "./illegal_scenes.ts";
import { Puppet } from "./puppet.ts";
import { MACHINE_MESSAGES, SERVER_MESSAGES } from "./samples.ts";
import { onStage, type Stage } from "./stage.ts";

for (const scene of MACHINE_SCENES) {
  const { phase } = scene;
  Deno.test(`A machine that is ${phase} heeds its table alone, C-21`, () =>
    onStage({}, async (stage) => {
      const { house } = stage.machine;
      house.programs.set("editor", "2.0");
      house.listHash.fill(5);
      const facts = () => [house, stage.machine.endpoint.contact];
      const row = MACHINE_MOVES[phase];
      await play(stage, "server", { scene, row, latch: house.latch, facts });
    }));
}

for (const scene of SERVER_SCENES) {
  const { phase } = scene;
  Deno.test(`A server at ${phase} heeds its table alone, C-21`, () =>
    onStage({}, async (stage) => {
      const { house, machine } = stage;
      const facts = () => [house, stage.server.sessionOf(machine.id)];
      const row = SERVER_MOVES[phase];
      await play(stage, "machine", { scene, row, latch: house.latch, facts });
      const to = stage.network.sent.at(-1)?.to;
      if (scene.then !== null) assertEquals(to, machine.at, "address learnt");
    }));
}

Deno.test("The scenes of illegal words have every phase of both tables", () => {
  const phases = (scenes: readonly { readonly phase: string }[]) =>
    scenes.map(({ phase }) => phase).sort();
  assertEquals(phases(MACHINE_SCENES), Object.keys(MACHINE_PHASES).sort());
  assertEquals(phases(SERVER_SCENES), Object.keys(SERVER_PHASES).sort());
});

interface Play<R extends Role> {
  readonly scene: Scene<string, R>;
  /** The phase's row in the table. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly latch: Latch;
  /** What must not change. */
  facts(): unknown;
}

/** Enters the phase, says all that is illegal there, and leaves it. */
async function play<R extends Role>(
  stage: Stage,
  role: R,
  { scene, row, latch, facts }: Play<R>,
): Promise<void> {
  const { network, clock } = stage;
  await stage.discover();
  const puppet = new Puppet(stage, role);
  latch.close();
  await scene.enter(stage, puppet);
  await clock.advance(0);
  const rest = () => shown([network.sent.length, facts()]);
  const before = rest();
  for (const message of messagesOf(role)) {
    if (isLegal(row, message as AnyMessage)) continue;
    await puppet.interject(message);
    assertEquals(rest(), before, `[${message.word}]`);
  }
  const { length } = network.sent;
  latch.open();
  const { leave, then } = scene;
  if (leave === "a second") await clock.advance(1_000);
  else if (leave === "its house") await clock.advance(0);
  else await puppet.say(leave);
  const bodies = network.sent.slice(length).map(bodyOf);
  assertEquals(bodies.length, then === null ? 0 : 1);
  if (then !== null) assertEquals(bodies[0]?.slice(0, then.length), then);
}

type AnyMessage = ServerMessage | MachineMessage;

function messagesOf<R extends Role>(role: R): readonly MessageFrom<R>[] {
  const all: readonly AnyMessage[] = role === "server"
    ? SERVER_MESSAGES
    : [...MACHINE_MESSAGES, MACHINE_PING, ECHO];
  return all as readonly MessageFrom<R>[];
}

/** Does the row have a move for this message? */
function isLegal(
  row: Readonly<Record<string, unknown>>,
  { word, args }: AnyMessage,
): boolean {
  switch (word) {
    case "OK":
      return (args.list === null ? "OK" : `OK ${args.list}`) in row;
    case "identifiant":
      return `identifiant ${args.verdict}` in row;
    case "echo":
      return "echo other" in row;
    case "non":
      return "non" in row;
    case "reussi":
    case "rate":
      return word in row && args.order === ORDER.order;
    default:
      return word in row;
  }
}

function bodyOf({ bytes }: { readonly bytes: Uint8Array }): string {
  return new TextDecoder().decode(bytes.subarray(80, bytes.length - 72));
}

/** A text that is another when anything in it is. */
function shown(facts: unknown): string {
  return Deno.inspect(facts, { depth: 8, iterableLimit: 1_000, sorted: true });
}
