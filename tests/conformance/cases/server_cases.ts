/**
 * All cases for a server, in the order in which they are played.
 *
 * @module
 */

import type { Case } from "../kit/case.ts";
import type { ServerStage } from "../kit/server_stage.ts";
import { SERVER_FORGED } from "./server_forged.ts";
import { SERVER_LAWFUL } from "./server_lawful.ts";
import { SERVER_ORDERS } from "./server_orders.ts";
import { SERVER_SIP } from "./server_sip.ts";
import { SERVER_STANDING } from "./server_standing.ts";
import { SERVER_STATES } from "./server_states.ts";

export const SERVER_CASES: readonly Case<ServerStage>[] = [
  ...SERVER_LAWFUL,
  ...SERVER_ORDERS,
  ...SERVER_FORGED,
  ...SERVER_STATES,
  ...SERVER_SIP,
  ...SERVER_STANDING,
];
