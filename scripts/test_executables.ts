/**
 * The demo's scenario with the two compiled executables: `deno task
 * test:executables`. Needs `deno task compile` first.
 *
 * @module
 */

const demo = new URL("./demo.ts", import.meta.url).pathname;
for (const name of ["flottille-server", "flottille-agent"]) {
  const path = new URL(`../dist/${name}`, import.meta.url).pathname;
  try {
    await Deno.stat(path);
  } catch {
    console.error(`dist/${name} is not there; run "deno task compile" first`);
    Deno.exit(1);
  }
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "--allow-all", "--quiet", demo, "--executables"],
}).spawn().status;
console.log(`test:executables: ${code === 0 ? "ok" : "failed"}`);
Deno.exit(code);
