/**
 * Speed and memory, as ratios of one run: `deno task bench
 * [--runtime-for-tests] [idle] [sep] [sip]`. Needs `deno task compile` first;
 * nginx, curl and openssl for SiP.
 *
 * @module
 */

import { benchIdle } from "./bench/idle.ts";
import { benchSep } from "./bench/sep.ts";
import { benchSip } from "./bench/sip.ts";
import { fromDist } from "./kit/programs.ts";

const runtimeForTests = Deno.args.includes("--runtime-for-tests");
const programs = fromDist();

const PARTS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  idle: () => benchIdle(programs, { runtimeForTests }),
  sep: () => benchSep(programs),
  sip: () => benchSip(),
};

const wanted = Deno.args.filter((arg) => Object.hasOwn(PARTS, arg));
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const line of await part()) console.log(line);
}
