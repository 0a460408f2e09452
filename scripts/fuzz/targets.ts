/**
 * Everything that is fuzzed, in the order in which it is run.
 *
 * @module
 */

import type { Target } from "./target.ts";
import { API_TARGETS } from "./targets/api.ts";
import { BODY_TARGETS } from "./targets/bodies.ts";
import { DATAGRAM_TARGETS } from "./targets/datagrams.ts";
import { ENDPOINT_TARGETS } from "./targets/endpoints.ts";
import { FILE_TARGETS } from "./targets/files.ts";
import { LIST_TARGETS } from "./targets/lists.ts";
import { SIGNED_TARGETS } from "./targets/signed.ts";
import { SIP_TARGETS } from "./targets/sip.ts";
import { ZIP_TARGETS } from "./targets/zips.ts";

/** The table of targets; names are those of the command line. */
export const TARGETS: readonly Target[] = [
  ...DATAGRAM_TARGETS,
  ...BODY_TARGETS,
  ...ENDPOINT_TARGETS,
  ...SIP_TARGETS,
  ...SIGNED_TARGETS,
  ...FILE_TARGETS,
  ...LIST_TARGETS,
  ...ZIP_TARGETS,
  ...API_TARGETS,
];
