/**
 * What is too long for CI: `deno task nightly [PART...]`. Each part is a task
 * with more of everything; all of them are run, and the last line says which
 * failed. Takes some hours, on a machine of its own best of all.
 *
 * @module
 */

/** Another one each night; it is printed with the task. */
const SEED = String(1 + Date.now() % 1_000_000);

/** By name: the arguments of `deno task`, and how long it may take. */
// deno-fmt-ignore
const PARTS: Readonly<Record<string, readonly [minutes: number, ...task: string[]]>> = {
  "sim":      [120, "sim", "--runs", "10000", "--seed", SEED],
  "model":    [120, "model", "--thorough"],
  "mutants":  [60,  "mutants"],
  "fuzz":     [200, "fuzz", "--count", "1000000", "--minutes", "10"],
  "store":    [60,  "test:store", "--kills", "1000", "--seed", SEED],
  "load":     [120, "load"],
  "soak":     [80,  "load", "soak", "--minutes", "60"],
  "crash":    [180, "test:crash", "--thorough", "--machines", "4", "steps", "self"],
  "moments":  [120, "test:crash", "--rounds", "100", "--seed", SEED, "moments"],
  "packages": [30,  "test:packages"],
  "lan":      [60,  "test:lan", "--thorough"],
  "day":      [20,  "owners-day"],
  "bench":    [60,  "bench", "pack", "install", "--huge"],
};

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    const known = Object.keys(PARTS).join(", ");
    console.error(`nightly: there is no part "${unknown}"; known are ${known}`);
    return 2;
  }
  const failed: string[] = [];
  for (const [name, [minutes, ...task]] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`=== ${name}: deno task ${task.join(" ")}`);
    const begunMs = performance.now();
    const isGood = await runTask(task, minutes * 60_000);
    const tookMinutes = (performance.now() - begunMs) / 60_000;
    const ending = isGood ? "ok" : "FAILED";
    console.log(`=== ${name}: ${ending} after ${tookMinutes.toFixed(1)} min`);
    if (!isGood) failed.push(name);
  }
  console.log(
    failed.length === 0 ? "nightly: ok" : `nightly: failed: ${failed}`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function runTask(
  task: readonly string[],
  deadlineMs: number,
): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...task],
    stdin: "null",
    signal: AbortSignal.timeout(deadlineMs),
  }).spawn().status;
  return success;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
