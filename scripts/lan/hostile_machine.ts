/**
 * The hostile machine's own program, run inside its namespace:
 * `hostile_machine.ts ATTACK STAGE`, the stage as JSON. It prints a line when it
 * begins, goes on until its input ends, and prints what came of it as JSON.
 *
 * @module
 */

import { attackAsMachine } from "./attack_as_machine.ts";
import { attackAsServer } from "./attack_as_server.ts";
import { attackBetween } from "./attack_between.ts";
import { attackFlood } from "./attack_flood.ts";
import { attackReplay } from "./attack_replay.ts";
import { type Stage, Term } from "./hostile_stage.ts";

/** Every attack, by name. */
export const ATTACKS = {
  "as server": attackAsServer,
  "as machine": attackAsMachine,
  between: attackBetween,
  flood: attackFlood,
  replay: attackReplay,
} as const;

/** The name of an attack. */
export type Attack = keyof typeof ATTACKS;
/** What an attack must be told. */
export type StageOf<A extends Attack> = Parameters<(typeof ATTACKS)[A]>[0];
/** What came of it. */
export type ReportOf<A extends Attack> = Awaited<
  ReturnType<(typeof ATTACKS)[A]>
>;

async function main([attack = "", stage = ""]: readonly string[]) {
  if (!Object.hasOwn(ATTACKS, attack)) {
    throw new Error(`There is no attack "${attack}"`);
  }
  const act = ATTACKS[attack as Attack] as (
    stage: Stage,
    term: Term,
  ) => Promise<unknown>;
  const told: Stage = JSON.parse(stage);
  const term = new Term(told);
  void new Response(Deno.stdin.readable).text().then(() => term.end());
  console.log(JSON.stringify(await act(told, term)));
}

if (import.meta.main) {
  await main(Deno.args);
  // Whoever it still talks to shall not keep it.
  Deno.exit(0);
}
