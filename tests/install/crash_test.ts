/**
 * The agent is killed at every change of installs, updates, rollbacks and
 * removals of plain programs, and of recovering from each.
 *
 * @module
 */

import { killsTold, testKills } from "./crash_kit.ts";
import { PLAIN_SCENARIOS } from "./scenarios.ts";

testKills(PLAIN_SCENARIOS);

Deno.test("killsTold counts the kills of plain programs", () => {
  console.log(killsTold("plain programs"));
});
