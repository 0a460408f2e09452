/**
 * The agent's command line beside an agent whose answers are made up.
 *
 * @module
 */

import { type Answers, openLocalDoor } from "../../lib/agent/local.ts";
import type { AgentStatus } from "../../lib/agent/status.ts";
import { agentMain } from "../../lib/cli/agent_main.ts";
import { realHost } from "../../lib/host/real.ts";
import { QuickClock } from "./fake_clock.ts";
import { fakeTerminal } from "./fake_terminal.ts";

/** What an agent at work says of itself. */
export const STATUS: AgentStatus = {
  machine: "q7Jx9fTaAAAAAAAAAAAAAA",
  hostName: "workshop-3",
  agentVersion: "0.1.0",
  membership: "accepted",
  reason: "",
  server: "192.168.1.5:2013",
  heardSecondsAgo: 7,
  doing: null,
  dropped: { short: 0, filter: 12 },
  programs: [
    { name: "editor", version: "2.0", kept: "1.0" },
    { name: "viewer", version: "1.0", kept: null },
  ],
};

/** What the agent answers that the tests do not change. */
export const ANSWERS: Answers = {
  status: () => Promise.resolve(STATUS),
  list: () =>
    Promise.resolve({
      sha256: "0".repeat(64),
      programs: [{
        name: "evil\x1b[2J",
        version: "1",
        purl: "pkg:generic/x@1",
        source: "flottille",
      }],
      faults: [{ source: "dpkg", error: "It is cut off" }],
    }),
  "send-list": () => Promise.resolve({ outcome: "sent" }),
  rollback: () =>
    Promise.resolve({ reason: null, version: "1.0", note: "kept a/b.conf" }),
};

/** Runs one command line of the agent. */
export async function run(args: readonly string[], terminal = fakeTerminal()) {
  const host = { ...realHost(), terminal, clock: new QuickClock() };
  const code = await agentMain(host, args);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** Runs the command line beside an agent that answers so. */
export async function ask(
  args: readonly string[],
  answers: Partial<Answers> = {},
) {
  const directory = await Deno.makeTempDir();
  const door = await openLocalDoor({
    host: realHost(),
    stateDirectory: directory,
    answers: { ...ANSWERS, ...answers },
  });
  try {
    return await run([...args, "--state", directory]);
  } finally {
    await door.close();
    await Deno.remove(directory, { recursive: true });
  }
}
