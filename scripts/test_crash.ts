/**
 * kill -9: `deno task test:crash [--rounds N] [--seed N] [--machines N]
 * [--thorough] [--executables] [steps] [self] [moments]`.
 *
 * `steps`: an agent is killed after every step of an install, an update, a
 * rollback, a removal and an update that fails, and again in its recovery
 * (with `--thorough` after every step of the recovery, too). `self`: the old
 * agent and the new one are killed after every fourth step of the agent's own
 * update (with `--thorough` after every one). `moments`: server or agent are
 * killed at moments that the seed chooses. All of them when none is named.
 *
 * @module
 */

import { CliFailure } from "../lib/cli/failure.ts";
import { killAtMoments } from "./crash/moments.ts";
import { killInOwnUpdate } from "./crash/self_steps.ts";
import { killAtEveryStep } from "./crash/steps.ts";
import { publishTool } from "./crash/tool.ts";
import { Fleet } from "./kit/fleet.ts";
import { fromDist, fromSources } from "./kit/programs.ts";

const PARTS = ["steps", "self", "moments"] as const;

function readOptions(args: readonly string[]) {
  const number = (name: string, otherwise: number) => {
    const at = args.indexOf(name);
    const value = at < 0 ? otherwise : Number(args[at + 1]);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new Error(`${name} must be followed by a whole number`);
  };
  const named = PARTS.filter((part) => args.includes(part));
  return {
    rounds: number("--rounds", 10),
    seed: number("--seed", 1),
    machines: number("--machines", 3),
    thorough: args.includes("--thorough"),
    executables: args.includes("--executables"),
    parts: named.length === 0 ? PARTS : named,
  };
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  const { rounds, seed, machines, thorough } = options;
  const programs = options.executables ? fromDist() : fromSources();
  const fleet = await Fleet.make({ programs, net: 14, pingEverySeconds: 1 });
  let kills = 0;
  try {
    await fleet.startServer();
    if (options.parts.includes("steps")) {
      await publishTool(fleet);
      kills += await killAtEveryStep({ fleet, machines, thorough });
    }
    if (options.parts.includes("self")) {
      kills += await killInOwnUpdate({ every: thorough ? 1 : 4 });
    }
    if (options.parts.includes("moments")) {
      kills += await killAtMoments({ fleet, rounds, seed });
    }
    console.log(`test:crash: ok, ${kills} kills`);
    return 0;
  } catch (error) {
    const found = error instanceof Error ? error.message : error;
    const more = error instanceof CliFailure ? error.advice : [];
    console.log([`test:crash: ${found}`, ...more].join("\n"));
    console.log(`test:crash: failed after ${kills} kills`);
    return 1;
  } finally {
    await fleet.end();
  }
}

Deno.exit(await main());
