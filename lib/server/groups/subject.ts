/**
 * What selectors see of a machine. Pure.
 *
 * @module
 */

import type { Subject } from "../selectors/matching.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ListRecord } from "../store/store.ts";

/** By its record, and what its newest list says of its distribution. */
export function subjectOf(
  { id, name, system, architecture, address }: MachineRecord,
  list:
    | Pick<ListRecord, "distribution" | "distributionVersion" | "rebootFor">
    | null,
  tags: readonly string[],
): Subject {
  const { distribution = "", distributionVersion = "", rebootFor = "" } =
    list ?? {};
  const systems = [system, distribution];
  if (distribution !== "" && distributionVersion !== "") {
    systems.push(`${distribution}-${distributionVersion}`);
  }
  return {
    ...{ id, name, tags, architecture },
    systems: systems.filter((known) => known !== ""),
    needs: rebootFor === "" ? [] : ["reboot"],
    address: address?.hostname ?? "",
  };
}
