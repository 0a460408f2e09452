/**
 * One scene, played in the network namespace that it was started in:
 * `inside.ts OPTIONS`, as JSON. Says on stderr what happens, and at the end on
 * stdout what came of it.
 *
 * @module
 */

import { fromDist, fromSources } from "../kit/programs.ts";
import { discoverScene } from "./discover_scene.ts";
import { fetchScene } from "./fetch_scene.ts";
import { junkScene } from "./junk_scene.ts";
import { roundScene } from "./round_scene.ts";
import type { Figure, Scene, SceneOptions } from "./scene.ts";
import { silentScene } from "./silent_scene.ts";
import { soakScene } from "./soak_scene.ts";

/** The scenes, in the order of their playing; what each shows. */
export const SCENES = {
  discover: "machines found from nothing",
  round: "known machines answer a ping",
  fetch: "200 machines download at once",
  silent: "500 connections that say nothing",
  junk: "datagrams of strangers, as many as can be sent",
  soak: "orders, lists and pings, for a while",
} as const;

export type SceneName = keyof typeof SCENES;

/** What the process is started with. */
export interface InsideOptions extends Omit<SceneOptions, "programs" | "say"> {
  readonly scene: SceneName;
  readonly executables: boolean;
}

/** What it says at its end. */
export type InsideResult =
  | { readonly figures: readonly Figure[] }
  | { readonly problem: string };

const PLAYED: Readonly<Record<SceneName, Scene>> = {
  discover: discoverScene,
  round: roundScene,
  fetch: fetchScene,
  silent: silentScene,
  junk: junkScene,
  soak: soakScene,
};

async function play(options: InsideOptions): Promise<InsideResult> {
  const programs = options.executables ? fromDist() : fromSources();
  const say = (line: string) => console.error(`${options.scene}: ${line}`);
  try {
    const scene = PLAYED[options.scene];
    return { figures: await scene({ ...options, programs, say }) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

if (import.meta.main) {
  const result = await play(JSON.parse(Deno.args[0] ?? ""));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
