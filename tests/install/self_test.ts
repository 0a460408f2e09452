/**
 * The agent's own update in the installer: what is proved before anything is
 * switched, who may commit, and that the file which the service starts changes
 * with the commit and never before.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { failure } from "../../lib/install/result.ts";
import { assertRefused, done, removal, wayBack } from "./house.ts";
import {
  A1,
  A2,
  AGENT,
  agentProcesses,
  executableOf,
  handedOver,
  lookAt,
  openAgent,
  throughTrial,
  withAgentHouse,
} from "./self_kit.ts";

const FIRST = { service: "first", current: "", versions: [], strays: [] };
const OLD = { service: "1.0", current: "1.0", versions: ["1.0"], strays: [] };
const NEW = {
  service: "2.0",
  current: "2.0",
  versions: ["1.0", "2.0"],
  strays: [],
};
const BACK = { ...NEW, service: "1.0", current: "1.0" };

Deno.test("Installer commits a new agent when that reports, and the service starts it, I-19", async () => {
  await withAgentHouse(async (house) => {
    assertEquals(lookAt(house), OLD);
    const { trial, result } = await handedOver(
      house,
      (installer) => house.install(installer, A2, 9n),
    );
    assertRefused(result, "busy", /is being tried now/);
    assertEquals(trial, {
      id: trial.id,
      order: 9n,
      attempt: 1,
      version: "2.0",
      program: `${house.root}/${AGENT}/current/agent`,
      executable: executableOf(house),
      deadlineSeconds: 60,
    });
    const { id } = trial;
    // In use already, but what a restart of the machine starts is the old one.
    assertEquals(lookAt(house).service, "1.0");
    const tried = await openAgent(house, undefined, { trial: id });
    const other = await tried.remove({ ...removal(10n), name: AGENT });
    assertRefused(other, "busy", /a new agent is being tried/);
    await tried.confirm();
    assertEquals(lookAt(house), NEW);
    assertEquals(tried.resultOf(9n, 1), done("2.0"));
    assertEquals(await tried.owns(AGENT, "2.0"), true);
    await tried.close();
  });
});

Deno.test("Installer takes the agent back through a trial, I-19", async () => {
  await withAgentHouse(async (house) => {
    const back = { ...wayBack(9n), name: AGENT };
    await throughTrial(house, (installer) => installer.rollback(back));
    assertEquals(lookAt(house), BACK);
  }, [A1, A2]);
});

const REFUSED:
  readonly (readonly [string, Parameters<typeof agentProcesses>[0], RegExp])[] =
    [
      [
        "says another version",
        { text: `${AGENT} 3.0\n` },
        /"flottille-agent 2.0" and code 0 were expected; its last lines:\nflottille-agent 3.0/,
      ],
      ["ends with another code", { code: 3 }, /ended with code 3/],
      [
        "is killed by a signal",
        { code: null, signal: "SIGSEGV" },
        /ended by SIGSEGV/,
      ],
      ["hangs", { code: null, killed: true }, /was killed after 30 s/],
      ["cannot be run", {
        code: null,
        fault: "not executable",
        faultDetail: "Exec format error",
      }, /could not be run: Exec format error/],
    ];

for (const [what, says, sentence] of REFUSED) {
  Deno.test(`Installer refuses a new agent that ${what} before anything is switched, I-19`, async () => {
    await withAgentHouse(async (house) => {
      const processes = agentProcesses(says);
      let tried = 0;
      const onTrial = () => void tried++;
      const options = { processes, onTrial };
      const installer = await openAgent(house, undefined, options);
      const result = await house.install(installer, A2, 9n);
      assertRefused(result, "hook", sentence);
      assertEquals(tried, 0);
      assertEquals(lookAt(house), OLD);
      await installer.close();
    });
  });
}

Deno.test("Installer undoes a trial with the verdict of its watcher, I-19", async () => {
  await withAgentHouse(async (house) => {
    const { trial } = await handedOver(
      house,
      (installer) => house.install(installer, A2, 9n),
    );
    const late = failure("deadline", "The new agent 2.0 was late");
    const verdict = { id: trial.id, failure: late };
    const installer = await openAgent(house, undefined, { verdict });
    assertEquals(installer.resultOf(9n, 1), late);
    assertEquals(installer.successor, null);
    assertEquals(lookAt(house), OLD);
    await installer.close();
    const { id } = trial;
    await assertRejects(
      () => openAgent(house, undefined, { trial: id }),
      Error,
      "no transaction waits for that",
    );
  });
});

Deno.test("Installer counts a trial that nobody saw the end of as an attempt, I-19", async () => {
  await withAgentHouse(async (house) => {
    await handedOver(
      house,
      (installer) => house.install(installer, A2, 9n),
    );
    const installer = await openAgent(house);
    const result = installer.resultOf(9n, 1);
    if (result === null) throw new Error("It has no result");
    assertRefused(result, "system", /the agent before it was ended as well/);
    assertEquals(lookAt(house), OLD);
    await installer.close();
  });
});

Deno.test("Installer takes over a first package of the agent, and undoes it without a trace, I-19", async () => {
  await withAgentHouse(async (house) => {
    await handedOver(
      house,
      (installer) => house.install(installer, A1, 9n),
    );
    const installer = await openAgent(house);
    assertEquals(lookAt(house), FIRST);
    await installer.close();
    await throughTrial(
      house,
      (installer) => house.install(installer, A1, 9n, { attempt: 2 }),
    );
    assertEquals(lookAt(house), OLD);
  }, []);
});

Deno.test("Installer refuses to update an agent whose place it does not know, I-19", async () => {
  await withAgentHouse(async (house) => {
    const within = `${house.root}/${AGENT}/current/agent`;
    const cases = [
      [{ executable: null }, /name it with --executable/],
      [{ executable: within }, /start a copy of it from another place/],
    ] as const;
    for (const [index, [options, sentence]] of cases.entries()) {
      const installer = await openAgent(house, undefined, options);
      const order = BigInt(10 + index);
      const result = await house.install(installer, A2, order);
      assertRefused(result, "agent", sentence);
      const back = { ...wayBack(order + 10n), name: AGENT };
      assertRefused(await installer.rollback(back), "absent", /is kept/);
      await installer.close();
    }
    const installer = await house.open();
    const result = await house.install(installer, A2, 12n);
    assertRefused(result, "agent", /nobody here could take/);
    await installer.close();
    assertEquals(lookAt(house), OLD);
  });
});
