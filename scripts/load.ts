/**
 * Load: `deno task load [SCENE...] [--agents N] [--minutes M] [--short]
 * [--executables]` (Linux, root). A real server and machines that one process
 * plays, with real datagrams, signatures and transfers, in a network namespace
 * that is made for each scene. Each scene judges its figures; all of them are
 * one table at the end, and the code is 1 when one is not what it may be.
 *
 * `discover`, `round`, `fetch`, `silent`, `junk`, `soak`; all when none is
 * named. `--agents` is 10,000, the largest fleet that we promise (the last
 * four scenes take a part of them); `--minutes` is how long the soak lasts, 1.
 * With `--short` everything is small, and three scenes play at a time: a check
 * for every change, and no figures to tell anybody.
 *
 * @module
 */

import { type Cell, tableLines } from "../lib/cli/table.ts";
import {
  type InsideOptions,
  type InsideResult,
  type SceneName,
  SCENES,
} from "./load/inside.ts";
import { Lan, within } from "./kit/lan.ts";
import { cleanEnvironment } from "./kit/process.ts";
import { sourceProgram } from "./kit/programs.ts";

const AGENTS = 10_000;
const AGENTS_SHORT = 200;
const SHORT_AT_ONCE = 3;

type Options = Omit<InsideOptions, "scene"> & {
  readonly scenes: readonly SceneName[];
};

function readOptions(args: readonly string[]): Options {
  const rest = [...args];
  const flag = (name: string) => {
    const at = rest.indexOf(name);
    return at >= 0 && rest.splice(at, 1).length > 0;
  };
  const number = (name: string, otherwise: number) => {
    const at = rest.indexOf(name);
    if (at < 0) return otherwise;
    const [, value] = rest.splice(at, 2);
    if (Number(value) > 0) return Number(value);
    throw new Error(`${name} must be followed by a number above 0`);
  };
  const short = flag("--short");
  const options = {
    short,
    executables: flag("--executables"),
    agents: number("--agents", short ? AGENTS_SHORT : AGENTS),
    minutes: number("--minutes", 1),
  };
  const unknown = rest.find((arg) => !Object.hasOwn(SCENES, arg));
  if (unknown !== undefined) {
    const known = Object.keys(SCENES).join(", ");
    throw new Error(`"${unknown}" is none of the scenes: ${known}`);
  }
  const all = Object.keys(SCENES) as SceneName[];
  const scenes = all.filter((name) => rest.length === 0 || rest.includes(name));
  return { ...options, scenes };
}

/** Plays one scene in a namespace of its own. */
async function play(options: InsideOptions): Promise<InsideResult> {
  const lan = new Lan(`flottille-load-${Deno.pid}-${options.scene}`);
  try {
    const namespace = await lan.makeSwitch("lo");
    const script = sourceProgram("scripts/load/inside.ts");
    const command = [...script, JSON.stringify(options)];
    const [program = "", ...args] = within(namespace, command);
    const { stdout } = await new Deno.Command(program, {
      args,
      env: cleanEnvironment(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).output();
    const said = new TextDecoder().decode(stdout).trim().split("\n").at(-1);
    if (said?.startsWith("{")) return JSON.parse(said);
    return { problem: "The scene ended without a word" };
  } finally {
    await lan.end();
  }
}

async function main(): Promise<number> {
  const { scenes, ...options } = readOptions(Deno.args);
  // Ctrl-C reaches the scenes by itself; we stay to tidy up behind them.
  Deno.addSignalListener("SIGINT", () => {});
  const begunMs = performance.now();
  const results = new Map<SceneName, InsideResult>();
  const left = [...scenes];
  const playOn = async () => {
    for (let scene; (scene = left.shift()) !== undefined;) {
      results.set(scene, await play({ ...options, scene }));
    }
  };
  const atOnce = options.short ? SHORT_AT_ONCE : 1;
  await Promise.all(Array.from({ length: atOnce }, playOn));
  const failed = scenes.filter((scene) => !isGood(results.get(scene)));
  console.log(report(scenes, results).join("\n"));
  const took = `${((performance.now() - begunMs) / 1_000).toFixed(0)} s`;
  console.log(
    failed.length === 0
      ? `\nload: ok, ${took}`
      : `\nload: failed: ${failed.join(", ")}, ${took}`,
  );
  return failed.length === 0 ? 0 : 1;
}

function isGood(result: InsideResult | undefined): boolean {
  return result !== undefined && "figures" in result &&
    result.figures.every((figure) => figure.isGood);
}

function report(
  scenes: readonly SceneName[],
  results: ReadonlyMap<SceneName, InsideResult>,
): string[] {
  const rows: Cell[][] = [];
  const problems: string[] = [];
  for (const scene of scenes) {
    const result = results.get(scene);
    if (result === undefined) continue;
    if ("problem" in result) {
      problems.push("", `${scene}: ${result.problem}`);
      continue;
    }
    for (
      const [index, { what, is, allowed, isGood }] of result.figures.entries()
    ) {
      const verdict = allowed === "" ? "" : isGood ? "ok" : "NOT OK";
      rows.push([index === 0 ? scene : "", what, is, allowed, verdict]);
    }
  }
  const columns = ["scene", "what", "is", "may be", ""];
  return [
    ...tableLines(columns.map((title) => ({ title })), rows, {
      widthMax: Infinity,
      colours: false,
    }),
    ...problems,
  ];
}

if (import.meta.main) Deno.exit(await main());
