/**
 * A group of machines, as the store keeps it: who is in it by hand, by which
 * rule, and when its machines may be worked on. What a rule means is in
 * `selectors/`, what a window means in `windows/`.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";

/** A group. */
export interface GroupRecord {
  /** Unique in the fleet whatever the case, and no machine's name. */
  readonly name: string;
  /** A selector: who matches it is in the group. "": nobody is by rule. */
  readonly rule: string;
  /** Who is in it by hand, whatever the rule says. */
  readonly machines: readonly MachineId[];
  /** `Sat 20:00-23:00 Europe/Paris`; none: at any time. */
  readonly windows: readonly string[];
}
