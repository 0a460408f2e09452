/**
 * Bugs made on purpose: `deno task mutants [NAME...] [--search]`. Each patch of
 * `tests/mutants/` is applied to a copy of the code, and one of its witnesses
 * (the simulator with a seed, the model, a file of tests) must fail there. A
 * mutant that nobody notices is a hole in the proof.
 *
 * A witness must hold on the code as it is, or its failing says nothing: so
 * each is first run without any patch.
 *
 * `--search` asks every witness there is, also those that a patch does not
 * name, and says which of them see it: for a new patch, whose head is then
 * written by hand.
 *
 * @module
 */

const PATCHES = "tests/mutants";

/** What is copied, and can be run there. */
const PARTS = ["lib", "tests", "scripts", "docs"];
const FILES = ["deno.json", "deno.lock", "server.ts", "agent.ts", "README.md"];

const WITNESS_MS = 300_000;

/** Who is asked about a patch that names nobody, one after the other. */
const EVERYBODY = [
  "sim --runs 40 --first",
  "model",
  ...["sep", "sip", "trust", "install", "agent", "server", "sim"].map((room) =>
    `test tests/${room}`
  ),
];

/** What is shown of a witness that fails by itself. */
const LINES_MAX = 60;

interface Answer {
  readonly success: boolean;
  readonly text: string;
}

interface Mutant {
  readonly name: string;
  readonly sentence: string;
  readonly path: string;
  readonly witnesses: readonly string[];
}

async function main(given: readonly string[]): Promise<number> {
  const isSearch = given.includes("--search");
  const names = given.filter((name) => name !== "--search");
  const all = await readMutants();
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    console.error(`mutants: there is no ${PATCHES}/${unknown}.patch`);
    return 2;
  }
  const chosen = names.length === 0
    ? all
    : all.filter(({ name }) => names.includes(name));
  const copy = await Deno.makeTempDir({ prefix: "flottille-mutants-" });
  try {
    await copyCode(copy);
    return isSearch ? await search(copy, chosen) : await judge(copy, chosen);
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

async function readMutants(): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for await (const { name: file } of Deno.readDir(PATCHES)) {
    if (!file.endsWith(".patch")) continue;
    const path = `${PATCHES}/${file}`;
    const text = await Deno.readTextFile(path);
    const [sentence = ""] = text.split("\n");
    const witnesses = [...text.matchAll(/^Seen by: (.+)$/gm)].map(
      ([, witness = ""]) => witness,
    );
    const name = file.replace(/\.patch$/, "");
    mutants.push({ name, sentence, path, witnesses });
  }
  return mutants.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function copyCode(to: string): Promise<void> {
  for (const part of [...PARTS, ...FILES]) {
    await run(["cp", "-r", part, `${to}/${part}`], ".");
  }
}

/** Each mutant before its witnesses; the first that sees it is enough. */
async function judge(
  copy: string,
  mutants: readonly Mutant[],
): Promise<number> {
  const nobody = mutants.filter(({ witnesses }) => witnesses.length === 0);
  for (const { name } of nobody) console.log(`${name}: names no witness`);
  const said = new Set(
    mutants.flatMap(({ witnesses }) => witnesses.slice(0, 1)),
  );
  console.log(`${said.size} witnesses on the code as it is`);
  for (const witness of said) {
    const { success, text } = await ask(copy, witness);
    if (success) continue;
    console.log(`FAILED without any patch: ${witness}`);
    console.log(text.trimEnd().split("\n").slice(-LINES_MAX).join("\n"));
    return 1;
  }
  let survivors = nobody.length;
  for (const mutant of mutants) {
    if (mutant.witnesses.length === 0) continue;
    const seenBy = await firstToSee(copy, mutant);
    if (seenBy === null) survivors++;
    const told = seenBy === null ? "SURVIVES" : `seen by ${seenBy}`;
    console.log(`${mutant.name.padEnd(24)} ${told}`);
  }
  console.log(
    survivors === 0
      ? `${mutants.length} mutants, all of them seen.`
      : `${survivors} of ${mutants.length} mutants survive.`,
  );
  return survivors === 0 ? 0 : 1;
}

async function firstToSee(
  copy: string,
  { path, witnesses }: Mutant,
): Promise<string | null> {
  await patch(copy, path);
  try {
    for (const witness of witnesses) {
      if (!await holds(copy, witness)) return witness;
    }
    return null;
  } finally {
    await patch(copy, path, "--reverse");
  }
}

async function search(
  copy: string,
  mutants: readonly Mutant[],
): Promise<number> {
  for (const { name, path, sentence } of mutants) {
    console.log(`${name}: ${sentence}`);
    await patch(copy, path);
    for (const witness of EVERYBODY) {
      const text = await tell(copy, witness);
      console.log(`  ${text === null ? "holds" : `FAILS ${text}`}: ${witness}`);
    }
    await patch(copy, path, "--reverse");
  }
  return 0;
}

async function patch(
  copy: string,
  path: string,
  ...options: string[]
): Promise<void> {
  const full = await Deno.realPath(path);
  const { success, text } = await run(
    ["git", "apply", ...options, full],
    copy,
  );
  if (success) return;
  throw new Error(
    `Cannot apply ${path}: ${text.trim()}; the code has changed, make the ` +
      "patch anew",
  );
}

async function holds(copy: string, witness: string): Promise<boolean> {
  return await tell(copy, witness) === null;
}

/** Null when the witness is content; else what it found, in one line. */
async function tell(copy: string, witness: string): Promise<string | null> {
  const { success, text } = await ask(copy, witness);
  if (success) return null;
  const [line = ""] = /^World \d+|^.*(?:FAILED|error:).*$/m.exec(text) ?? [];
  return line.slice(0, 150);
}

async function ask(copy: string, witness: string): Promise<Answer> {
  const [task = "", ...rest] = witness.split(" ");
  const args = task === "test"
    ? [
      "test",
      "--allow-all",
      "--no-check",
      "--parallel",
      "--fail-fast",
      ...rest,
    ]
    : ["run", "--allow-all", "--no-check", `scripts/${task}.ts`, ...rest];
  return await run([Deno.execPath(), ...args], copy);
}

async function run(
  [program = "", ...args]: readonly string[],
  directory: string,
): Promise<Answer> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: directory,
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(WITNESS_MS),
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
