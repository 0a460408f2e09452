/**
 * Speed and memory, as ratios of one run: `deno task bench
 * [--runtime-for-tests] [--huge] [idle] [sep] [sip] [pack] [install]
 * [inventory]`. Needs `deno task compile` first; nginx, curl and openssl for
 * SiP; zip, unzip and 7z for packages; Debian's fusioninventory-agent,
 * ocsinventory-agent and tshark for the inventory.
 *
 * @module
 */

import { benchIdle } from "./bench/idle.ts";
import { benchInstall } from "./bench/install_package.ts";
import { benchInventory } from "./bench/inventory.ts";
import { benchPack } from "./bench/pack.ts";
import { benchSep } from "./bench/sep.ts";
import { benchSip } from "./bench/sip.ts";
import { fromDist } from "./kit/programs.ts";

const runtimeForTests = Deno.args.includes("--runtime-for-tests");
const programs = fromDist();

const PARTS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  idle: () => benchIdle(programs, { runtimeForTests }),
  sep: () => benchSep(programs),
  sip: () => benchSip(),
  pack: () => benchPack(),
  inventory: () => benchInventory(programs),
  install: () => benchInstall({ huge: Deno.args.includes("--huge") }),
};

const wanted = Deno.args.filter((arg) => Object.hasOwn(PARTS, arg));
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const line of await part()) console.log(line);
}
