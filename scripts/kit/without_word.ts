/**
 * The server or the agent with one word of SeP dropped at its sockets:
 * `without_word.ts server|agent WORD [ARGUMENT...]`. Only for
 * `deno task demo --without WORD`.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { without } from "../../lib/host/without.ts";

const [program, word = "", ...args] = Deno.args;
const host = without(realHost(), word);
if (program === "server") {
  const { serverMain } = await import("../../lib/cli/server_main.ts");
  Deno.exit(await serverMain(host, args));
}
const { agentMain } = await import("../../lib/cli/agent_main.ts");
Deno.exit(await agentMain(host, args));
