/**
 * A whole agent on this machine, whose server nobody can reach: what still
 * works, and how fast it stops.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AgentError } from "../../lib/agent/fault.ts";
import { askAgent } from "../../lib/agent/local.ts";
import { AGENT_DEFAULTS, type AgentOptions } from "../../lib/agent/options.ts";
import { runAgent } from "../../lib/agent/run.ts";
import type { AgentStatus } from "../../lib/agent/status.ts";
import { realHost } from "../../lib/host/real.ts";
import { Installer } from "../../lib/install/installer.ts";
import type { OrderResult } from "../../lib/sep/server_api.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import { encodeJoinFile } from "../../lib/trust/join_file.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { PUBLISHERS, withDirectory } from "../ieo/samples.ts";
import { orderOf, V1, V2 } from "./hands.ts";

const host = realHost();

async function withAgent(
  use: (options: AgentOptions) => Promise<void>,
): Promise<void> {
  await withDirectory(async (home) => {
    const fleet = keyPairFromSeed(new Uint8Array(32).fill(1));
    const secret = new Uint8Array(32).fill(4);
    const join = encodeJoinFile({
      format: 1,
      fleet: fleet.publicKey,
      delegation: signDelegation(fleet, {
        serverKey: keyPairFromSeed(new Uint8Array(32).fill(3)).publicKey,
        certificateHash: new Uint8Array(32),
        serial: 1n,
      }),
      filterKey: new Uint8Array(32).fill(5),
      enrolment: { id: enrolmentId(secret), secret },
      servers: [],
    });
    await Deno.writeTextFile(`${home}/join.json`, join);
    await use({
      ...AGENT_DEFAULTS,
      joinPath: `${home}/join.json`,
      stateDirectory: `${home}/state`,
      programsDirectory: `${home}/programs`,
      commandsDirectory: null,
      // Nobody else's on this machine; its broadcasts stay on loopback.
      address: "127.0.91.1",
      sepPort: 20_913,
      broadcast: ["127.255.255.255"],
      firstPingAfterSeconds: 0,
    });
  });
}

/** Calls `use` while an agent runs; tells how long it took to stop, in ms. */
async function running(
  options: AgentOptions,
  use: () => unknown,
): Promise<number> {
  const agent = await runAgent({ host, options });
  let startedMs = 0;
  try {
    await use();
  } finally {
    startedMs = performance.now();
    await agent.stop();
  }
  return performance.now() - startedMs;
}

/** Both versions of the program, one after the other, without any server. */
async function installBoth(options: AgentOptions): Promise<void> {
  const installer = await Installer.open({
    disk: host.disk,
    clock: host.clock,
    root: options.programsDirectory,
    state: options.stateDirectory,
    processes: host.processes,
    facts: () => ({
      os: "linux",
      architecture: "x86_64",
      distribution: "",
      distributionVersion: "",
    }),
    agentVersion: "0.1.0",
    commandsDirectory: null,
  });
  for (const [index, sample] of [V1, V2].entries()) {
    const packagePath = `${options.stateDirectory}/package`;
    await Deno.writeFile(packagePath, sample.bytes);
    const result = await installer.install({
      order: orderOf(sample, BigInt(index)),
      packagePath,
      statement: sample.statement,
      publishers: PUBLISHERS,
    });
    assert(result.ok, Deno.inspect(result));
    await Deno.remove(packagePath);
  }
  await installer.close();
}

Deno.test("runAgent goes back at the machine's own order, with no network, and knows it after a restart", async () => {
  await withAgent(async (options) => {
    await installBoth(options);
    const { stateDirectory } = options;
    const ask = async (question: "rollback" | "status", asked?: unknown) =>
      await askAgent({ host, stateDirectory, question, asked }) as
        & OrderResult
        & AgentStatus;
    const current = () =>
      Deno.readTextFile(`${options.programsDirectory}/tool/current/bin/tool`);
    await running(options, async () => {
      assertEquals(await current(), "two\n");
      const { programs } = await ask("status");
      assertEquals(programs, [{ name: "tool", version: "2.0", kept: "1.0" }]);
      const absent = await ask("rollback", { name: "nothing" });
      assertEquals(absent.reason, "absent", absent.note);
      const wrong = await ask("rollback", { name: "../tool" });
      assertEquals(wrong.reason, "name");
      const other = await ask("rollback", { name: "tool", version: "0.9" });
      assertEquals(other.reason, "absent", other.note);
      assertEquals(await current(), "two\n");
      const back = await ask("rollback", { name: "tool" });
      assertEquals([back.reason, back.version], [null, "1.0"], back.note);
      assertEquals(await current(), "one\n");
    });
    await running(options, async () => {
      const { programs, doing } = await ask("status");
      assertEquals(programs.map(({ version }) => version), ["1.0"]);
      assertEquals(doing, null);
    });
  });
});

Deno.test("runAgent refuses a second agent with the same state directory, and stops at once, I-20", async () => {
  await withAgent(async (options) => {
    const tookMs = await running(
      options,
      () => assertRejects(() => runAgent({ host, options }), AgentError),
    );
    assert(tookMs < 2_000, `It took ${tookMs} ms`);
  });
});

Deno.test("runAgent tidies what an earlier agent left of its downloads", async () => {
  await withAgent(async (options) => {
    const downloads = `${options.stateDirectory}/downloads`;
    await Deno.mkdir(downloads, { recursive: true });
    await Deno.chmod(options.stateDirectory, 0o700);
    await Deno.writeTextFile(`${downloads}/${"ab".repeat(32)}.part`, "old");
    await running(options, () => {
      assertEquals([...Deno.readDirSync(downloads)], []);
    });
  });
});

Deno.test({
  name:
    "runAgent whose address is taken says which options choose another, S-21, I-20",
  // What it had opened goes with its process, which is the test's here.
  sanitizeResources: false,
  async fn() {
    await withAgent(async (options) => {
      const { sepPort: port } = options;
      const hostname = "127.0.91.2";
      const other = Deno.listenDatagram({ transport: "udp", hostname, port });
      try {
        const error = await assertRejects(
          () => runAgent({ host, options: { ...options, address: hostname } }),
          AgentError,
        );
        assert(
          error.message.startsWith(`Cannot listen on ${hostname}:${port}`),
        );
        assert(error.message.includes("--address"), error.message);
        assert(error.message.includes("--sep-port"), error.message);
      } finally {
        other.close();
      }
    });
  },
});
