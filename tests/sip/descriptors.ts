/**
 * Does the server give back what connections took (S-19)? A program, because
 * it counts the descriptors of its whole process: `descriptors.ts COUNT` makes
 * COUNT connections of every kind, and ends with code 1 when more descriptors
 * are open behind them than before.
 */

import { realRandomness } from "../../lib/host/real_randomness.ts";
import { readRest, request } from "./hand_made.ts";
import { base64Url, makeMachine, pause, someBytes } from "./things.ts";
import { dial, knowing } from "./world.ts";

const WIDTH = 20;
const WARM_UP = 50;
/** Descriptors that may be open for a moment, for reasons of their own. */
const SLACK = 5;

const machine = makeMachine(1);
const stranger = makeMachine(2);
const world = await knowing(machine);
const sha256 = base64Url(await world.house.publish(someBytes(1_000)));

async function connection(number: number): Promise<void> {
  const line = await dial(world.address);
  switch (number % 5) {
    case 0:
      break; // Gone without a word.
    case 1:
      await line.write(realRandomness().bytes(200));
      break;
    case 2:
      await request(line, stranger, "[editeurs]");
      break;
    case 3: // Gone while it is answered.
      await request(line, machine, `[paquet{${sha256}+0}]`);
      break;
    case 4:
      await request(line, machine, "[editeurs]");
      await readRest(line);
  }
  line.close();
}

async function connections(count: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: WIDTH }, async () => {
    while (next < count) await connection(next++);
  }));
}

async function descriptors(): Promise<number> {
  return (await Array.fromAsync(Deno.readDir("/proc/self/fd"))).length;
}

/** The count once nothing is closing any more, or 10 s later. */
async function settled(wanted: number): Promise<number> {
  let count = await descriptors();
  for (let tries = 0; count > wanted && tries < 100; tries++) {
    await pause(100);
    count = await descriptors();
  }
  return count;
}

const idle = await descriptors();
await connections(WARM_UP);
await settled(idle);
const before = await descriptors();
await connections(Number(Deno.args[0]));
const after = await settled(before + SLACK);
console.log(`${before} descriptors before, ${after} after`);
await world[Symbol.asyncDispose]();
Deno.exit(after > before + SLACK ? 1 : 0);
