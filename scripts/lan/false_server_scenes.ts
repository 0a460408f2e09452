/**
 * The hostile machine as a false server: without keys, with those of another
 * fleet, with all keys but the one that counts, and with that one when it is
 * worth nothing any more.
 *
 * @module
 */

import { Running } from "../kit/process.ts";
import { run } from "../kit/process.ts";
import { within } from "../kit/lan.ts";
import type { HostileLan } from "./hostile_lan.ts";
import { check, told } from "./lan_test.ts";

/** A false server that never held the server's key (C-05). */
export async function falseServerScenes(lan: HostileLan): Promise<void> {
  const { fleet, hostile } = lan;
  const { directory } = fleet;
  await foreignFleet(lan);
  const keys = `${directory}/fleet/keys`;
  const guises = [
    lan.guise("no key at all", {}),
    lan.guise("another fleet", {
      join: `${directory}/other/join.json`,
      signer: `${directory}/other/keys/server.key`,
      hasFilterKey: true,
    }),
    lan.guise("the filter key", { hasFilterKey: true }),
    lan.guise("a delegation by itself", {
      hasFilterKey: true,
      delegatesItself: true,
    }),
    lan.guise("the publisher's key", {
      hasFilterKey: true,
      signer: `${keys}/publisher.key`,
    }),
    lan.guise("a machine's key", {
      hasFilterKey: true,
      signer: `${fleet.stateOf("m3")}/agent.key`,
    }),
  ];
  await lan.watch(hostile);
  const attack = lan.attack("as server", { guises }, async () => {
    await fleet.restartAgent("m3");
    await lan.order(["m1"], ["install", "editor", "1.0"], { editor: "1.0" });
    await lan.order(["m3"], ["install", "editor", "2.0"], { editor: "2.0" });
  });
  const { sent, answers, visits } = await attack;
  const came = await lan.watched(hostile);
  check(
    answers === 0 && visits === 0 && came.length === 0,
    `a false server got ${answers} answers, ${visits} visits and ` +
      `${came.length} datagrams`,
  );
  await lan.judge("false server");
  told(`a false server in ${guises.length} guises: ${sent} datagrams, 0 heard`);
}

/** A whole other fleet beside ours: neither hears the other. */
async function foreignFleet(lan: HostileLan): Promise<void> {
  const { fleet, hostile, test: { programs } } = lan;
  const { directory } = fleet;
  const other = `${directory}/other`;
  const made = await run(
    within(hostile.namespace, [...programs.server, "init", "--dir", other]),
    { directory },
  );
  check(made.code === 0, made.stderr);
}

/**
 * A thief with the server's whole directory, whom the owner has superseded:
 * first it drove the epoch up, as far as it goes (K-05, K-06).
 */
export async function supersededScene(lan: HostileLan): Promise<void> {
  const { fleet, hostile, test: { programs } } = lan;
  const { directory } = fleet;
  const stolen = `${directory}/stolen`;
  await fleet.stopServer();
  await run(["cp", "-a", `${directory}/fleet`, stolen]);
  await Deno.remove(`${stolen}/keys/fleet.key`);
  const thief = lan.guise("the thief", {
    join: `${stolen}/join.json`,
    hasFilterKey: true,
    signer: `${stolen}/keys/server.key`,
  });
  // The owner does not know yet: this ping is a true one.
  await lan.attack("as server", { guises: [thief], seconds: 2 });
  await fleet.ok("delegate");
  await fleet.startServer();
  const command = [
    ...programs.server,
    "run",
    ...["--config", `${stolen}/flottille.toml`],
  ];
  const server = new Running(
    "thief",
    within(hostile.namespace, command),
    directory,
  );
  try {
    for (const name of lan.expected.keys()) {
      await fleet.untilState(name, "alive", 40_000);
    }
    // Newer than whatever the scenes before have left there.
    await fleet.publish("4.0");
    await lan.order(["m2"], ["install", "editor", "4.0"], { editor: "4.0" });
    const order = await run(
      within(hostile.namespace, [
        ...programs.server,
        ...["remove", "editor", "--on", "all", "--wait", "--timeout", "5"],
        ...["--config", `${stolen}/flottille.toml`],
      ]),
      { directory },
    );
    check(order.code !== 0, `the thief's order ended well: ${order.stdout}`);
    await lan.judge("superseded server");
    told("a thief with the server's superseded keys and its whole directory");
  } finally {
    await server.stop(5_000);
  }
}
