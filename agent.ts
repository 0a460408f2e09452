/**
 * `flottille-agent`: the one executable of a machine.
 *
 * @module
 */

import { agentMain } from "./lib/cli/agent_main.ts";
import { realHost } from "./lib/host/real.ts";
import { realSupervisor } from "./lib/host/real_supervisor.ts";

// Only what is looked at is read, so the executable needs a permission for a
// few variables and not for all of them.
const environment = new Proxy<Record<string, string | undefined>>({}, {
  get: (_, name) => typeof name === "string" ? Deno.env.get(name) : undefined,
});

async function inputEnds(): Promise<void> {
  const dropped = new Uint8Array(256);
  while (await Deno.stdin.read(dropped) !== null);
}

Deno.exit(
  await agentMain(realHost(), Deno.args, {
    environment,
    inputEnds,
    pid: Deno.pid,
    supervisor: realSupervisor(environment, Deno.pid),
    ...(Deno.build.standalone ? { executable: Deno.execPath() } : {}),
  }),
);
