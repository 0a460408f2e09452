/** The terminal, in processes of its own that have one or have none. */

import { assertEquals } from "@std/assert";

const terminal = JSON.stringify(
  import.meta.resolve("../../lib/host/real_terminal.ts"),
);
const PRINT = `
  import { realTerminal } from ${terminal};
  const t = realTerminal();
  t.write(JSON.stringify([t.interactive, t.interactiveError, t.columns()]));
  t.writeError("é");`;

Deno.test("Terminal without a terminal is not interactive and 80 columns wide", async () => {
  const { stdout, stderr } = await deno(PRINT).output();
  assertEquals(text(stdout), "[false,false,80]");
  assertEquals(text(stderr), "é");
});

Deno.test("Terminal on a terminal is interactive, unless NO_COLOR is set", async () => {
  const cases = [[{}, "[true,true,"], [
    { NO_COLOR: "1" },
    "[false,false,",
  ]] as const;
  for (const [environment, begins] of cases) {
    // script(1) of util-linux gives its command a terminal of its own.
    const output = await new Deno.Command("script", {
      args: ["-qec", '"$DENO" run "$PROGRAM"', "/dev/null"],
      env: {
        ...environment,
        DENO: Deno.execPath(),
        PROGRAM: `data:text/javascript,${encodeURIComponent(PRINT)}`,
      },
      stdin: "null",
    }).output();
    const said = text(output.stdout);
    assertEquals(said.slice(0, begins.length), begins, said);
  }
});

Deno.test("Terminal.write does not mind a reader that has gone away", async () => {
  const child = deno(`
    import { realTerminal } from ${terminal};
    const t = realTerminal();
    for (let i = 0; i < 2_000; i++) t.write("a line of text\\n".repeat(10));
    t.writeError("done");`).spawn();
  await child.stdout.cancel();
  const { code } = await child.status;
  assertEquals(
    text(new Uint8Array(await new Response(child.stderr).arrayBuffer())),
    "done",
  );
  assertEquals(code, 0);
});

Deno.test("Terminal.writeBytes tells when the reader has gone away", async () => {
  const child = deno(`
    import { realTerminal } from ${terminal};
    const t = realTerminal();
    const piece = new Uint8Array(65_536);
    let pieces = 0;
    while (pieces < 1_000 && t.writeBytes(piece)) pieces++;
    t.writeError(String(pieces < 1_000));`).spawn();
  await child.stdout.cancel();
  const { code } = await child.status;
  assertEquals(await new Response(child.stderr).text(), "true");
  assertEquals(code, 0);
});

Deno.test("Terminal.onStop hears SIGINT and SIGTERM until it is told not to", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = deno(`
      import { realTerminal } from ${terminal};
      const t = realTerminal();
      const waiting = setTimeout(() => {}, 60_000);
      const forget = t.onStop((signal) => {
        t.write(signal);
        forget();
        clearTimeout(waiting);
      });
      t.writeError("ready");`).spawn();
    const reader = child.stderr.getReader();
    await reader.read();
    child.kill(signal);
    const said = await new Response(child.stdout).text();
    assertEquals(said, signal);
    assertEquals((await child.status).code, 0);
    await reader.cancel();
  }
});

function deno(program: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: { NO_COLOR: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function text(of: Uint8Array): string {
  return new TextDecoder().decode(of);
}
