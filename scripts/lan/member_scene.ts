/**
 * A machine that was one of the fleet and was thrown out: it still holds the
 * filter key and its own, and tries what these open.
 *
 * @module
 */

import type { ProgramsView } from "../../lib/server/shapes/api_schema.ts";
import type { HostileLan } from "./hostile_lan.ts";
import { check, told } from "./lan_test.ts";

/** As the server, as others, as itself; on SeP and on SiP. */
export async function memberScene(lan: HostileLan): Promise<void> {
  const { fleet, hostile } = lan;
  fleet.startAgent("old", hostile, ["--first-ping-after", "0"]);
  await fleet.enrolled("old");
  await fleet.ok("revoke", "old");
  await fleet.untilState("old", "revoked");
  await fleet.stopAgent("old");
  const { programs } = await fleet.json<ProgramsView>("programs");
  const [wanted] = programs;
  check(wanted !== undefined, "nothing is published");
  const guises = [
    lan.guise("a former member", {
      hasFilterKey: true,
      signer: `${fleet.stateOf("old")}/agent.key`,
    }),
  ];
  const certificate = await Deno.readTextFile(
    `${fleet.directory}/fleet/keys/sip.crt`,
  );
  const { sent, asked, fetched } = await lan.attack(
    "as machine",
    { guises, certificate, wanted: wanted.sha256, size: wanted.size },
    () => lan.order(["m1"], ["install", "editor", "2.0"], { editor: "2.0" }),
  );
  check(fetched === 0, `a former member fetched ${fetched} packages`);
  await lan.watch(hostile);
  const server = await lan.attack("as server", { guises });
  // The server may still look for the machine that called a moment ago.
  const came = (await lan.watched(hostile))
    .filter(({ from }) => from !== fleet.serverHost.address);
  check(
    server.answers === 0 && server.visits === 0 && came.length === 0,
    `a former member as server got ${came.length} datagrams`,
  );
  await lan.judge("former member");
  told(
    `a former member: ${sent + server.sent} datagrams, ${asked} requests for ` +
      "a package, nothing got",
  );
}
