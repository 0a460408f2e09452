/** Answers about the inventory, for tests: as short as they can be. */

import { LOCAL_ZONE, showLocalSecond } from "../../lib/cli/local_time.ts";
import type { ListedProgramView } from "../../lib/server/shapes/api_schema.ts";

/** Seconds of a day. */
export const DAY_S = 86_400;

/** A line of a list. */
export function listed(
  name: string,
  version = "1.0",
  changed: Partial<ListedProgramView> = {},
): ListedProgramView {
  const source = "dpkg";
  return { name, version, source, purl: `pkg:deb/${name}`, ...changed };
}

/** A moment of the API, as the command line shows it here. */
export function local(iso: string): string {
  return showLocalSecond(Date.parse(iso), LOCAL_ZONE);
}
