/**
 * `deno task model`: checks the conversations with Spin. The tables are made
 * anew from the code each time, so a changed table is judged, not the file in
 * the tree. With `--thorough` larger bounds, with `--only TEXT` some models,
 * with `--write` and `--check` the generated file itself.
 *
 * @module
 */

import { MOVES_PML, movesPml } from "./model/moves_pml.ts";
import { type Model, MODELS, PROMISES } from "./model/models.ts";
import { type Bounds, type Found, verify } from "./model/verify.ts";

const MODEL_DIRECTORY = "tests/model";
const QUICK: Bounds = { seconds: 120, megabytes: 1_000 };
const THOROUGH: Bounds = { seconds: 1_800, megabytes: 6_000 };

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--write")) {
    await Deno.writeTextFile(MOVES_PML, movesPml());
    return 0;
  }
  if (args.includes("--check")) {
    if (await Deno.readTextFile(MOVES_PML) === movesPml()) return 0;
    console.error(
      `${MOVES_PML} is not what the tables say: deno task model --write`,
    );
    return 1;
  }
  const missing = await missingPackages();
  if (missing.length > 0) {
    console.error(
      `Cannot check the model without ${missing.join(" and ")}: ` +
        `apt-get install ${missing.join(" ")}`,
    );
    return 1;
  }
  const isThorough = args.includes("--thorough");
  const at = args.indexOf("--only");
  const only = at < 0 ? "" : args[at + 1] ?? "";
  const models = MODELS.filter(({ name, thorough }) =>
    name.includes(only) && (isThorough || thorough !== true)
  );
  if (models.length === 0) {
    console.error(`No model has "${only}" in its name`);
    return 1;
  }
  return await verifyAll(models, isThorough ? THOROUGH : QUICK);
}

async function verifyAll(
  models: readonly Model[],
  bounds: Bounds,
): Promise<number> {
  console.log(row("model", "states", "depth", "verdict", "s"));
  let wrong = 0;
  for (const model of models) {
    const found = await inDirectory((place) => verify(model, place, bounds));
    const isRight = found.verdict === (model.breaks ?? "whole");
    if (!isRight) wrong++;
    tell(model, found, isRight);
  }
  console.log(
    wrong === 0
      ? `${models.length} models: each is as it must be`
      : `${wrong} of ${models.length} models are not as they must be`,
  );
  return wrong === 0 ? 0 : 1;
}

function tell(model: Model, found: Found, isRight: boolean): void {
  const { states, depth, seconds, lines } = found;
  console.log(
    row(
      model.name,
      `${states}`,
      `${depth}`,
      sayVerdict(model, found),
      seconds.toFixed(1),
    ),
  );
  if (isRight) return;
  const promise = PROMISES.find(([name]) => name === found.verdict);
  console.log(
    promise === undefined ? "  wrong" : `  wrong: not true that ${promise[1]}`,
  );
  for (const line of lines) console.log(line);
}

function sayVerdict({ breaks }: Model, { verdict }: Found): string {
  if (verdict === "whole") {
    return breaks === null ? "holds" : "HOLDS, must fail";
  }
  if (verdict.startsWith("cannot")) return `${verdict}`.toUpperCase();
  return breaks === verdict ? `fails: ${verdict}` : `FAILS: ${verdict}`;
}

function row(
  name: string,
  states: string,
  depth: string,
  verdict: string,
  seconds: string,
): string {
  return `${name.padEnd(34)}${states.padStart(10)}${depth.padStart(7)}  ` +
    `${verdict.padEnd(26)}${seconds.padStart(6)}`;
}

/** A copy of the model, with the tables as the code has them now. */
async function inDirectory(
  work: (place: string) => Promise<Found>,
): Promise<Found> {
  const place = await Deno.makeTempDir({ prefix: "flottille-model-" });
  try {
    for await (const { name } of Deno.readDir(MODEL_DIRECTORY)) {
      if (!name.endsWith(".pml")) continue;
      await Deno.copyFile(`${MODEL_DIRECTORY}/${name}`, `${place}/${name}`);
    }
    await Deno.writeTextFile(`${place}/moves.pml`, movesPml());
    return await work(place);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

async function missingPackages(): Promise<readonly string[]> {
  const missing: string[] = [];
  for (
    const [program, option] of [["spin", "-V"], ["gcc", "--version"]] as const
  ) {
    try {
      await new Deno.Command(program, {
        args: [option],
        stdout: "null",
        stderr: "null",
      }).output();
    } catch {
      missing.push(program);
    }
  }
  return missing;
}
