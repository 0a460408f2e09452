/**
 * The main job, for real, on loopback: `deno task demo`. One server process
 * and three agent processes go through every flow of the specification; each
 * outcome is checked on disk and in the server's answers.
 *
 * `--without WORD` drops that word at every socket: the demo must then fail,
 * and say in which flow. `--executables` runs what `deno task compile` made.
 *
 * @module
 */

import { DEMO_SCENES, type Scene } from "./kit/demo_scenes.ts";
import { Fleet } from "./kit/fleet.ts";
import {
  fromDist,
  fromSources,
  fromSourcesWithout,
  type Programs,
} from "./kit/programs.ts";
import { WORDS } from "../lib/sep/words.ts";

const USAGE = `Usage: deno task demo [--without WORD] [--executables] [--net N]

  --without WORD  drop this word of SeP at every socket; the demo must fail
  --executables   run dist/flottille-server and dist/flottille-agent
  --net N         use the addresses 127.0.N.1 to 127.0.N.4 (default 13)
`;

interface DemoOptions {
  readonly programs: Programs;
  readonly net: number;
}

function readOptions(args: readonly string[]): DemoOptions | null {
  let programs = fromSources();
  let net = 13;
  for (let at = 0; at < args.length; at++) {
    const value = args[at + 1] ?? "";
    if (args[at] === "--executables") programs = fromDist();
    else if (args[at] === "--without" && Object.hasOwn(WORDS, value)) {
      programs = fromSourcesWithout(value);
      at++;
    } else if (args[at] === "--net" && /^[1-9][0-9]?$/.test(value)) {
      net = Number(value);
      at++;
    } else return null;
  }
  return { programs, net };
}

async function play(
  scenes: readonly Scene[],
  fleet: Fleet,
): Promise<string | null> {
  for (const { flow, says, plays } of scenes) {
    try {
      await plays(fleet);
      console.log(`${flow.padEnd(5)} ${says.padEnd(68)} ok`);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      console.log(`${flow.padEnd(5)} ${says.padEnd(68)} FAILED`);
      return `flow ${flow} failed: ${found}`;
    }
  }
  return null;
}

async function demo({ programs, net }: DemoOptions): Promise<number> {
  console.log(
    `demo: one server (127.0.${net}.1) and three machines ` +
      `(127.0.${net}.2 to .4), all on this computer\n`,
  );
  const fleet = await Fleet.make({ programs, net, pingEverySeconds: 1 });
  const stop = () => void fleet.end().finally(() => Deno.exit(1));
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  try {
    const problem = await play(DEMO_SCENES, fleet);
    if (problem !== null) {
      console.log(`\ndemo: ${problem}`);
      return 1;
    }
    console.log("\ndemo: ok");
    return 0;
  } finally {
    await fleet.end();
  }
}

const options = readOptions(Deno.args);
if (options === null) {
  console.error(USAGE);
  Deno.exit(2);
}
Deno.exit(await demo(options));
