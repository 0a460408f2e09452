/** What an agent's process learns from its environment. */

import { assertEquals } from "@std/assert";
import { AGENT_DEFAULTS } from "../../lib/agent/options.ts";
import { placeOf } from "../../lib/cli/agent_place.ts";
import type { ProcessFacts } from "../../lib/cli/process_facts.ts";
import { fakeTerminal } from "./fake_terminal.ts";

function place(process: ProcessFacts, executable: string | null = null) {
  const options = { ...AGENT_DEFAULTS, executable };
  return placeOf(process, options, fakeTerminal());
}

Deno.test("placeOf knows the file that the service starts, the option first, I-19", () => {
  const found = (environment: Record<string, string>, option?: string) =>
    place({ environment, executable: "/self" }, option ?? null).options
      .executable;
  assertEquals(found({}), "/self");
  assertEquals(found({ FLOTTILLE_EXECUTABLE: "/service" }), "/service");
  assertEquals(found({ FLOTTILLE_EXECUTABLE: "/service" }, "/said"), "/said");
  assertEquals(place({}).options.executable, null);
});

Deno.test("placeOf takes only the main process of a service for one that is started anew, I-19", () => {
  const restarted = (environment: Record<string, string>) =>
    place({ environment, pid: 7 }).isRestarted;
  assertEquals(restarted({}), false);
  assertEquals(restarted({ INVOCATION_ID: "" }), false);
  assertEquals(restarted({ INVOCATION_ID: "a" }), true);
  assertEquals(restarted({ INVOCATION_ID: "a", SYSTEMD_EXEC_PID: "7" }), true);
  // A shell in somebody's session, and the agent that was started there.
  assertEquals(restarted({ INVOCATION_ID: "a", SYSTEMD_EXEC_PID: "6" }), false);
});

Deno.test("placeOf is on trial, watched, and reports with one line, I-19", async () => {
  const terminal = fakeTerminal();
  const environment = { FLOTTILLE_TRIAL: "5-1-1", FLOTTILLE_WATCHED: "1" };
  let asked = 0;
  const inputEnds = () => Promise.resolve(void asked++);
  const found = placeOf({ environment, inputEnds }, AGENT_DEFAULTS, terminal);
  assertEquals(found.trial, "5-1-1");
  found.onReported();
  assertEquals(terminal.stdout(), "flottille-agent reports 5-1-1\n");
  await found.watcherEnds;
  assertEquals(asked, 1);
  const alone = place({ environment: { FLOTTILLE_TRIAL: "" }, inputEnds });
  assertEquals([alone.trial, alone.watcherEnds, asked], [null, null, 1]);
});

Deno.test("placeOf makes the paths of directories whole, so that hooks find them", () => {
  const { options } = placeOf({}, {
    ...AGENT_DEFAULTS,
    stateDirectory: "state",
    programsDirectory: "two/programs",
    commandsDirectory: "./bin",
  }, fakeTerminal());
  const here = Deno.cwd();
  assertEquals(options.stateDirectory, `${here}/state`);
  assertEquals(options.programsDirectory, `${here}/two/programs`);
  assertEquals(options.commandsDirectory, `${here}/bin`);
  const { options: own } = placeOf({}, AGENT_DEFAULTS, fakeTerminal());
  assertEquals(own, AGENT_DEFAULTS);
});
