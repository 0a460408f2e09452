/**
 * Rehearsals of the worst days, with the real programs on a LAN of network
 * namespaces (Linux, root): `deno task test:restore [NAME...]
 * [--executables]`. The server moves, burns, is stolen; the fleet's key is
 * lost, a publisher's key is lost. Each has a LAN of its own.
 *
 * @module
 */

import { fromDist, fromSources } from "./kit/programs.ts";
import { fleetKeyIsLost, publisherKeyIsLost } from "./restore/key_scenes.ts";
import {
  serverBurns,
  serverIsStolen,
  serverMoves,
} from "./restore/server_scenes.ts";
import { Stage } from "./restore/stage.ts";

const REHEARSALS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  moves: serverMoves,
  burns: serverBurns,
  stolen: serverIsStolen,
  "fleet-key": fleetKeyIsLost,
  "publisher-key": publisherKeyIsLost,
};

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const unknown = wanted.find((name) => !Object.hasOwn(REHEARSALS, name));
  if (unknown !== undefined) {
    const known = Object.keys(REHEARSALS).join(", ");
    console.error(
      `test:restore: there is no rehearsal "${unknown}"; known are ${known}`,
    );
    return 2;
  }
  const programs = args.includes("--executables") ? fromDist() : fromSources();
  for (const [name, rehearsal] of Object.entries(REHEARSALS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const stage = await Stage.make(name, programs);
    try {
      await rehearsal(stage);
    } catch (error) {
      const found = error instanceof Error ? error.stack : error;
      console.log(`\ntest:restore: ${name}: ${found}\n${stage.tails()}`);
      return 1;
    } finally {
      await stage.end();
    }
  }
  console.log("\ntest:restore: ok");
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
