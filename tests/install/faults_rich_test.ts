/**
 * The same as `faults_test.ts`, of programs that use everything. Errors of the
 * system differ in their word only, so each operation meets a lost medium and,
 * in turn, one of the others.
 *
 * @module
 */

import { faultsTold, testFaults } from "./fault_kit.ts";
import { RICH_SCENARIOS } from "./scenarios.ts";

const TURNS = ["ENOSPC", "EACCES", "EROFS"] as const;

testFaults(
  RICH_SCENARIOS,
  (n) => n % 4 === 0 ? ["EIO"] : [TURNS[n % 3] ?? "ENOSPC"],
);

Deno.test("faultsTold counts the faults with rich programs", () => {
  console.log(
    faultsTold("programs with hooks, packages, commands and owner's files"),
  );
});
