/**
 * From a machine to its server: names, calls, answers, TLS (N-16).
 *
 * @module
 */

import type { AgentStatus } from "../../agent/status.ts";
import { type Address, showAddress } from "../../host/datagrams.ts";
import type { Host } from "../../host/host.ts";
import { SEP_PORT } from "../../sep/limits.ts";
import { parseServerAddress } from "../../trust/server_address.ts";
import type { MachineState } from "./agent_state_checks.ts";
import { type Called, callServers } from "./call.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { checkTls } from "./tls_checks.ts";
import { troubleOf } from "./trouble.ts";

/** How this machine looks for its server. */
export interface Search {
  /** `host` or `host:port`. */
  readonly named: readonly string[];
  readonly broadcasts: readonly string[];
  /** Where to call from: the agent's own place when nobody has it. */
  readonly at: Address;
  /** Where broadcasts go to. */
  readonly sepPort: number;
  readonly sipPort: number;
}

const RESOLVE_MS = 3_000;

/** Rounds of pings come each minute; a few may be missed. */
const HEARD_S_MAX = 300;

/** Every address that is called, by how it came here. */
interface Targets {
  readonly named: readonly { readonly name: string; readonly to: Address }[];
  readonly broadcasts: readonly Address[];
}

/** Looks along the way to the server. */
export async function checkServers(
  host: Host,
  { join, trusted }: MachineState,
  search: Search,
  status: AgentStatus | null,
): Promise<Finding[]> {
  const { findings, targets } = await targetsOf(host, search, status);
  const { delegation } = trusted ?? join;
  const { fleet: fleetKey, filterKey } = join;
  const to = [...targets.named.map((one) => one.to), ...targets.broadcasts];
  // The agent that runs has its port; the answers come to another one then.
  const from = { ...search.at, port: status === null ? search.at.port : 0 };
  let called: Called;
  try {
    called = await callServers({
      ...{ host, fleetKey, filterKey, delegation, from, to },
    });
  } catch (error) {
    return [...findings, fail("server", troubleOf(error))];
  }
  const heard = judgeCall(called, targets, status);
  const at = serverOf(called, status) ?? targets.named[0]?.to.hostname;
  if (at === undefined) return [...findings, ...heard];
  const door = { hostname: at, port: search.sipPort };
  const { certificateHash } = called.delegation;
  return [...findings, ...heard, await checkTls(host, door, certificateHash)];
}

async function targetsOf(
  { names }: Pick<Host, "names">,
  { named, broadcasts, sepPort: port }: Search,
  status: AgentStatus | null,
): Promise<{ findings: Finding[]; targets: Targets }> {
  const findings: Finding[] = [];
  const known = status?.server ?? null;
  const all = known === null ? named : [...new Set([known, ...named])];
  const found: { name: string; to: Address }[] = [];
  for (const name of all) {
    const { host = "", port = null } = parseServerAddress(name) ?? {};
    const addresses = await names.resolve(host, RESOLVE_MS);
    for (const hostname of addresses) {
      found.push({ name, to: { hostname, port: port ?? SEP_PORT } });
    }
    if (addresses.length > 0) continue;
    findings.push(fail(
      "name",
      `"${host}" has no IPv4 address, or no name server answers`,
      `See to it: getent ahostsv4 ${host}`,
    ));
  }
  const targets = {
    named: found,
    broadcasts: [...new Set(broadcasts)].map((hostname) => ({
      hostname,
      port,
    })),
  };
  return { findings, targets };
}

/** What the answers say, and what their absence. */
export function judgeCall(
  { answered, unsent, dropped }: Called,
  { named, broadcasts }: Targets,
  status: AgentStatus | null,
): Finding[] {
  const findings: Finding[] = [];
  const hears = (to: Address) => answered.has(showAddress(to));
  const shut = [...unsent];
  if (shut.length > 0) {
    findings.push(fail(
      "sending",
      `this computer lets nothing out to ${shut.join(", ")}`,
      `Let UDP ${SEP_PORT} out (nft list ruleset shows the rules), and see ` +
        "that there is a way (ip route)",
    ));
  }
  if (answered.size > 0) {
    const from = [...new Set(answered.values())].map(showAddress);
    findings.push(well("server", `${[...new Set(from)].join(", ")} answers`));
    findings.push(...judgeEach(named, broadcasts, hears));
    return findings;
  }
  const heard = status?.heardSecondsAgo ?? Infinity;
  if (heard <= HEARD_S_MAX) {
    const when = `${Math.round(heard)} s ago`;
    findings.push(well("server", `${status?.server} was heard ${when}`));
    return findings;
  }
  findings.push(unheard({ named, broadcasts }, dropped, status));
  return findings;
}

function judgeEach(
  named: Targets["named"],
  broadcasts: Targets["broadcasts"],
  hears: (to: Address) => boolean,
): Finding[] {
  const findings = named.filter(({ to }) => !hears(to)).map(({ name, to }) =>
    warn(
      "name",
      `nobody answers at ${name} (${showAddress(to)})`,
      "Is the address still the server's? join.json and --server name it",
    )
  );
  if (broadcasts.length === 0) return findings;
  const shown = broadcasts.map(showAddress).join(", ");
  const isHeard = broadcasts.some(hears);
  const finding = isHeard ? well("broadcast", `answered on ${shown}`) : warn(
    "broadcast",
    `nobody answers on ${shown}, only where the server is named`,
    "All is well if a router is between. Then the server must name this " +
      "machine too, to call it: network.machines in flottille.toml",
  );
  return [...findings, finding];
}

function unheard(
  { named, broadcasts }: Targets,
  dropped: Called["dropped"],
  status: AgentStatus | null,
): Finding {
  const step = "server";
  const called = [
    ...broadcasts.map((to) => `${showAddress(to)} (broadcast)`),
    ...named.map(({ to }) => showAddress(to)),
  ].join(", ");
  if ((dropped.key ?? 0) + (dropped.signature ?? 0) > 0) {
    return fail(
      step,
      "a server answers for which the fleet's owner does not speak: an old " +
        "one of this fleet, or a false one",
      "See that the server that was replaced does not run any more",
    );
  }
  const foreign = (status?.dropped["fleet"] ?? 0) +
    (status?.dropped["filter"] ?? 0) + (dropped.fleet ?? 0);
  if (foreign > 0) {
    return fail(
      step,
      "a server is heard, and it is one of another fleet than this machine's",
      "Give this machine the join.json of the server that it shall obey",
    );
  }
  if (called === "") {
    return fail(
      step,
      "there is nobody to call: no network, and no server is named",
      "Connect this computer, or name the server: --server ADDRESS",
    );
  }
  return fail(
    step,
    `nobody answers; called were ${called}`,
    "Does flottille-server run, of this fleet? There: flottille-server doctor",
    `Let UDP ${SEP_PORT} in, on this computer, on the server's, and between`,
    ...(named.length > 0 ? [] : [
      "Behind a router no broadcast is heard: name the server, with --server " +
      "ADDRESS, and this machine on the server: network.machines",
    ]),
  );
}

function serverOf(
  { answered }: Called,
  status: AgentStatus | null,
): string | undefined {
  const [first] = answered.values();
  return first?.hostname ?? status?.server?.split(":")[0];
}
