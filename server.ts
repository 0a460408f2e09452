/**
 * `flottille-server`: the one executable of the server.
 *
 * @module
 */

import { serverMain } from "./lib/cli/server_main.ts";
import { realHost } from "./lib/host/real.ts";
import { realSupervisor } from "./lib/host/real_supervisor.ts";
import { workerDatagrams } from "./lib/host/worker_datagrams.ts";

// Only what is looked at is read, so the executable needs a permission for a
// few variables and not for all of them.
const environment = new Proxy<Record<string, string | undefined>>({}, {
  get: (_, name) => typeof name === "string" ? Deno.env.get(name) : undefined,
});

// The server's sockets are read in a thread of their own, so that a busy moment
// does not cost it the echoes of a whole fleet (F-03). A command that opens
// none starts none.
const host = { ...realHost(), datagrams: workerDatagrams() };

Deno.exit(
  await serverMain(host, Deno.args, {
    environment,
    pid: Deno.pid,
    supervisor: realSupervisor(environment, Deno.pid),
    ...(Deno.build.standalone ? { executable: Deno.execPath() } : {}),
  }),
);
