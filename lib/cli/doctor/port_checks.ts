/**
 * Ports of this computer: can they be had, and who has them?
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { said } from "./commands.ts";
import { fail, type Finding, well } from "./finding.ts";
import type { Arriving } from "./firewall.ts";
import { troubleOf } from "./trouble.ts";

/** Can the port be had? Only for a program that does not run. */
export async function checkPort(
  host: Pick<Host, "datagrams" | "http" | "processes">,
  { protocol, port }: Arriving,
  { hostname, option }: {
    readonly hostname: string;
    /** By which another address or port is chosen. */
    readonly option: string;
  },
): Promise<Finding> {
  const step = `${protocol.toUpperCase()} ${port}`;
  const at = `${hostname}:${port}`;
  try {
    if (protocol === "udp") host.datagrams.open({ hostname, port }).close();
    else await host.http.serve({ hostname, port }, () => gone()).stop();
    return well(step, `nobody else has it (${at})`);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    const another = `or choose another one: ${option}`;
    if (name === "AddrInUse") {
      const holder = await holderOf(host, { protocol, port });
      return holder === null
        ? fail(
          step,
          `another program has ${at}`,
          `See which (ss -l${protocol.charAt(0)}np sport = :${port}) and ` +
            `stop it, ${another}`,
        )
        : fail(step, `${holder} has ${at}`, `Stop it, ${another}`);
    }
    if (name === "AddrNotAvailable") {
      return fail(
        step,
        `${hostname} is no address of this computer`,
        `Choose one that it has: ${option}`,
      );
    }
    return fail(
      step,
      `it cannot be had: ${troubleOf(error)}`,
      `See to the permissions, ${another}`,
    );
  }
}

function gone(): Response {
  return new Response(null, { status: 503 });
}

/** `dnsmasq (process 412)`; null: nobody tells. */
async function holderOf(
  host: Pick<Host, "processes">,
  { protocol, port }: Arriving,
): Promise<string | null> {
  const flags = protocol === "udp" ? "-Hlunp" : "-Hltnp";
  const { text } = await said(host, ["ss", flags, "sport", "=", `:${port}`]);
  return holderIn(text);
}

/** Reads what `ss -p` prints. */
export function holderIn(text: string): string | null {
  const [, name, pid] = /users:\(\("([^"]{1,64})",pid=(\d+)/.exec(text) ?? [];
  return name === undefined ? null : `${name} (process ${pid})`;
}
