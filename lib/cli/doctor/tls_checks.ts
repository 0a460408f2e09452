/**
 * SiP's door: does a server answer there, and with the certificate that the
 * fleet's owner has delegated?
 *
 * @module
 */

import { certificateShown, type Shown } from "../../host/shown_certificate.ts";
import { type Address, showAddress } from "../../host/datagrams.ts";
import type { Host } from "../../host/host.ts";
import { certificatePem } from "../../sip/pin.ts";
import { equalBytes, sha256 } from "../../trust/bytes.ts";
import { fail, type Finding, well } from "./finding.ts";
import { troubleOf } from "./trouble.ts";

/** How long a server may take to answer. */
const REACH_MS = 5_000;

/**
 * Shakes hands as a machine does, and says nothing.
 *
 * @param certificateHash SHA-256 of the certificate, from the delegation.
 */
export async function checkTls(
  { streams }: Pick<Host, "streams">,
  at: Address,
  certificateHash: Uint8Array,
): Promise<Finding> {
  const shown = await certificateShown(at, REACH_MS);
  const wrong = faultOfShown(at, shown, certificateHash);
  if (wrong !== null || !shown.ok) return wrong ?? unshown(at, "no tls", "");
  try {
    const stream = await streams.connect({
      to: at,
      certificatePem: certificatePem(shown.der),
      deadlineMs: REACH_MS,
    });
    stream.close();
    return well(
      `TCP ${at.port}`,
      `${showAddress(at)} answers with the fleet's own certificate`,
    );
  } catch (error) {
    return fail(
      `TCP ${at.port}`,
      `the certificate is the right one, and TLS is refused: ${
        troubleOf(error)
      }`,
      "Are both programs of one version?",
    );
  }
}

/** Null: it is the one that was delegated. */
export function faultOfShown(
  at: Address,
  shown: Shown,
  certificateHash: Uint8Array,
): Finding | null {
  if (!shown.ok) return unshown(at, shown.why, shown.detail);
  if (equalBytes(sha256(shown.der), certificateHash)) return null;
  return fail(
    `TCP ${at.port}`,
    `${showAddress(at)} shows another certificate than the fleet's owner has ` +
      "delegated",
    "Does a server of another fleet answer there, or an old one of this fleet?",
    "Does something on the way open TLS (a proxy, an antivirus)? Nothing is " +
      "installed through it; except this address",
  );
}

type Why = Extract<Shown, { ok: false }>["why"];

function unshown(at: Address, why: Why, detail: string): Finding {
  const where = showAddress(at);
  const { port } = at;
  const step = `TCP ${port}`;
  const isUp = "Does flottille-server run there, with this sip_port?";
  switch (why) {
    case "silent":
      return fail(
        step,
        `${where} does not answer: a firewall drops it, or nobody is there`,
        isUp,
        `Let TCP ${port} in on the server's computer, and through what is ` +
          "between: flottille-server doctor looks there",
      );
    case "refused":
      return fail(
        step,
        `${where} refuses: nobody listens there, or a firewall rejects it`,
        isUp,
        `Let TCP ${port} in on the server's computer`,
      );
    case "no way":
      return fail(
        step,
        `there is no way to ${where} (${detail})`,
        "See to this computer's network: ip route",
      );
    case "not let out":
      return fail(
        step,
        `this computer lets nothing out to ${where}`,
        `Let TCP ${port} out: nft list ruleset shows the rules`,
      );
    case "no tls":
      return fail(
        step,
        `what answers at ${where} is no flottille-server (${detail})`,
        "Which program has this port there? ss -ltnp tells",
      );
  }
}
