/**
 * One package, made in a process of its own: `pack_once.ts DIRECTORY OUTPUT
 * [LEVEL]`. Tells its size and the most memory the process had, as JSON.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { pack } from "../../lib/ieo/pack.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";

const [directory = "", output = "", level] = Deno.args;
const { disk, workers } = realHost();
const { size } = await pack({
  ...{ disk, workers, directory, output },
  draft: { name: "bench", version: "1.0", serial: 1 },
  publisher: keyPairFromSeed(new Uint8Array(32).fill(1)),
  ...(level === undefined ? {} : { level: Number(level) }),
  // As the command does, which shows a bar.
  onProgress: () => {},
});
const status = await Deno.readTextFile("/proc/self/status");
const kib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
console.log(JSON.stringify({ size, memoryMib: Math.round(kib / 1_024) }));
