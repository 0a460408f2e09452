/**
 * The demo must notice each missing word: `deno task test:demo`. For every
 * word of the seed but `rien` (whose loss hurts nobody: both sides know the
 * answer already), the demo without it must end with code 1 and name the flow
 * that failed; and with all words it must end well.
 *
 * @module
 */

import { WORDS } from "../lib/sep/words.ts";
import { run } from "./kit/process.ts";

/** The flows in which the loss of a word may show first. */
// deno-fmt-ignore
const NOTICED_IN: Readonly<Record<string, readonly string[]>> = {
  ping:        ["1a"],
  echo:        ["1a"],
  OK:          ["1a"],
  identifie:   ["1a"],
  identifiant: ["1a"],
  possede:     ["3"],
  non:         ["3"],
  dliste:      ["4"],
  install:     ["6"],
  reussi:      ["6"],
  oui:         ["6"],
  vliste:      ["5"],
  suppression: ["7"],
  rate:        ["8"],
};

/** Demos at once; each has addresses of its own on loopback. */
const AT_ONCE = 4;
const DEADLINE_MS = 180_000;

const words: (string | null)[] = [
  null,
  ...Object.keys(WORDS).filter((word) => word !== "rien"),
];
let failures = 0;
let net = 20;

async function tryNext(): Promise<void> {
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const problem = await tryWithout(word, net++);
    const name = word === null ? "with all words" : `without [${word}]`;
    console.log(`${name.padEnd(24)} ${problem ?? "ok"}`);
    if (problem !== null) failures++;
  }
}

async function tryWithout(
  word: string | null,
  net: number,
): Promise<string | null> {
  const script = new URL("./demo.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await run([
    ...[Deno.execPath(), "run", "--allow-all", "--quiet", script],
    ...["--net", String(net)],
    ...(word === null ? [] : ["--without", word]),
  ], { deadlineMs: DEADLINE_MS });
  if (word === null) {
    return code === 0 ? null : `FAILED with code ${code}:\n${stdout}${stderr}`;
  }
  const flow = /demo: flow (\S+) failed/.exec(stdout)?.[1] ?? "none";
  const noticed = code === 1 && NOTICED_IN[word]?.includes(flow);
  return noticed ? null : `FAILED: code ${code}, flow ${flow}:\n${stdout}`;
}

await Promise.all(Array.from({ length: AT_ONCE }, tryNext));
console.log(failures === 0 ? "\ntest:demo: ok" : `\ntest:demo: ${failures}`);
Deno.exit(failures === 0 ? 0 : 1);
