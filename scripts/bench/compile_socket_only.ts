/**
 * Compiles `socket_only.ts` with the runtime that the executables stand on.
 *
 * @module
 */

import { run } from "../kit/process.ts";
import { runtimeForTests as testRuntime } from "../runtime_for_tests.ts";

/** @returns the path of the executable. */
export async function compileForBench(
  directory: string,
  { runtimeForTests }: { readonly runtimeForTests: boolean },
): Promise<string> {
  const source = new URL("./socket_only.ts", import.meta.url).pathname;
  const output = `${directory}/socket-only`;
  const deno = runtimeForTests
    ? await testRuntime()
    : { program: Deno.execPath(), environment: {} };
  const { code, stderr } = await run([
    ...[deno.program, "compile", "--quiet", "--no-check", "--no-config"],
    ...["--unstable-net", "--no-code-cache", "--allow-net"],
    ...["--output", output, source],
  ], { environment: { ...Deno.env.toObject(), ...deno.environment } });
  if (code !== 0) throw new Error(`Cannot compile socket_only.ts: ${stderr}`);
  return output;
}
