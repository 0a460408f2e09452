/**
 * A copied key, as the desk sees it: who has to make a new one, and whose word
 * brings the new one in (N-06). What it is worth is in `enrolment.ts`.
 *
 * @module
 */

import type { Introduction } from "../../sep/server_api.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { Registry } from "./registry.ts";

/** Is its key in two places, and is this the one that makes a new one? */
export function mustRekey(
  { conflicts }: Pick<Registry, "conflicts">,
  { machine, macs, from }: Introduction,
  known: MachineRecord | null,
): boolean {
  if (known === null) return false;
  conflicts.introduced(machine, from.hostname, known.macs);
  return conflicts.mustRekey(machine, macs);
}

/** The machine of the fleet that vouches for a newcomer, with a good word. */
export function voucherOf(
  registry: Pick<Registry, "get">,
  { machine, voucher }: Introduction,
): MachineRecord | null {
  if (voucher === undefined || voucher.machine === machine) return null;
  const former = registry.get(voucher.machine);
  if (former === null || former.status === "revoked") return null;
  return voucher.vouches(former.publicKey) ? former : null;
}
