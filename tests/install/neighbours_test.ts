/**
 * What a package asks of the machine and of the programs beside it, and what
 * these ask of it: checked on the machine, before anything is written.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { signStatement } from "../../lib/trust/statement.ts";
import type { Relation } from "../../lib/ieo/manifest/types.ts";
import { PUBLISHER } from "../ieo/samples.ts";
import {
  assertRefused,
  done,
  removal,
  V1,
  V2,
  wayBack,
  withInstaller,
} from "./house.ts";
import { type Fields, hookThat, programOf } from "./packages.ts";

/** A program `app` that asks for this. */
function app(fields: Fields, name = "app") {
  return programOf({ "hooks/ok": "#!ok\n" }, { name }, fields);
}
const tool = (versions: string): readonly Relation[] => [
  { name: "tool", versions },
];

const REFUSED: readonly (readonly [string, Fields, string, RegExp])[] = [
  [
    "for other machines",
    { targets: [{ os: "windows" }] },
    "target",
    /for windows, and this machine is debian 12 on x86_64/,
  ],
  [
    "for a newer agent",
    { agent: "1.1" },
    "agent",
    /needs the agent 1.1 or a later one, and this one is 1.0/,
  ],
  [
    "that has expired",
    { expires: "2023-01-01T00:00:00Z" },
    "expired",
    /expired at 2023-01-01/,
  ],
  [
    "that requires what is not there",
    { requires: tool(">=1") },
    "absent",
    /it requires tool >=1, which is not installed/,
  ],
];
for (const [what, fields, reason, says] of REFUSED) {
  Deno.test(`Installer refuses a package ${what}`, async () => {
    await withInstaller(async (installer, house) => {
      const result = await house.install(installer, app(fields), 1n);
      assertRefused(result, reason, says);
      assertEquals(house.holds(), "none");
    });
  });
}

Deno.test("Installer takes a package for this machine, this agent and this day", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const fits = app({
      targets: [{ os: "darwin" }, { distribution: "debian", versions: ">=11" }],
      agent: "1.0",
      expires: "2024-01-01T00:00:00Z",
      requires: tool(">=1 <2"),
    });
    assertEquals(await house.install(installer, fits, 2n), done("1.0"));
  });
});

Deno.test("Installer refuses a package that runs programs and does not say so", async () => {
  await withInstaller(async (installer, house) => {
    const program = app({ hooks: { check: hookThat("ok") } });
    const { ordered, serial } = program;
    const stated = { format: 1 as const, ...ordered, serial, hooks: false };
    const statement = signStatement(PUBLISHER, stated);
    const result = await house.install(installer, program, 1n, { statement });
    assertRefused(result, "package", /./);
    assertEquals(house.processes.seen, []);
  });
});

Deno.test("Installer refuses an update that another program could not live with, I-17", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    await house.install(installer, app({ requires: tool("<2") }), 2n);
    const update = await house.install(installer, V2, 3n);
    assertRefused(update, "required", /app 1.0 requires tool <2/);
    const gone = await installer.remove(removal(4n));
    assertRefused(gone, "required", /Cannot remove tool: app 1.0 requires/);
    await installer.remove({ ...removal(5n), name: "app" });
    assertEquals(await house.install(installer, V2, 6n), done("2.0"));
    // Nor is there a way back under a program that needs the newer one.
    await house.install(installer, app({ requires: tool(">=2") }), 7n);
    const back = await installer.rollback(wayBack(8n));
    assertRefused(back, "required", /to 1.0: app 1.0 requires tool >=2/);
    assertEquals(
      await installer.remove({ ...removal(9n), name: "app" }),
      done(""),
    );
    assertEquals(await installer.rollback(wayBack(10n)), done("1.0"));
  });
});

Deno.test("Installer refuses programs that conflict, by either's word", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, V1, 1n);
    const enemy = app({ conflicts: tool("*") });
    const first = await house.install(installer, enemy, 2n);
    assertRefused(first, "conflict", /it conflicts with tool, and tool 1.0/);
    await house.install(installer, app({ conflicts: tool(">=2") }), 3n);
    const second = await house.install(installer, V2, 4n);
    assertRefused(second, "conflict", /which conflicts with tool >=2/);
    const wrong = app({ requires: tool(">=2") }, "more");
    const third = await house.install(installer, wrong, 5n);
    assertRefused(third, "conflict", /requires tool >=2, and tool 1.0 is/);
  });
});
