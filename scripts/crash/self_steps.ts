/**
 * kill -9 in the agent's own update: the old agent after each of its steps up
 * to the trial, and the new one after each of its steps since its start. The
 * service then starts what is at its place. In the end the order has ended as
 * it must, the service starts the very version that the machine says it has,
 * and nothing half done remains.
 *
 * @module
 */

import { eventually } from "../kit/process.ts";
import { dyingAgent, dyingProgram, once, SelfPlace } from "./self_place.ts";

/** More steps than there are; the loops end before. */
const STEPS_MAX = 200;

export interface SelfStepsOptions {
  /** Kills come after each step whose number can be divided by this. */
  readonly every: number;
}

/** Resolves with the number of kills. */
export async function killInOwnUpdate(
  { every }: SelfStepsOptions,
): Promise<number> {
  const place = await SelfPlace.make(18);
  try {
    const old = await killOldAgent(place, every);
    console.log(`the agent's update, the old one killed ${old} times: ok`);
    const young = await killNewAgent(place, every);
    console.log(`the agent's update, the new one killed ${young} times: ok`);
    return old + young;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const told = place.machine.process.tail;
    throw new Error(`the agent's update: ${found}\n--- agent\n${told}`);
  } finally {
    await place.end();
  }
}

/** Each time the service's start goes on, and the update is done at last. */
async function killOldAgent(place: SelfPlace, every: number): Promise<number> {
  const log = `${place.fleet.directory}/old.steps`;
  for (let step = every, kills = 0; step < STEPS_MAX; step += every) {
    const version = `1.${step}`;
    await place.publish({ version });
    await place.machine.process.stop();
    await Deno.writeTextFile(log, "");
    place.start(dyingProgram(log, "order", step));
    const id = await place.give("install", version);
    const hasDied = await eventually("It dies, or the order ends", async () => {
      if (place.machine.process.over) return true;
      return await place.isOver(id) ? false : null;
    }, { withinMs: 60_000, everyMs: 100 });
    if (hasDied) {
      kills++;
      place.start();
    }
    const { state, note } = await place.ended(id);
    const what = `the old one killed after step ${step} (${await last(log)})`;
    if (state !== "done") throw new Error(`${what}: ${state}: ${note}`);
    await truth(place, version, what);
    if (!hasDied) return kills;
  }
  throw new Error("the old agent has more steps than it can have");
}

/** Each time the one before it decides by what the journal says. */
async function killNewAgent(place: SelfPlace, every: number): Promise<number> {
  const log = `${place.fleet.directory}/new.steps`;
  let before = await place.installed();
  for (let step = every, kills = 0; step < STEPS_MAX; step += every) {
    const version = `2.${step}`;
    await Deno.writeTextFile(log, "");
    const mark = `${place.fleet.directory}/once-${version}`;
    await place.publish({ version, body: once(mark, dyingAgent(log, step)) });
    const { state, note } = await place.does("install", version);
    const died = (await Deno.readTextFile(log)).trim().split("\n").length;
    const what = `the new one killed after step ${step} (${await last(log)})`;
    if (state === "done") before = version;
    else if (!/ended before it reported/.test(note ?? "")) {
      throw new Error(`${what}: ${state}: ${note}`);
    }
    await truth(place, before, what);
    if (died < step) return kills;
    kills++;
  }
  throw new Error("the new agent has more steps than it can have");
}

/** The machine holds this version, whole and alone, and says so. */
async function truth(
  place: SelfPlace,
  version: string,
  what: string,
): Promise<void> {
  const { current, installed, strays } = await place.look();
  const found = `${current}, and the service starts ${installed}`;
  if (current !== version || installed !== version) {
    throw new Error(`${what}: it holds ${found}, not ${version}`);
  }
  if (strays.length > 0) throw new Error(`${what}: ${strays} remain`);
  const answer = await place.has(version);
  if (answer !== "oui") throw new Error(`${what}: ${answer} to [possede]`);
}

async function last(log: string): Promise<string> {
  return (await Deno.readTextFile(log)).trim().split("\n").at(-1) ?? "";
}
