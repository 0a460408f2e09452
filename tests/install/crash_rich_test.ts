/**
 * The same as `crash_test.ts`, of programs that use everything: commands, files
 * that their owner changed, native packages and hooks.
 *
 * @module
 */

import { killsTold, testKills } from "./crash_kit.ts";
import { RICH_SCENARIOS } from "./scenarios.ts";

testKills(RICH_SCENARIOS);

Deno.test("killsTold counts the kills of rich programs", () => {
  console.log(
    killsTold("programs with hooks, packages, commands and the owner's files"),
  );
});
