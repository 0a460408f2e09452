/**
 * This computer's own firewall: does it let in what must come in?
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { said } from "./commands.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { type Arriving, type Fate, fateOf } from "./firewall.ts";

const STEP = "firewall";

/** What must come in, as people write it: `UDP 2013`. */
function shown({ protocol, port }: Arriving): string {
  return `${protocol.toUpperCase()} ${port}`;
}

/** Looks at the rules of this system. */
export async function checkFirewall(
  host: Pick<Host, "processes" | "machine">,
  arriving: readonly Arriving[],
): Promise<Finding> {
  const { system } = host.machine.facts();
  if (system !== "linux") return elsewhere(system, arriving);
  const { code, text, isAbsent } = await said(host, ["nft", "list", "ruleset"]);
  if (isAbsent) {
    return warn(
      STEP,
      "its rules cannot be read: there is no nft here that may be run",
      `Look at them: iptables -S INPUT; ${arriving.map(shown).join(" and ")} ` +
        "must come in",
    );
  }
  if (code !== 0) {
    return warn(
      STEP,
      "its rules cannot be read by this account",
      "Run doctor as the administrator",
    );
  }
  return judgeFirewall(text, arriving);
}

/** What a ruleset does to what must come in. */
export function judgeFirewall(
  ruleset: string,
  arriving: readonly Arriving[],
): Finding {
  const fates = arriving.map((one) => ({ one, fate: fateOf(ruleset, one) }));
  const shut = fates.filter(({ fate }) => fate.verdict === "dropped");
  const partly = shut.filter(({ fate }) => fate.isPartly);
  const todo = shut.map(({ one, fate }) => openingOf(ruleset, one, fate));
  if (shut.length === 0) {
    const all = arriving.map(shown).join(" and ");
    return well(STEP, `no rule of this computer keeps ${all} out`);
  }
  const what = shut.map(({ one, fate }) => `${shown(one)} ${becauseOf(fate)}`);
  return partly.length === shut.length
    ? warn(STEP, `it keeps out, but for some senders: ${what.join("; ")}`, ...[
      "If your machines and server are not among these senders:",
      ...todo,
    ])
    : fail(STEP, `it keeps out ${what.join("; ")}`, ...todo);
}

function becauseOf({ chain, rule }: Fate): string {
  return rule === ""
    ? `(chain ${chain}: its policy is drop)`
    : `(chain ${chain}: "${rule}")`;
}

/** The line that lets it in, in the words of whoever wrote the rules. */
function openingOf(
  ruleset: string,
  { protocol, port }: Arriving,
  { chain }: Fate,
): string {
  if (/\bufw-/.test(ruleset)) return `ufw allow ${port}/${protocol}`;
  if (/^table inet firewalld /m.test(ruleset)) {
    const add = `firewall-cmd --add-port=${port}/${protocol}`;
    return `${add}, and the same with --permanent`;
  }
  return `nft insert rule ${chain} ${protocol} dport ${port} accept, and a ` +
    "line for it where your rules are kept (/etc/nftables.conf)";
}

function elsewhere(system: string, arriving: readonly Arriving[]): Finding {
  const lines = system === "windows"
    ? arriving.map(({ protocol, port }) =>
      'netsh advfirewall firewall add rule name="Flottille" dir=in ' +
      `action=allow protocol=${protocol.toUpperCase()} localport=${port}`
    )
    : [
      `See that ${arriving.map(shown).join(" and ")} may come in: System ` +
      "Settings, Network, Firewall",
    ];
  return warn(STEP, `its rules are not read on ${system}`, ...lines);
}
