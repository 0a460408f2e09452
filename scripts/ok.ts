/**
 * Everything a commit must pass: `deno task ok`. Stops at the first that
 * fails, and says which.
 *
 * @module
 */

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check"]],
  ["tidy", ["task", "tidy"]],
  // The step "types" has checked the types of the tests as well.
  ["tests", ["task", "test", "--no-check"]],
];

for (const [name, args] of STEPS) {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
  }).spawn()
    .status;
  if (code !== 0) {
    console.error(`ok: ${name} failed (deno ${args.join(" ")})`);
    Deno.exit(1);
  }
}
console.log("ok");
