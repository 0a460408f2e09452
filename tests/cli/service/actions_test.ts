/** Services put into the system of another directory, on a real disk. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Bench,
  installService,
  serviceStatus,
  uninstallService,
} from "../../../lib/cli/service/actions.ts";
import { putProgram } from "../../../lib/cli/service/changes.ts";
import type { Manager } from "../../../lib/cli/service/managers.ts";
import { MANAGERS } from "../../../lib/cli/service/managers.ts";
import { openPlace } from "../../../lib/cli/service/place.ts";
import { agentService } from "../../../lib/cli/service/service.ts";
import { realHost } from "../../../lib/host/real.ts";

const SERVICE = agentService("/usr/local/bin/flottille-agent", []);

async function inDirectory(
  play: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await play(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function benchIn(root: string, manager: string) {
  const host = realHost();
  const said: string[] = [];
  const place = await openPlace(host, { root, manager });
  const bench: Bench = { host, place, tell: (line) => said.push(line) };
  return { bench, said };
}

for (const manager of ["systemd", "openrc", "launchd"]) {
  Deno.test(`installService for ${manager} does nothing twice, and uninstallService leaves nothing`, () =>
    inDirectory(async (root) => {
      const { bench, said } = await benchIn(root, manager);
      await installService(bench, SERVICE, true);
      const found = await serviceStatus(bench, SERVICE);
      assertEquals([found.file, found.isEnabled, found.isRunning], [
        "as it should be",
        true,
        null,
      ]);
      said.length = 0;
      await installService(bench, SERVICE, false);
      assert(said[0]?.startsWith("Is as it should be"), said[0]);
      await uninstallService(bench, SERVICE);
      const { file, isEnabled } = await serviceStatus(bench, SERVICE);
      assertEquals([file, isEnabled], ["absent", false]);
    }));
}

Deno.test("installService puts back a file that somebody changed", () =>
  inDirectory(async (root) => {
    const { bench } = await benchIn(root, "systemd");
    await installService(bench, SERVICE, true);
    const path = bench.place.at(bench.place.manager.file(SERVICE).path);
    await Deno.writeTextFile(path, "[Service]\nExecStart=/bin/false\n");
    assertEquals((await serviceStatus(bench, SERVICE)).file, "changed");
    await installService(bench, SERVICE, false);
    assertEquals((await serviceStatus(bench, SERVICE)).file, "as it should be");
  }));

/** systemd that runs, with programs of ours for its own. */
async function liveBench(root: string, script: string) {
  const { bench, said } = await benchIn(root, "systemd");
  const program = `${root}/systemctl`;
  await Deno.writeTextFile(
    program,
    `#!/bin/sh\necho "$*" >> ${root}/calls\n${script}\n`,
    { mode: 0o755 },
  );
  const ours = (commands: readonly (readonly [string, ...string[]])[]) =>
    commands.map(([, ...args]) => [program, ...args] as const);
  const manager: Manager = {
    ...MANAGERS.systemd,
    start: (name) => ours(MANAGERS.systemd.start(name)),
    stop: (name) => ours(MANAGERS.systemd.stop(name)),
    forget: () => ours(MANAGERS.systemd.forget()),
    status: (name) => [program, "status", name],
  };
  const place = { ...bench.place, manager, isLive: true };
  const calls = async () => {
    const text = await Deno.readTextFile(`${root}/calls`).catch(() => "");
    await Deno.remove(`${root}/calls`).catch(() => {});
    return text.trim().split("\n");
  };
  return { bench: { ...bench, place }, said, calls };
}

Deno.test("installService starts what does not run, and leaves what runs as it should", () =>
  inDirectory(async (root) => {
    const off = await liveBench(root, '[ "$1" != status ]');
    await installService(off.bench, SERVICE, false);
    assertEquals(await off.calls(), [
      "status flottille-agent",
      "stop flottille-agent.service",
      "daemon-reload",
      "restart flottille-agent.service",
    ]);
    const on = await liveBench(root, "exit 0");
    await installService(on.bench, SERVICE, false);
    assertEquals(await on.calls(), ["status flottille-agent"]);
    assertEquals(on.said.at(-1), "It runs already");
    await installService(on.bench, SERVICE, true);
    assertEquals((await on.calls()).at(-1), "restart flottille-agent.service");
  }));

Deno.test("installService tells what the manager said when it refuses", () =>
  inDirectory(async (root) => {
    const { bench } = await liveBench(root, "echo no such thing >&2; exit 5");
    await assertRejects(
      () => installService(bench, SERVICE, true),
      Error,
      "ended with code 5: no such thing",
    );
  }));

Deno.test("putProgram copies a program when it is another one", () =>
  inDirectory(async (root) => {
    const { disk } = realHost();
    const [from, to] = [`${root}/a`, `${root}/bin/b`];
    const bytes = new Uint8Array(2_500_000).fill(7);
    await Deno.writeFile(from, bytes);
    assertEquals(await putProgram(disk, from, to), true);
    assertEquals(await putProgram(disk, from, to), false);
    assertEquals((await Deno.stat(to)).mode! & 0o777, 0o755);
    bytes[2_400_000] = 8;
    await Deno.writeFile(from, bytes);
    assertEquals(await putProgram(disk, from, to), true);
    assertEquals(await Deno.readFile(to), bytes);
  }));

Deno.test("openPlace names the managers when it knows none of that name", async () => {
  await assertRejects(
    () => openPlace(realHost(), { root: "/x", manager: "sysv" }),
    Error,
    "there are systemd, openrc, launchd, windows",
  );
});
